"""The work of a quarter in sums, and the quarter that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from throughline.objectives.models import Cycle, Effect, Initiative, KeyResult
from throughline.objectives.wording import names_of
from throughline.reports.content import Next, Work
from throughline.ui import words

ORDER = (
    Initiative.Status.DONE,
    Initiative.Status.DOING,
    Initiative.Status.PLANNED,
    Initiative.Status.DROPPED,
)
NAMES = {
    Initiative.Status.DONE: "done",
    Initiative.Status.DOING: "under way",
    Initiative.Status.PLANNED: "planned",
    Initiative.Status.DROPPED: "given up",
}


def work_of(cycle: Cycle) -> Work:
    """Counts, weeks, and how right the expected effects were; no figure of one person or one piece."""
    found = list(cycle.initiatives.filter(archived_at=None).select_related("story"))
    counted = Counter(each.status for each in found)
    counts = tuple((NAMES[status], counted[status]) for status in ORDER if counted[status])
    alive = [each for each in found if each.status != Initiative.Status.DROPPED]
    return Work(
        counts=counts,
        sentence=_sentence(counts, alive),
        effects=_effects(list(Effect.objects.filter(initiative__in=alive))),
        stories=tuple(
            (each.title, board) for each in sorted(alive, key=_done_first) if (board := _board(each))
        ),
    )


def following_of(cycle: Cycle) -> Next | None:
    """The next cycle by its days."""
    found = Cycle.objects.filter(start__gt=cycle.end).order_by("start", "id").first()
    if found is None:
        return None
    objectives = list(found.objectives.filter(archived_at=None))
    results = list(KeyResult.objects.filter(objective__in=objectives, dropped_at=None))
    carried = [each for each in results if each.carried_from_id is not None]
    return Next(
        title=found.title,
        state=found.state,
        sentence=_planned(found, len(results)),
        objectives=tuple(each.title for each in objectives),
        results=len(results),
        carried=tuple(names_of(carried).values()) if carried else (),
    )


def _planned(cycle: Cycle, results: int) -> str:
    state = "a draft" if cycle.state == Cycle.State.DRAFT else cycle.state
    return f"It is {state}, with {results or 'no'} key result{'' if results == 1 else 's'}."


def _done_first(work: Initiative) -> int:
    return ORDER.index(Initiative.Status(work.status))


def _board(work: Initiative) -> str:
    story = getattr(work, "story", None)
    return story.board if story else ""


def _sentence(counts: Sequence[tuple[str, int]], alive: Sequence[Initiative]) -> str:
    total = sum(n for _, n in counts)
    if not total:
        return "No work was planned in it."
    said = ", ".join(f"{n} {word}" for word, n in counts)
    begin = f"{total} piece{'' if total == 1 else 's'} of work: {said}"
    sized = [(each.effort_low, each.effort_high) for each in alive]
    low, high = (sum(edge for edge in edges if edge is not None) for edges in zip(*sized, strict=True))
    if not high:
        return f"{begin}."
    return f"{begin}; {words.plain_number(low)} to {words.plain_number(high)} person-weeks by their ranges."


def _effects(stated: Sequence[Effect]) -> str:
    known = [each for each in stated if each.realised is not None]
    if not stated:
        return "No effect on a key result was stated."
    begin = f"{len(stated)} effect{'' if len(stated) == 1 else 's'} on key results "
    begin += "was stated" if len(stated) == 1 else "were stated"
    if not known:
        return f"{begin}; what came of them is not known yet."
    inside = sum(each.low <= each.realised <= each.high for each in known if each.realised is not None)
    said = sum(each.confidence for each in known) / len(known)
    return (
        f"{begin}; of {len(known)} it is known what came of them, and {inside} fell into the range, "
        f"which was said to hold with {said:.0%} on average."
    )
