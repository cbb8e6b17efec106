"""Reading a plan: from a tree of texts to the things of the document, every problem noted with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.plans.format.nodes import Leaf, Node, Row, Table, documents
from throughline.plans.format.problems import Place, Problem, Problems
from throughline.plans.format.shape import Field, Many, Named, Thing, Things
from throughline.plans.format.things import PLAN, SECTIONS


@dataclass(slots=True)
class Block:
    """A thing as it was read. What a file leaves out has its default; `written` says what it does not."""

    thing: Thing
    place: Place
    values: dict[str, Any]
    places: dict[str, Place] = field(default_factory=dict)

    def at(self, name: str, index: int | None = None) -> Place:
        """Where a field stands, or one item of its list; the thing's own place where it is left out."""
        inner = self.places.get(f"{name}.{index}") if index is not None else None
        return inner or self.places.get(name) or self.place

    @property
    def key(self) -> str:
        return str(self.values.get(self.thing.identity[0], ""))

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(slots=True)
class Plan:
    """What all the files say together; `given` names the sections that any of them writes."""

    sections: dict[str, list[Block]] = field(default_factory=lambda: {name: [] for name in SECTIONS})
    given: set[str] = field(default_factory=set)

    def __getitem__(self, section: str) -> list[Block]:
        return self.sections[section]

    def key_results(self) -> Iterator[tuple[Block, str]]:
        """Every key result with the key of its objective, empty for one that serves none."""
        for objective in self["objectives"]:
            for each in objective["key_results"]:
                yield each, objective.key
        for each in self["key_results"]:
            yield each, each["objective"]


@dataclass(slots=True)
class Reading:
    """A plan as far as it can be read. `is_whole` says that no file is missing from it."""

    plan: Plan
    problems: list[Problem]
    is_whole: bool = True


def read_plan(files: Mapping[str, bytes]) -> Reading:
    """The plan of one or more files, with all that is wrong with their form."""
    plan, reader = Plan(), _Reader()
    reading = Reading(plan, reader.problems)
    for name, content in files.items():
        try:
            found = documents(content, file=name)
        except Problems as problems:
            reader.problems += problems.found
            reading.is_whole = False
            continue
        if not found:
            reader.note(
                Place(name, 1, 1), "the file is empty: a plan starts with apiVersion and kind", "empty"
            )
        for document in found:
            _add(plan, reader.block(document, PLAN))
    return reading


def read_one(content: bytes, thing: Thing, *, file: str) -> tuple[Block, list[Problem]]:
    """A file that holds one thing, as YAML or JSON, with all that is wrong with its form.

    `null` is nothing, as it is in JSON. Raises Problems where there is no such thing to read.
    """
    found = documents(content, file=file)
    if len(found) != 1:
        said = f"{len(found)} documents" if found else "nothing in it"
        message = f"expected one document with the fields of {_one(thing)}, found {said}"
        raise Problems([Problem(Place(file, 1, 1), message, "empty")])
    reader = _Reader(nothing=("null",))
    return reader.block(found[0], thing), reader.problems


def _add(plan: Plan, block: Block) -> None:
    for section in SECTIONS:
        plan.sections[section] += block.values.get(section) or []
        if section in block.places:
            plan.given.add(section)


class _Reader:
    def __init__(self, nothing: tuple[str, ...] = ()) -> None:
        self.problems: list[Problem] = []
        # Words that mean that nothing is written.
        self.nothing = nothing

    def note(self, place: Place, message: str, code: str) -> None:
        self.problems.append(Problem(place, message, code))

    def block(self, node: Node, thing: Thing) -> Block:
        block = Block(thing, node.place, {each.name: _default(each) for each in thing.fields})
        if not isinstance(node, Table):
            self.note(node.place, f"expected the fields of {_one(thing)}, found {_kind(node)}", "type")
            return block
        for name, value in self._pairs(node, thing):
            self._read(block, name, value)
        for each in thing.fields:
            if each.is_required and each.name not in block.places:
                message = f"this {_word(thing)} has no {each.name}. {each.says}"
                self.note(node.place, message, "missing")
        return block

    def _pairs(self, node: Table, thing: Thing) -> Iterator[tuple[Field, Node]]:
        seen: dict[str, Place] = {}
        for key, value in node.pairs:
            known = thing.field(key.text)
            if known is None:
                near = nearest(key.text, thing.names)
                self.note(key.place, f"{_one(thing)} has no '{key.text[:60]}'{near}", "unknown_field")
            elif key.text in seen:
                message = f"'{key.text}' is written twice, first at line {seen[key.text].line}: keep one"
                self.note(key.place, message, "twice")
            else:
                seen[key.text] = key.place
                yield known, value

    def _read(self, block: Block, field: Field, node: Node) -> None:
        if isinstance(node, Leaf) and (node.is_nothing or (node.is_plain and node.text in self.nothing)):
            if field.is_required:
                self.note(node.place, f"expected something behind {field.name}. {field.says}", "missing")
            block.places[field.name] = node.place
            return
        block.places[field.name] = node.place
        if isinstance(field.holds, Things):
            self._things(block, field, field.holds, node)
        elif isinstance(field.holds, Many):
            self._many(block, field, field.holds, node)
        elif isinstance(field.holds, Named):
            self._named(block, field, field.holds, node)
        else:
            value = self._scalar(node, field.holds, field.name)
            if value is not None:
                block.values[field.name] = value

    def _things(self, block: Block, field: Field, holds: Things, node: Node) -> None:
        if holds.is_one:
            block.values[field.name] = self.block(node, holds.of)
        elif isinstance(node, Row):
            block.values[field.name] = [self.block(each, holds.of) for each in node.items]
        else:
            message = f"expected a list behind {field.name}, each with a hyphen; found {_kind(node)}"
            self.note(node.place, message, "type")

    def _many(self, block: Block, field: Field, holds: Many, node: Node) -> None:
        if not isinstance(node, Row):
            message = f"expected a list behind {field.name}, each with a hyphen; found {_kind(node)}"
            self.note(node.place, message, "type")
            return
        # In order, and found at once, however long the list is.
        found: dict[Any, None] = {}
        for each in node.items:
            value = self._scalar(each, holds.of, field.name)
            if value is not None and value in found:
                self.note(each.place, f"'{value}' is listed twice: keep one", "twice")
            elif value is not None:
                block.places[f"{field.name}.{len(found)}"] = each.place
                found[value] = None
        block.values[field.name] = list(found)

    def _named(self, block: Block, field: Field, holds: Named, node: Node) -> None:
        if not isinstance(node, Table):
            message = f"expected names with a value each behind {field.name}, found {_kind(node)}"
            self.note(node.place, message, "type")
            return
        found: dict[str, Any] = {}
        for key, each in node.pairs:
            if not key.text.strip() or len(key.text) > holds.longest:
                message = f"{field.name}: expected a name of at most {holds.longest} characters"
                self.note(key.place, f"{message}, found '{key.text[:40]}'", "value")
                continue
            if key.text.strip() in found:
                self.note(key.place, f"'{key.text[:40]}' is there twice: keep one", "twice")
            block.places[f"{field.name}.{key.text.strip()}"] = each.place
            found[key.text.strip()] = self._scalar(each, holds.of, f"{field.name}.{key.text.strip()}")
        block.values[field.name] = found

    def _scalar(self, node: Node, of: Any, name: str) -> Any:
        if not isinstance(node, Leaf):
            self.note(node.place, f"expected one value behind {name}, found {_kind(node)}", "type")
            return None
        try:
            return of.read(node)
        except Refused as refused:
            self.note(node.place, f"{name}: {refused.message}", "value")
            return None


def _default(field: Field) -> Any:
    return list(field.default) if isinstance(field.default, list) else field.default


def _word(thing: Thing) -> str:
    return thing.name.replace("_", " ")


def _one(thing: Thing) -> str:
    word = _word(thing)
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def _kind(node: Node) -> str:
    if isinstance(node, Leaf):
        return f"'{node.text[:40]}'" if node.text else "nothing"
    return "a list" if isinstance(node, Row) else "a mapping"
