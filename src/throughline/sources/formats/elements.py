"""XML read in a stream: the elements asked for, one at a time; a DTD and its entities are refused. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Literal

import msgspec

from throughline.sources.formats.feeding import Feeder
from throughline.sources.formats.tables import BadFile

DEEPEST = 64
LONGEST_TEXT = 16 * 1024 * 1024
_MOST_NAMES = 2_000


class Element(msgspec.Struct, gc=False):
    """One element: its name without namespace, attributes, own text, and the elements in it.

    `line` is where the element that was asked for starts, also for what is in it. `above` are the elements
    around one that was asked for, outermost first, each with its attributes but without what is in it; one
    of them is the same object for everything in it. Others have none.
    """

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = msgspec.field(default_factory=list)
    parts: list[str] = msgspec.field(default_factory=list)
    above: tuple[Element, ...] = ()

    @property
    def text(self) -> str:
        """Its own text, without blanks around."""
        return "".join(self.parts).strip() if self.parts else ""

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


class _Locals(dict[str, str]):
    """Names without namespace, by the whole name: the few of a report are asked for millions of times."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition("\x1f")[2]
        if len(self) < _MOST_NAMES:
            self[name] = local
        return local


class _Reader:
    """Builds the elements of some names out of expat's events; what is outside of them is dropped."""

    def __init__(
        self,
        feeder: Feeder,
        names: tuple[str, ...],
        *,
        dtd: Dtd = False,
        without: Container[str] = (),
        until: Container[str] = (),
    ) -> None:
        self.names, self.without, self.until, self.dtd = frozenset(names), without, until, dtd
        self.feeder, self.parser = feeder, feeder.parser
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype
        # What is around the elements becomes one only where there is something in it.
        self.outer: list[Element | tuple[str, dict[str, str], int]] = []
        self.open: list[Element] = []
        self.whole: list[Element] = []
        self.locals = _Locals()
        self.depth = 0
        self.hidden_at = 0
        self.size = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        # This and _text are called for every element of a report: a step less in them is one in ten seconds.
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._too_deep()
        local = self.locals[name]
        if self.open:
            if local in self.without:
                self._hide()
                return
            above = self.open[-1]
            element = Element(local, self._named(attributes) if attributes else {}, above.line)
            above.children.append(element)
        elif local in self.names:
            element = Element(local, self._named(attributes), self.parser.CurrentLineNumber)
            element.above = self._above()
            self.size = 0
            self.parser.CharacterDataHandler = self._text
        elif local in self.until:
            raise _Stop
        else:
            self.outer.append((local, attributes, self.parser.CurrentLineNumber))
            return
        self.size += 100 + sum(map(len, attributes.values())) if attributes else 100
        if self.size > LONGEST_TEXT:
            raise self._too_long()
        self.open.append(element)

    def _too_deep(self) -> BadFile:
        return self.feeder.refusal(f"elements are nested more than {DEEPEST} deep: no report is")

    def _too_long(self) -> BadFile:
        return self.feeder.refusal(f"a record has more than {LONGEST_TEXT:,} characters")

    def _deeper(self, *_started: object) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._too_deep()

    def _hide(self) -> None:
        """Leave out the element that starts here, with as little as can be done for each in it."""
        self.hidden_at = self.depth
        self.parser.CharacterDataHandler = None
        self.parser.StartElementHandler = self._deeper
        self.parser.EndElementHandler = self._end_hidden

    def _end_hidden(self, _name: str) -> None:
        self.depth -= 1
        if self.depth < self.hidden_at:
            self.parser.CharacterDataHandler = self._text
            self.parser.StartElementHandler = self._start
            self.parser.EndElementHandler = self._end

    def _named(self, attributes: dict[str, str]) -> dict[str, str]:
        return {self.locals[key]: value for key, value in attributes.items()}

    def _above(self) -> tuple[Element, ...]:
        above = [
            each if isinstance(each, Element) else Element(each[0], self._named(each[1]), each[2])
            for each in self.outer
        ]
        self.outer[:] = above
        return tuple(above)

    def _end(self, _name: str) -> None:
        self.depth -= 1
        if not self.open:
            self.outer.pop()
            return
        element = self.open.pop()
        if not self.open:
            self.parser.CharacterDataHandler = None
            self.whole.append(element)

    def _text(self, said: str) -> None:
        parts = self.open[-1].parts
        # Most text is what stands between two elements.
        if parts or not said.isspace():
            self.size += len(said)
            if self.size > LONGEST_TEXT:
                raise self._too_long()
            parts.append(said)

    def _doctype(self, _name: str, system: str | None, public: str | None, _internal: int) -> None:
        if not self.dtd or ((system or public) and self.dtd != "named"):
            raise self.feeder.refused_declaration("a document type")


def elements(
    stream: BinaryIO,
    *names: str,
    name: str,
    dtd: Dtd = False,
    without: Container[str] = (),
    until: Container[str] = (),
) -> Iterator[Element]:
    """Every outermost element of these names, in the order of the file; in it nothing named in `without`.

    The first element named in `until` that is not in another of them ends the reading.
    Raises BadFile for what is no XML, for an element too deep or too long, and for any DTD; `dtd` lets one
    pass that declares elements and attributes only, for the tool that writes such a thing into its exports.
    """
    feeder = Feeder(stream, name=name)
    reader = _Reader(feeder, names, dtd=dtd, without=without, until=until)
    with suppress(_Stop):
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
