"""The forms that a document is made of: things with fields, and what a field may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from throughline.plans.format.types import Type


@dataclass(frozen=True, slots=True)
class Many:
    """A list of scalars, each of them once."""

    of: Type


@dataclass(frozen=True, slots=True)
class Things:
    """A list of things, or, where `is_one`, a single one."""

    of: Thing
    is_one: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping from names that the file chooses to scalars."""

    of: Type
    longest: int = 80


Held: TypeAlias = Type | Many | Things | Named


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. What equals `default` is left out of what is written."""

    name: str
    holds: Held
    says: str
    default: Any = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of mapping in the document; `identity` is the field, or fields, by which two are told apart."""

    name: str
    says: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...] = ("key",)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)
