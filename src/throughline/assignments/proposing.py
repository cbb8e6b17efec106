"""What a piece of work may need, from what the plan says of it already; nothing of it is kept unasked."""

from __future__ import annotations

from throughline.accounts.models import User
from throughline.assignments.staffing import CONTINUES, MOST_WEEKS, Item, Said
from throughline.objectives.models import Initiative, KeyResult
from throughline.objectives.versions import current_version
from throughline.people.access import kinds_in_use, workers

# Measuring, asking and saying how it stands, an hour or two a week.
OWNING_WEEKS = 1.0


def proposal(item: Item) -> Said:
    """A first description: weeks from the effort and the people, kinds from the candidate that it was."""
    return _of_initiative(item) if isinstance(item, Initiative) else _of_key_result(item)


def _of_initiative(item: Initiative) -> Said:
    assigned = list(item.assignments.select_related("user"))
    count = max(1, len(assigned))
    is_running = item.status == Initiative.Status.DOING
    return Said(
        kinds=_kinds(item),
        weeks=_weeks(item, count),
        least=1,
        most=count,
        ties={CONTINUES: _given_work([each.user for each in assigned]) if is_running else []},
    )


def _of_key_result(item: KeyResult) -> Said:
    owner = None if item.sketch is not None else current_version(item).owner
    return Said(weeks=OWNING_WEEKS, ties={CONTINUES: _given_work([owner])})


def _weeks(item: Initiative, people: int) -> float | None:
    """The middle of the range of its effort, shared by those who are on it."""
    ends = [each for each in (item.effort_low, item.effort_high) if each is not None]
    each = round(sum(ends) / len(ends) / people, 1) if ends else 0.0
    return min(each, MOST_WEEKS) if each > 0 else None


def _kinds(item: Initiative) -> dict[str, float]:
    """Those kinds of its candidate that are kinds of work as well."""
    candidate = getattr(item, "candidate", None)
    said = candidate.kinds if candidate else {}
    known = set(kinds_in_use().values_list("key", flat=True))
    found = {kind: part for kind, part in said.items() if kind in known}
    return found if sum(found.values()) <= 1 else {}


def _given_work(people: list[User | None]) -> list[User]:
    known = set(workers())
    return [each for each in people if each is not None and each in known]
