"""From a candidate to an initiative of the cycle: effort, story, expected effects, and a link both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.engine.refusals import Refused
from throughline.engine.treatments import Range
from throughline.objectives import efforts, items
from throughline.objectives.effects import range_text, units_of
from throughline.objectives.models import Cycle, Initiative
from throughline.objectives.wording import names_of
from throughline.portfolio.models import Candidate
from throughline.portfolio.recording import told
from throughline.portfolio.stored import stored
from throughline.portfolio.working import answer_of


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be made of a candidate, in words; `refused` says why it cannot be."""

    candidate: Candidate
    moves: tuple[str, ...]
    serves: tuple[str, ...]
    refused: str = ""


def previewed(candidates: Sequence[Candidate]) -> list[Planned]:
    """What making initiatives of these would write; nothing is written."""
    impacts = [each for candidate in candidates for each in candidate.impacts.all()]
    units = units_of({each.key_result for each in impacts})
    names = names_of({each.key_result for each in impacts})
    return [
        Planned(
            each,
            tuple(
                f"{range_text(one.low, one.high, units[one.key_result_id])} on {names[one.key_result_id]}"
                for one in each.impacts.all()
            ),
            tuple(part.title for part in (each.objective, each.goal) if part),
            _refusal(each),
        )
        for each in candidates
    ]


def chosen_of(cycle: Cycle, *, now: datetime) -> list[Candidate]:
    """What the best choice holds and is no initiative yet, in the order of the page. Raises Refused."""
    asked = stored(cycle, now=now)
    answer = answer_of(asked, is_stated=True, now=now)
    if not answer.is_current:
        raise Refused("the choice is being worked out anew: look again in a moment", code="working")
    rows = answer.document["candidates"] if answer.document else []
    found = [asked.candidates[each["key"]] for each in rows if each["chosen"]]
    return [each for each in found if each.initiative_id is None]


def require_as_seen(chosen: Sequence[Candidate], seen: Sequence[str]) -> None:
    """Raises Refused where other candidates are chosen than those that somebody looked at, by number."""
    if list(seen) != [str(each.pk) for each in chosen]:
        said = "what is chosen has changed since you looked at it: look again"
        raise Refused(said, place="candidates", code="changed")


def make_initiative(actor: str, candidate: Candidate, *, now: datetime) -> Initiative:
    """The initiative of a candidate, with what it should move. Raises Refused."""
    with transaction.atomic():
        stored = Candidate.objects.select_for_update().get(pk=candidate.pk)
        if why := _refusal(stored):
            raise Refused(why, code="not_makeable")
        made: Initiative = items.add_item(
            actor,
            "initiative",
            title=stored.title,
            narrative=stored.narrative,
            cycle=stored.cycle,
            now=now,
            **_figures(stored),
        )
        if stored.objective:
            items.join(actor, made, stored.objective, "contributes", now=now)
        if stored.goal:
            items.join(actor, made, stored.goal, "supports", now=now)
        for each in stored.impacts.select_related("key_result"):
            efforts.expect(
                actor,
                made,
                each.key_result,
                low=each.low,
                high=each.high,
                confidence=stored.confidence,
                now=now,
            )
        stored.initiative = made
        stored.save(update_fields=["initiative"])
        detail = {"initiative": made.key, "title": stored.title}
        told(actor, "initiative made of candidate", stored, detail, now=now)
    candidate.initiative = made
    return made


def make_all(actor: str, candidates: Sequence[Candidate], *, now: datetime) -> list[Initiative]:
    """Initiatives of all of these that have none yet, or of none of them. Raises Refused."""
    with transaction.atomic():
        return [make_initiative(actor, each, now=now) for each in candidates if each.initiative_id is None]


def _figures(candidate: Candidate) -> dict[str, Any]:
    """An initiative has one figure for a week's delay: the mean of the range."""
    found: dict[str, Any] = {
        "effort_low": candidate.effort_low,
        "effort_high": candidate.effort_high,
        "delay_profile": candidate.delay_profile,
    }
    if candidate.delay_low is not None and candidate.delay_high is not None:
        found["delay_cost"] = Range(candidate.delay_low, candidate.delay_high).mean
    if candidate.deadline:
        found["due"] = candidate.deadline
    return found


def _refusal(candidate: Candidate) -> str:
    if candidate.initiative_id is not None:
        return "it is an initiative already"
    if candidate.dropped_at is not None:
        return "it is dropped: take it up again first"
    if candidate.cycle.state == Cycle.State.CLOSED:
        return f"{candidate.cycle.title} is closed"
    if candidate.effort_low is None:
        return "say first what it takes: its effort is missing"
    return ""
