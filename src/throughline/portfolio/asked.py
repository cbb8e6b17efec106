"""A question about a portfolio, whole, whoever asks it: a file, or the records of a cycle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from throughline.engine.portfolio import Rule
from throughline.engine.priorities import Aim, Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to choose from and under what. Candidates and rules keep the order in which they were given.

    `titles` are of candidates, `names` of objectives and key results, `says` of balance rules; `votes` are
    points, the more the better.
    """

    candidates: tuple[Candidate, ...]
    capacity: float
    claims: tuple[tuple[str, float], ...] = ()
    rules: tuple[Rule, ...] = ()
    aims: tuple[Aim, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    votes: Mapping[str, float] = field(default_factory=dict)
    weeks: float = 13.0
    person_weeks: float = 10.0
    is_shrunk: bool = True
    draws: int = 200
    seed: int = 1
    top: int | None = None

    @property
    def claimed(self) -> float:
        return sum(weeks for _, weeks in self.claims)

    @property
    def left(self) -> float:
        """The person-weeks that may be chosen for; nothing where more is claimed than there is."""
        return max(0.0, self.capacity - self.claimed)
