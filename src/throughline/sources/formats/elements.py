"""XML read in a stream: the elements asked for, one at a time; a DTD and its entities are refused. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO, Literal

from throughline.sources.formats.feeding import Feeder
from throughline.sources.formats.tables import BadFile

DEEPEST = 64
LONGEST_TEXT = 16 * 1024 * 1024


@dataclass(slots=True)
class Element:
    """One element: its name without namespace, attributes, own text, and the elements in it.

    `line` is where the element that was asked for starts, also for what is in it. `above` are the elements
    around one that was asked for, outermost first, each with its attributes but without what is in it; one
    of them is the same object for everything in it. Others have none.
    """

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    above: tuple[Element, ...] = ()

    @property
    def text(self) -> str:
        """Its own text, without blanks around."""
        return "".join(self.parts).strip()

    def get(self, attribute: str) -> str:
        """An attribute, without blanks around; empty where there is none."""
        return self.attributes.get(attribute, "").strip()

    def all(self, *path: str) -> list[Element]:
        """The elements at a path of names below it."""
        found = [self]
        for name in path:
            found = [child for each in found for child in each.children if child.name == name]
        return found

    def find(self, *path: str) -> Element | None:
        """The first element at a path of names below it."""
        if len(path) > 1:
            return next(iter(self.all(*path)), None)
        for child in self.children:
            if child.name == path[0]:
                return child
        return None

    def said(self, *path: str) -> str:
        """The text of the first element at a path; empty where there is none."""
        found = self.find(*path)
        return found.text if found else ""

    def over(self, name: str) -> Element | None:
        """The nearest element of this name around it."""
        for each in reversed(self.above):
            if each.name == name:
                return each
        return None

    def over_get(self, name: str, attribute: str) -> str:
        """An attribute of the nearest element of this name around it; empty where there is none."""
        found = self.over(name)
        return found.get(attribute) if found else ""

    def walk(self) -> Iterator[Element]:
        """It and every element in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Root:
    """The outermost element: its name without namespace, its attributes, and the namespace."""

    name: str
    attributes: dict[str, str]
    namespace: str = ""


# True lets declarations of elements and attributes pass, "named" also a document type that another file
# would declare: expat never fetches it.
Dtd = Literal[False, True, "named"]


class _Stop(Exception):
    pass


class _Everything:
    def __contains__(self, _name: object) -> bool:
        return True


class _Reader:
    """Builds the elements of some names out of expat's events; what is outside of them is dropped."""

    def __init__(
        self,
        feeder: Feeder,
        names: tuple[str, ...],
        *,
        dtd: Dtd = False,
        without: Container[str] = (),
    ) -> None:
        self.names, self.without, self.dtd = frozenset(names), without, dtd
        self.feeder, self.parser = feeder, feeder.parser
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.outer: list[Element] = []
        self.open: list[Element] = []
        self.whole: list[Element] = []
        self.depth = 0
        self.hidden_at = 0
        self.size = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.feeder.refusal(f"elements are nested more than {DEEPEST} deep: no report is")
        if self.hidden_at:
            return
        local = _local(name)
        if self.open and local in self.without:
            self.hidden_at = self.depth
            return
        if attributes:
            attributes = {_local(key): value for key, value in attributes.items()}
        if self.open:
            above = self.open[-1]
            element = Element(local, attributes, above.line)
            above.children.append(element)
        else:
            element = Element(local, attributes, self.parser.CurrentLineNumber)
            if local not in self.names:
                self.outer.append(element)
                return
            self.size = 0
            element.above = tuple(self.outer)
        self._grow(100 + sum(map(len, attributes.values())) if attributes else 100)
        self.open.append(element)

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if self.hidden_at:
            self.hidden_at = 0 if self.depth < self.hidden_at else self.hidden_at
        elif self.open:
            element = self.open.pop()
            if not self.open:
                self.whole.append(element)
        else:
            self.outer.pop()

    def _text(self, said: str) -> None:
        if self.open and not self.hidden_at:
            self._grow(len(said))
            self.open[-1].parts.append(said)

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > LONGEST_TEXT:
            raise self.feeder.refusal(f"a record has more than {LONGEST_TEXT:,} characters")

    def _doctype(self, _name: str, system: str | None, public: str | None, _internal: int) -> None:
        if not self.dtd or ((system or public) and self.dtd != "named"):
            raise self.feeder.refused_declaration("a document type")


@lru_cache(maxsize=2_000)
def _local(name: str) -> str:
    return name.rpartition("\x1f")[2]


def elements(
    stream: BinaryIO, *names: str, name: str, dtd: Dtd = False, without: Container[str] = ()
) -> Iterator[Element]:
    """Every outermost element of these names, in the order of the file; in it nothing named in `without`.

    Raises BadFile for what is no XML, for an element too deep or too long, and for any DTD; `dtd` lets one
    pass that declares elements and attributes only, for the tool that writes such a thing into its exports.
    """
    feeder = Feeder(stream, name=name)
    reader = _Reader(feeder, names, dtd=dtd, without=without)
    while feeder.feed():
        yield from reader.whole
        reader.whole.clear()
    yield from reader.whole


def openings(stream: BinaryIO, *names: str, name: str, dtd: Dtd = False) -> Iterator[Element]:
    """Every element of these names that is not in another of them, without what is in it. Raises BadFile."""
    return elements(stream, *names, name=name, dtd=dtd, without=_Everything())


def root_of(stream: BinaryIO, *, name: str) -> Root:
    """The outermost element of a document; a DTD without entities is passed over. Raises BadFile."""
    found: list[Root] = []

    def start(said: str, attributes: dict[str, str]) -> None:
        namespace, _, local = said.rpartition("\x1f")
        found.append(
            Root(local, {key.rpartition("\x1f")[2]: value for key, value in attributes.items()}, namespace)
        )
        raise _Stop

    feeder = Feeder(stream, name=name)
    feeder.parser.StartElementHandler = start
    with suppress(_Stop):
        while feeder.feed():
            pass
    if not found:
        raise BadFile("this is not valid XML: it holds no element", name=name)
    return found[0]
