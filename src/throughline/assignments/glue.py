"""Who has had the glue work: earlier published plans, and the plan that is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from throughline.assignments.asking import Asked
from throughline.assignments.standing import history_before, quarter_of
from throughline.engine import fairness
from throughline.engine.fairness import Load, Piece
from throughline.people.models import WorkKind

# An account nearer to nothing than that is said to be even.
EVEN = 0.02


@dataclass(frozen=True, slots=True)
class Row:
    """A person's glue work, in shares of a quarter, and what her account does in the match."""

    name: str
    earlier: tuple[tuple[str, float], ...]
    now: float
    carried: float
    account: float

    @property
    def says(self) -> str:
        """What earlier quarters do for her now."""
        if abs(self.account) < EVEN:
            return "even"
        return "comes first now" if self.account < 0 else "had it better so far"


def glue_of(asked: Asked, document: Mapping[str, Any]) -> list[Row]:
    """The team, who has had most of the glue work first, with what the plan adds."""
    quarter = quarter_of(asked.cycle.start)
    team = [each.key for each in asked.question.people]
    history = history_before(asked.cycle)
    planned = {each.person: each for each in _planned(asked, document, quarter)}
    known = [*history, *planned.values()]
    accounts = {each.key: each.account for each in asked.question.people}
    return [
        Row(
            name=asked.people[each.person].name,
            earlier=tuple(
                (_called(when), share) for when, share in sorted(each.glue.items()) if when < quarter
            ),
            now=planned[each.person].glue if each.person in planned else 0.0,
            carried=each.carried_glue,
            account=accounts[each.person],
        )
        for each in fairness.standings(known, team, quarter=quarter + 1)
    ]


def _planned(asked: Asked, document: Mapping[str, Any], quarter: int) -> list[Load]:
    kinds = {key: work.kinds for key, work in asked.works.items()}
    glue = set(WorkKind.objects.filter(is_glue=True).values_list("key", flat=True))
    # How well the work suits has no part in glue; what counts here is who has it.
    pieces = (
        Piece(row["person"], quarter, min(1.0, row["share"]), kinds[row["work"]], 0.0)
        for row in document["plan"]
        if row["work"] in kinds
    )
    return fairness.loads(pieces, glue)


def _called(quarter: int) -> str:
    """A quarter by its number.

    >>> _called(8107)
    '2026-Q4'
    """
    return f"{quarter // 4}-Q{quarter % 4 + 1}"
