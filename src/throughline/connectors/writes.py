"""What can be written back to a tool, and what a kind that can be written to does. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from throughline.connectors.asking import Asking
from throughline.connectors.shape import Settings

# The name of the setting that lets a connector write.
WRITES = "writes"


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket that is to be made. `lines` are (label, value); `marker` is a word that is nowhere else."""

    place: str
    type: str
    title: str
    text: str
    marker: str
    lines: Sequence[tuple[str, str]] = ()
    # By the names under which a kind maps fields.
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A ticket as its tool knows it."""

    key: str
    url: str
    title: str
    status: str = ""
    notices: Sequence[str] = ()


class Writer(Protocol):
    """A kind that can be written to. Each raises Refused with a sentence for whoever asked."""

    def places(self, settings: Settings) -> list[str]:
        """Where tickets can be made."""

    def types(self, settings: Settings) -> list[str]:
        """Of which types; the first is offered."""

    def create(self, asking: Asking, settings: Settings, draft: Draft) -> Made:
        """Make a ticket."""

    def marked(self, asking: Asking, settings: Settings, draft: Draft) -> Made | None:
        """The ticket that was made of a draft by an attempt of which nothing was heard."""

    def look(self, asking: Asking, settings: Settings, key: str) -> Made:
        """A ticket that is there."""

    def move(
        self, asking: Asking, settings: Settings, key: str, *, state: str, is_mitigated: bool
    ) -> tuple[str, str]:
        """Lead a ticket to a status that means the state: that status, and what was done in a sentence."""
