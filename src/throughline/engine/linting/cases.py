"""A text with what it promises: what every rule on a text is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from throughline.engine.linting.figures import NO_TARGET, VALUES, Part, Target
from throughline.engine.linting.findings import Finding, Span
from throughline.engine.linting.reading import Clause, Reading, read
from throughline.engine.linting.targets import targets


@dataclass(frozen=True)
class Case:
    """A text with what it promises."""

    reading: Reading
    promised: tuple[Target, ...]

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What could be decided."""
        return tuple(target for target in self.promised if target.part not in NO_TARGET)

    @cached_property
    def has_value(self) -> bool:
        """Whether the text says how far to go, or where that is said."""
        return any(target.part in VALUES for target in self.promised)

    def of(self, *parts: Part) -> list[Target]:
        """The targets that play one of these parts."""
        return [target for target in self.promised if target.part in parts]

    def said(self, span: Span) -> str:
        """The words at a place, as written."""
        return self.reading.text[span[0] : span[1]]

    def clause_of(self, target: Target) -> Clause:
        """The clause in which a target stands."""
        return self.reading.clauses[target.clause]


Rule = Callable[[Case], Iterator[Finding]]


def case_of(text: str) -> Case:
    """The text, read."""
    return Case(read(text), targets(text))
