"""Fields of an entity: found by their path, as text with a place, the rest of the entity unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.plans.format.nodes import Leaf, Node, Row, Table
from throughline.plans.format.problems import Place, Problem, Problems


@dataclass(frozen=True, slots=True)
class Entity:
    """A document of a catalogue."""

    node: Table

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.node.place

    def text(self, path: str, *, most: int = 0) -> str:
        """The text of a field such as `metadata.name`; empty where nothing is said. Raises Problems."""
        found = self.at(path)
        if found is None:
            return ""
        if not isinstance(found, Leaf):
            raise self.wrong(path, "expected a text, found a list or a mapping")
        said = "" if found.is_plain and found.text in ("null", "~", "Null", "NULL") else found.text.strip()
        if most and len(said) > most:
            raise self.wrong(path, f"expected at most {most} characters, found {len(said):,}")
        return said

    def pairs(self, path: str) -> Iterator[tuple[str, str]]:
        """The names and texts of a mapping such as `metadata.labels`; what is no text is left out."""
        found = self.at(path)
        if isinstance(found, Table):
            for key, value in found.pairs:
                if isinstance(value, Leaf):
                    yield key.text, value.text.strip()

    def items(self, path: str) -> Iterator[str]:
        """The texts of a list such as `metadata.tags`; what is no text is left out."""
        found = self.at(path)
        if isinstance(found, Row):
            yield from (item.text.strip() for item in found.items if isinstance(item, Leaf))

    def at(self, path: str) -> Node | None:
        """What stands at a path; of a field that comes twice the last. Raises Problems on the way."""
        node: Node = self.node
        for depth, name in enumerate(path.split(".")):
            if not isinstance(node, Table):
                if isinstance(node, Leaf) and node.is_nothing:
                    return None
                parent = ".".join(path.split(".")[:depth])
                raise Problems([Problem(node.place, f"{parent}: expected a mapping", "catalogue")])
            found = [value for key, value in node.pairs if key.text == name]
            if not found:
                return None
            node = found[-1]
        return node

    def wrong(self, path: str, message: str) -> Problems:
        """A problem with a field, at its place or, where it is missing, at that of the entity."""
        found = self.at(path)
        place = found.place if found is not None else self.place
        return Problems([Problem(place, f"{path}: {message}", "catalogue")])
