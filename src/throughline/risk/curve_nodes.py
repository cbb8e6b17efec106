"""The values of a tree of texts, each asked for by what it should be; what is not is noted with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.plans.format.nodes import Leaf, Node, Row, Table
from throughline.plans.format.problems import Problem

LONGEST_ID = 120
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_PER_CENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
Found = TypeVar("Found")


class Unread(Exception):
    """Something that cannot be used, and whose problem is noted already."""


class Nodes:
    """Reads values of a tree, and keeps the problems. A path names a field: `scenarios[2].loss.ci90`."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def unread(self, node: Node, path: str, message: str, code: str = "value") -> Unread:
        """Note a problem; to be raised, so that what it is a part of is given up."""
        self.note(node, path, message, code)
        return Unread()

    def fields(
        self, node: Node, path: str, known: tuple[str, ...], *, required: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """The fields of a mapping by name. One that is not known, or comes twice, is a problem."""
        if not isinstance(node, Table):
            raise self.unread(
                node, path, f"expected a mapping with {_listed(known)}, found {kind(node)}", "type"
            )
        found: dict[str, Node] = {}
        wrong = len(self.problems)
        for key, value in node.pairs:
            if key.text not in known:
                near = nearest(key.text, known) or f": expected {_listed(known)}"
                self.note(key, path, f"there is no field '{key.text[:60]}'{near}", "unknown_field")
            elif key.text in found:
                self.note(key, path, f"'{key.text}' is written twice: keep one", "twice")
            else:
                found[key.text] = value
        for name in required:
            if name not in found:
                self.note(node, path, f"there is no {name}", "missing")
        if len(self.problems) > wrong:
            raise Unread
        return found

    def note(self, node: Node, path: str, message: str, code: str = "value") -> None:
        """Note a problem, and go on."""
        self.problems.append(Problem(node.place, f"{path}: {message}", code))

    def each(self, rows: list[Node], path: str, read: Callable[[Node, str], Found]) -> Iterator[Found]:
        """Each item of a list as far as it can be read."""
        for number, node in enumerate(rows):
            try:
                yield read(node, f"{path}[{number}]")
            except Unread:
                continue

    def rows(self, node: Node, path: str, *, most: int) -> list[Node]:
        """The items of a list that is not empty."""
        if not isinstance(node, Row):
            raise self.unread(node, path, f"expected a list, found {kind(node)}", "type")
        if not node.items:
            raise self.unread(node, path, "the list is empty: expected one or more", "empty")
        if len(node.items) > most:
            raise self.unread(
                node, path, f"expected at most {most:,}, found {len(node.items):,}: split them", "size"
            )
        return node.items

    def text(self, node: Node, path: str) -> str:
        """A name."""
        if not isinstance(node, Leaf) or not node.text.strip():
            raise self.unread(node, path, f"expected a name, found {kind(node)}")
        if len(node.text) > LONGEST_ID:
            raise self.unread(
                node, path, f"expected at most {LONGEST_ID} characters, found {len(node.text):,}"
            )
        self.made(node, path, lambda: require_readable(node.text, place=path))
        return node.text.strip()

    def number(self, node: Node, path: str, *, is_share: bool = False) -> float:
        """A number, written without quotes, units or words."""
        if isinstance(node, Leaf) and node.is_plain and _NUMBER.fullmatch(node.text):
            return float(node.text)
        what = "a number from 0 to 1" if is_share else "a number such as 250000"
        quoted = " in quotes" if isinstance(node, Leaf) and not node.is_plain else ""
        raise self.unread(node, path, f"expected {what}, found {kind(node)}{quoted}{_mended(node)}")

    def numbers(self, node: Node, path: str, *, what: str, count: int) -> list[float]:
        """A list of so many numbers."""
        if not isinstance(node, Row):
            raise self.unread(node, path, f"expected {what}, in brackets, found {kind(node)}")
        if len(node.items) != count:
            raise self.unread(node, path, f"expected {what}, found {len(node.items)} values")
        found = list(self.each(node.items, path, self.number))
        if len(found) < count:
            raise Unread
        return found

    def made(self, node: Node, path: str, make: Callable[[], Found]) -> Found:
        """What is made of values that are well-formed; a refusal is noted at their place."""
        try:
            return make()
        except Refused as refused:
            raise self.unread(node, path, refused.message, refused.code) from refused


def kind(node: Node) -> str:
    """What stands there, for a message."""
    if isinstance(node, Leaf):
        return f"'{node.text[:40]}'" if node.text else "nothing"
    return "a list" if isinstance(node, Row) else "a mapping"


def _mended(node: Node) -> str:
    """How to write what is a number but for its form."""
    if not isinstance(node, Leaf):
        return ""
    if share := _PER_CENT.fullmatch(node.text.strip()):
        return f": write {float(share[1]) / 100:g}"
    bare = node.text.strip().replace(",", "").replace("_", "").lstrip("$€£")
    return f": write {bare}" if bare and _NUMBER.fullmatch(bare) else ""


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
