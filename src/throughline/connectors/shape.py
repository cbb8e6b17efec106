"""What a connector of a kind is: the settings that it declares, how it is tried, and what a pull gives. Pure.

A kind fetches and says where what it fetched belongs; storing, resuming, scheduling and telling are done
around it, the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.connectors.asking import Asking

Settings = Mapping[str, Any]
Reads = Literal["text", "long", "address", "host", "names", "choice", "switch", "number"]
LONGEST = 2_000
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One setting. `names` is a list, written with commas or one a line; `choice` is one of `choices`.

    `check` raises Refused for a text that can never work.
    """

    name: str
    label: str
    help: str = ""
    reads: Reads = "text"
    is_required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    default: Any = ""
    check: Callable[[str], Any] | None = None

    @property
    def must_be_given(self) -> bool:
        """Whether it cannot be left out: it is needed, and nothing stands in for it."""
        return self.is_required and self.default == "" and self.reads != "switch"

    def read(self, given: Any) -> Any:
        """The value of what a person gave. Raises Refused with the field as its place."""
        if self.reads == "switch":
            return given in (True, "on", "yes", "true", "1")
        if self.reads == "names":
            return self._names(given)
        text = str(given if given is not None else "").strip() or str(self.default)
        if len(text) > LONGEST:
            raise self.refused(f"expected at most {LONGEST:,} characters, found {len(text):,}")
        if not text:
            if self.is_required:
                raise self.refused("it is empty: give it")
            return ""
        if self.reads == "choice" and text not in dict(self.choices):
            known = ", ".join(filter(None, dict(self.choices)))
            or_none = " or nothing" if "" in dict(self.choices) else ""
            raise self.refused(f"expected one of {known}{or_none}, found '{text}'")
        if self.reads == "number":
            return self._number(text)
        if self.check is not None:
            self._require(self.check, text)
        return text.rstrip("/") if self.reads == "address" else text

    def refused(self, message: str) -> Refused:
        """That this setting cannot be used."""
        return Refused(message, place=self.name, code=self.name)

    def _require(self, check: Callable[[str], Any], text: str) -> None:
        try:
            check(text)
        except Refused as refused:
            raise self.refused(refused.message) from None

    def _names(self, given: Any) -> list[str]:
        parts = given if isinstance(given, list) else str(given or "").replace("\n", ",").split(",")
        names = list(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
        if self.is_required and not names:
            raise self.refused("it is empty: name at least one")
        if len(names) > MOST_NAMES or any(len(name) > LONGEST for name in names):
            raise self.refused(f"expected at most {MOST_NAMES} names, found {len(names)}")
        return names

    def _number(self, text: str) -> int:
        try:
            return int(text)
        except ValueError:
            raise self.refused(f"expected a whole number, found '{text}'") from None


@dataclass(frozen=True, slots=True)
class SecretField:
    """One secret: a token, a password. It is sealed, shown to nobody, and handed to the kind when asked."""

    name: str
    label: str
    help: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: what works, or what is wrong and how to mend it, in sentences."""

    is_good: bool
    said: str
    mend: str = ""
    # What was seen, as a small table.
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    # Nothing is wrong, and still somebody may want it otherwise.
    is_note: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        seen = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        said = {"good": self.is_good, "note": self.is_note, "said": self.said, "mend": self.mend or None}
        return {**said, "seen": seen}


@dataclass(frozen=True, slots=True)
class Document:
    """Kept records as one file that an import reads: `before`, the records with `between`, `after`.

    `name` is that under which its records were kept, and the name of the file. The rest is the wish of the
    import (see sources.wishes.Wish): with `full` the listing is complete, and what it lacks has vanished;
    with `changes_only` it holds what changed. With `has_course` its rows tell their states in time (see
    engine.spells).
    """

    name: str
    format: str
    source: str
    scope: str = ""
    service: str = ""
    full: bool = False
    changes_only: bool = False
    state: str = ""
    before: bytes = b"["
    between: bytes = b",\n"
    after: bytes = b"]"
    maps: Mapping[str, str] = field(default_factory=dict)
    skip_invalid: bool = True
    has_course: bool = False
    is_stored_empty: bool = False


@dataclass(frozen=True, slots=True)
class SeriesValues:
    """Dated values of one series: (instant, value), and what is said of the series where it is new."""

    name: str
    values: Sequence[tuple[datetime, float]]
    unit: str = ""
    title: str = ""
    better: str = ""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull came to. `state` is where the next one begins, kept if all of this is stored."""

    state: Mapping[str, Any] = field(default_factory=dict)
    documents: Sequence[Document] = ()
    series: Sequence[SeriesValues] = ()
    notices: Sequence[str] = ()


class Keep(Protocol):
    """Where a pull puts its pages, so that it goes on from the last one if it is interrupted."""

    @property
    def cursor(self) -> dict[str, Any]:
        """What was given with the last page that was kept; empty at the beginning."""

    @property
    def count(self) -> int:
        """How many records are kept."""

    def page(self, document: str, records: Sequence[bytes], *, cursor: Mapping[str, Any]) -> None:
        """Keep records (JSON without a line break each) of a document; on disk when this returns."""

    def pages(self, records: Mapping[str, Sequence[bytes]], *, cursor: Mapping[str, Any]) -> None:
        """Keep records of several documents at once, all of them or none."""

    def begin_again(self) -> None:
        """Let go of all pages and of the cursor, where a pull cannot go on from it."""


class Progress(Protocol):
    """How far the pull is. Raises Cancelled or Stopping where it is to end."""

    def __call__(self, done: int, total: int, message: str) -> None: ...


class Kind(Protocol):
    """A kind of tool. One instance serves all connectors; it keeps nothing."""

    name: str
    title: str
    # One sentence: what is read, and what its token may have to be allowed.
    lead: str
    gives: Literal["findings", "series"]
    settings: tuple[Field, ...]
    secrets: tuple[SecretField, ...]

    def base(self, settings: Settings) -> str:
        """The address that every path is put behind."""

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        """The headers that sign in; they are sent to the base address alone."""

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        """Try what a pull needs, and stop at the first thing that is wrong. Raises Refused as well."""

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        """Fetch what is new since `state` (all, where it is empty), keeping each page. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Made:
    """One thing that a tool is to have: its id where it is there, and what it lacks or was given."""

    name: str
    id: str
    lacks: str
    is_made: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"name": self.name, "id": self.id or None, "lacks": self.lacks or None, "made": self.is_made}


class Recipe(Protocol):
    """What a kind's tool is to have, so that more can be read from it."""

    def steps(self, asking: Asking, settings: Settings, *, apply: bool) -> Iterator[Made]:
        """Each thing in turn; with `apply` what lacks is made before it is told. Raises Refused."""
