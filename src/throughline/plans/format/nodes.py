"""YAML as a tree of texts with their places: no types are guessed, no aliases followed, no size unbounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from throughline.plans.format.problems import Place, Problem, Problems

DEEPEST = 12
# How often whoever watches is told how far the reading is, in values.
TOLD_EACH = 500

Watch: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of a file: its bytes, and the values in it."""

    bytes: int = 1_000_000
    values: int = 50_000


PLAN = Bounds()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: its text, and whether it stood without quotes."""

    place: Place
    text: str
    is_plain: bool

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all is written there."""
        return self.is_plain and not self.text


@dataclass(slots=True)
class Row:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A mapping, its keys in order; each may come twice, which the reader says."""

    place: Place
    pairs: list[tuple[Leaf, Node]] = field(default_factory=list)


Node: TypeAlias = Leaf | Row | Table


def documents(content: bytes, *, file: str, bounds: Bounds = PLAN, watch: Watch | None = None) -> list[Node]:
    """The documents of a file, those with nothing in them left out. Raises Problems.

    `watch(done, total)` is told now and then how many of the lines are read, and may end it by raising.
    """
    text = _text(content, file, bounds)
    builder = _Builder(file, bounds)
    lines, told = text.count("\n") + 1, 0
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
            if watch is not None and builder.count >= told + TOLD_EACH:
                told = builder.count
                watch(event.start_mark.line, lines)
    except MarkedYAMLError as error:
        raise Problems([Problem(_marked(error, file), _said(error, file), "yaml")]) from error
    except (YAMLError, ValueError, OverflowError) as error:
        raise Problems([_unreadable(error, text, file)]) from error
    return builder.documents


def _text(content: bytes, file: str, bounds: Bounds) -> str:
    if len(content) > bounds.bytes:
        raise Problems(
            [
                Problem(
                    Place(file, 1, 1),
                    f"expected at most {bounds.bytes:,} bytes, found {len(content):,}",
                    "size",
                )
            ]
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        raise Problems(
            [
                Problem(
                    _after(before, file),
                    "expected UTF-8, found another encoding: save the file as UTF-8",
                    "yaml",
                )
            ]
        ) from error


def _after(before: str, file: str) -> Place:
    lines = before.split("\n")
    return Place(file, len(lines), len(lines[-1]) + 1)


def _marked(error: MarkedYAMLError, file: str) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)


def _said(error: MarkedYAMLError, file: str) -> str:
    said = error.problem or error.context or "this cannot be read"
    return f"this is no {'JSON' if file.endswith('.json') else 'YAML'}: {said}"


def _unreadable(error: Exception, text: str, file: str) -> Problem:
    position = getattr(error, "position", None)
    place = _after(text[:position], file) if isinstance(position, int) else Place(file, 1, 1)
    return Problem(place, "this is no YAML: a character stands here that no text holds", "yaml")


def _joined(text: str) -> str:
    """JSON writes a character beyond U+FFFF as an escape of two halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


class _Builder:
    """Makes the tree from events, so that depth and size are bounded before anything grows."""

    def __init__(self, file: str, bounds: Bounds) -> None:
        self.file = file
        self.bounds = bounds
        self.documents: list[Node] = []
        self.root: Node | None = None
        self.open: list[Row | Table] = []
        # The key that waits for its value, for each open mapping.
        self.keys: list[Leaf | None] = []
        self.count = 0

    def take(self, event: Any) -> None:
        if isinstance(event, DocumentEndEvent):
            if self.root is not None and not (isinstance(self.root, Leaf) and self.root.is_nothing):
                self.documents.append(self.root)
            self.root = None
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, AliasEvent):
            self._refuse(event, f"the alias *{event.anchor} is not followed: write it out here", "alias")
        elif isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
            self._add(event)

    def _add(self, event: Any) -> None:
        self.count += 1
        if self.count > self.bounds.values:
            self._refuse(event, f"expected at most {self.bounds.values:,} values in a file: split it", "size")
        if event.tag is not None:
            self._refuse(event, f"the tag {event.tag} is not read: leave it out", "tag")
        node = self._node(event)
        self._place(node, event)
        if isinstance(node, Row | Table):
            if len(self.open) >= DEEPEST:
                self._refuse(event, f"expected at most {DEEPEST} levels, one in the other", "depth")
            self.open.append(node)
            self.keys.append(None)

    def _node(self, event: Any) -> Node:
        place = self._place_of(event)
        if isinstance(event, MappingStartEvent):
            return Table(place)
        if isinstance(event, SequenceStartEvent):
            return Row(place)
        text = _joined(event.value)
        if bad := next((each for each in text if each == "\0" or "\ud800" <= each <= "\udfff"), None):
            self._refuse(
                event, f"the character U+{ord(bad):04X} is no part of a text: leave it out", "character"
            )
        return Leaf(place, text, is_plain=not event.style)

    def _place(self, node: Node, event: Any) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent, Row):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is not None:
            parent.pairs.append((key, node))
            self.keys[-1] = None
        elif isinstance(node, Leaf):
            self.keys[-1] = node
        else:
            self._refuse(event, "expected the name of a field, found a list or a mapping", "yaml")

    def _place_of(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, message: str, code: str) -> None:
        raise Problems([Problem(self._place_of(event), message, code)])
