"""What a tool is: a question in words of the product, what may be said with it, and how it is answered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.agents.asking import Api, Progress

READ, READ_OWN = "read", "own:read"
TEXT = {"type": "string", "maxLength": 2000}
WORDS = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 50}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. The sentence holds words and figures of ours only; every text of elsewhere is in `data`."""

    sentence: str
    data: dict[str, Any]
    # The address of the API that it was read from.
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`operation` is the path of the API that it stands on: a server without it does not offer the tool."""

    name: str
    title: str
    says: str
    operation: str
    answer: Callable[[Api, dict[str, Any], Progress], Awaitable[Told]]
    takes: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    # The fields of `data`, as JSON Schema.
    gives: Mapping[str, Any] = field(default_factory=dict)
    scope: str = READ

    @property
    def is_read(self) -> bool:
        return self.scope in (READ, READ_OWN)

    def input_schema(self) -> dict[str, Any]:
        """What may be asked."""
        return {
            "type": "object",
            "properties": dict(self.takes),
            "required": list(self.needs),
            "additionalProperties": False,
        }

    def output_schema(self) -> dict[str, Any]:
        """What is answered: data with its source, and the note that it is data."""
        text = {"type": "string"}
        data = {"type": "object", "properties": dict(self.gives), "required": list(self.gives)}
        return {
            "type": "object",
            "properties": {"source": text, "note": text, "data": data},
            "required": ["source", "note", "data"],
        }


def text(description: str, **more: Any) -> dict[str, Any]:
    """A field that takes a text."""
    return {**TEXT, "description": description, **more}


def words(description: str) -> dict[str, Any]:
    """A field that takes several texts."""
    return {**WORDS, "description": description}
