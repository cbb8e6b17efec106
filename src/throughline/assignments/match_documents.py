"""The match for programs and spreadsheets, as who plans may see it: costs to the hundredth, nobody's scores.

An exact figure of what the team loses could be read back as what somebody answered, where a piece of work is
all of one kind; to the hundredth it says what anybody can mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from throughline.assignments.asking import Asked
from throughline.assignments.documents import shown_at
from throughline.assignments.match_shown import cost_looked, left
from throughline.assignments.models import Plan
from throughline.assignments.publishing import Prepared
from throughline.assignments.seeing import DIGITS, cost_to_the_hundredth
from throughline.assignments.stated import because_to_others
from throughline.assignments.trying import Looked
from throughline.engine.matching import TERMS
from throughline.objectives.models import Cycle

COLUMNS = ("person", "name", "work", "title", "weeks", "share", "load", "capacity")
TRIANGLE = ("business", "interest", "growth", "plan", "shown")


def match_document(asked: Asked, document: Mapping[str, Any], *, with_costs: bool = True) -> dict[str, Any]:
    """The plan, three suggestions for each person in their order, swaps, and what is left.

    Without costs it is who does what and what is left: see `trying.Looked.has_costs`.
    """
    return {
        "cycle": asked.cycle.key,
        "weights": document["weights"],
        "settings": document["settings"],
        "plan": [
            {**each, "name": _name(asked, each["person"]), "title": asked.titles.get(each["work"], "")}
            for each in document["plan"]
        ],
        "people": [_person(asked, each, with_costs=with_costs) for each in document["people"]],
        "unstaffed": [
            {"title": each.title, "value": each.value, "why": each.why} for each in left(asked, document)
        ],
        "balance": [
            {**each, "price": round(each["price"], DIGITS) if with_costs else None}
            for each in document["balance"]
        ],
        "without_weeks": [each.key for each in asked.without_weeks],
    }


def looked_document(looked: Looked) -> dict[str, Any]:
    """What an address asks of a match: the plan, and what its changes cost beside the one that is stated."""
    found, cost = looked.found, None
    if looked.wished.changes:
        told = cost_looked(looked)
        cost = {"says": told.says, "cost": told.cost, "differs": list(told.differs)}
    answer = found.document
    if answer:
        answer = match_document(looked.shown, answer, with_costs=looked.has_costs)
    return {
        "cycle": looked.shown.cycle.key,
        "current": found.is_current,
        "conflicts": list(looked.shown.conflicts),
        "cost": cost,
        "answer": answer,
    }


def rows(asked: Asked, document: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Who does what, a row each; somebody without work has a row of her own."""
    by_person: dict[str, list[Mapping[str, Any]]] = {}
    for each in document["plan"]:
        by_person.setdefault(each["person"], []).append(each)
    for person in document["people"]:
        of, had = (person["id"], person["name"]), (person["load"], person["capacity"])
        for each in by_person.get(person["id"], ()):
            work = asked.works.get(each["work"])
            weeks = work.weeks if work else None
            title = asked.titles.get(each["work"], "")
            yield *of, each["work"], title, weeks, round(each["share"], 3), *had
        if person["id"] not in by_person:
            yield *of, None, None, 0.0, 0.0, *had


def triangle_rows(document: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Each point with the number of its best plan, and of the one that the picture shows there."""
    for each in document["points"]:
        yield *(each[name] for name in TERMS), each["plan"] + 1, shown_at(each) + 1


def triangle_plain(asked: Asked, document: Mapping[str, Any]) -> dict[str, Any]:
    """The points with their plans, each plan once; what a plan is worth at a point is left out."""
    return {
        "cycle": asked.cycle.key,
        "points": [dict(zip(TRIANGLE, row, strict=True)) for row in triangle_rows(document)],
        "plans": [
            [{**each, "title": asked.titles.get(each["work"], "")} for each in plan]
            for plan in document["plans"]
        ],
    }


def published_document(cycle: Cycle, plan: Plan | None) -> dict[str, Any]:
    """A plan of a cycle as it was published."""
    if plan is None:
        return {"cycle": cycle.key, "published": None}
    said = {"plan": plan.pk, "at": plan.published_at, "author": plan.author, "note": plan.note}
    return {"cycle": cycle.key, "published": {**said, "document": plan.document}}


def prepared_document(cycle: Cycle, ready: Prepared | None) -> dict[str, Any]:
    """What publishing would write in a cycle; without a plan nothing."""
    if ready is None:
        return {"cycle": cycle.key, "seen": None, "plan": [], "work": [], "owners": []}
    return {
        "cycle": cycle.key,
        "seen": ready.fingerprint,
        "plan": list(ready.rows),
        "work": [
            {
                "initiative": each.initiative.key,
                "joins": [one.name for one in each.joins],
                "stays": list(each.stays),
                "beyond": [{"assignment": one.pk, "name": one.name} for one in each.beyond],
            }
            for each in ready.staffed
        ],
        "owners": [
            {
                "key_result": each.key_result.pk,
                "title": each.title,
                "owner": each.owner.name,
                "before": each.before,
                "by_hand": each.by_hand,
            }
            for each in ready.owned
        ],
    }


def _person(asked: Asked, each: Mapping[str, Any], *, with_costs: bool) -> dict[str, Any]:
    said = {name: each[name] for name in ("id", "name", "capacity", "load")}
    if not with_costs:
        return said
    kept = ("work", "title", "planned", "toss_up")
    sharing = asked.sharing if each["id"] in asked.sharing else frozenset()
    return {
        **said,
        "suggestions": [
            {
                **{name: one[name] for name in kept},
                "because": because_to_others(asked, each["id"], one["work"], one["because"]),
                "complements": [other for other in one["complements"] if other in sharing],
                "opportunity_cost": cost_to_the_hundredth(one["opportunity_cost"]),
            }
            for one in each["suggestions"]
        ],
        "swaps": [{**one, "cost": cost_to_the_hundredth(max(0.0, one["cost"]))} for one in each["swaps"]],
    }


def _name(asked: Asked, person: str) -> str:
    return asked.people[person].name if person in asked.people else ""
