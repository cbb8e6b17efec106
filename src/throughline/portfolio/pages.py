"""Prioritising as a page: what fits, why, what just missed, and what it would take to change that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio import shown
from throughline.portfolio.access import may_choose, may_write
from throughline.portfolio.answers import question_of
from throughline.portfolio.numbers import written
from throughline.portfolio.ruling import relations_said
from throughline.portfolio.stored import Stored, as_stated, running, stored
from throughline.portfolio.tables import answer_document
from throughline.portfolio.views import BEST, NAMES, compared, ordered
from throughline.portfolio.what_ifs import AS_STATED, WEIGHT, Tried, tried
from throughline.portfolio.working import Found, answer_of
from throughline.site.exports import csv_response

AGENDA = 5
COLUMNS = (
    *(
        "place",
        "key",
        "title",
        "chosen",
        "effort",
        "expected",
        "shrunk",
        "counted",
        "in_best",
        "standard_error",
    ),
    *("rice", "ice", "wsjf", "cd3", "per_week", "why"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks, and what is known of its answer."""

    stored: Stored
    view: str
    tried: Tried
    found: Found

    @property
    def capacity(self) -> float | None:
        """The person-weeks that are asked about, more people among them."""
        capacity: float | None = self.stored.document["capacity"]
        return capacity


@require_safe
def portfolio(request: HttpRequest, key: str) -> HttpResponse:
    """The candidates of a cycle, chosen and ranked."""
    person = signed_in(request.user)
    cycle = cycle_for(person, key)
    asked = _asked(request, cycle)
    is_open = cycle.state != Cycle.State.CLOSED
    context: dict[str, Any] = {
        "cycle": cycle,
        "asked": asked,
        "topic": f"cycle:{cycle.pk}",
        "sentence": shown.sentence(asked.stored, asked.found.document),
        "missing": asked.stored.missing,
        "dropped": asked.stored.dropped,
        "views": [(name, label, name == asked.view) for name, (label, _) in NAMES.items()],
        "may_write": may_write(person) and is_open,
        "may_choose": may_choose(person) and is_open,
        "fields": list(_fields(asked)),
        "unplaced": list(_unplaced(asked)),
        "query": request.GET.urlencode(),
        "working": asked.found.working,
        **(_answer(asked, asked.found.question, asked.found.document) if asked.found.document else {}),
    }
    return render(request, "portfolio/portfolio.html", context, status=422 if asked.tried.problems else 200)


@require_safe
def portfolio_json(request: HttpRequest, key: str) -> JsonResponse:
    """The answer as the command gives it, with what each candidate lacks; 202 while it is worked out."""
    asked = _strictly(_asked(request, cycle_for(request.user, key)))
    said = answer_document(asked.stored, asked.found)
    return JsonResponse(said, status=200 if asked.found.is_current else 202)


@require_safe
def portfolio_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The candidates as a table, in the order of the view."""
    asked = _strictly(_asked(request, cycle_for(request.user, key)))
    if not asked.found.is_current:
        raise Refused("the choice is being worked out anew: ask again in a moment", code="working")
    lines = ordered(asked.found.document, asked.view) if asked.found.document else []
    rows = (_row(each.row) for each in lines)
    return csv_response(f"portfolio-{key}", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


@require_safe
def portfolio_document(request: HttpRequest, key: str) -> HttpResponse:
    """The file that `throughline portfolio` reads."""
    cycle = cycle_for(request.user, key)
    asked = _tried(request, cycle)
    asked.require_right()
    found = stored(cycle, what_if=asked.what_if, now=datetime.now(UTC))
    return HttpResponse(found.content, content_type="application/json")


def _asked(request: HttpRequest, cycle: Cycle) -> Asked:
    """What the address asks; a figure that is wrong is left as it is stated, and said beside its field."""
    view = request.GET.get("view", BEST)
    asked, now = _tried(request, cycle), datetime.now(UTC)
    found = stored(cycle, what_if=asked.what_if, now=now)
    answer = answer_of(found, is_stated=asked.what_if == AS_STATED, now=now)
    return Asked(found, view if view in NAMES else BEST, asked, answer)


def _tried(request: HttpRequest, cycle: Cycle) -> Tried:
    return tried(request.GET, [each.key for each in running(cycle)])


def _strictly(asked: Asked) -> Asked:
    asked.tried.require_right()
    return asked


def _fields(asked: Asked) -> Iterator[dict[str, Any]]:
    """The fields of the what-if: name, label, what is written, what is stated, and what is wrong."""
    rules, texts = asked.stored.rules, asked.tried.texts
    stated = written(rules.capacity) if rules else ""
    person = written(rules.person_weeks if rules else 10.0)
    yield _field(asked, "capacity", "Person-weeks of the team", texts.get("capacity", stated), stated)
    yield _field(asked, "more", f"More people, {person} person-weeks each", texts.get("more", ""), "0")
    weights = rules.weights if rules else {}
    for each in asked.stored.document["objectives"]:
        name = f"{WEIGHT}{each['key']}"
        stated = written(weights.get(each["key"], 1.0))
        yield _field(asked, name, each["title"], texts.get(name, ""), stated)


def _field(asked: Asked, name: str, label: str, value: str, stated: str) -> dict[str, Any]:
    problem = asked.tried.problems.get(name)
    said = problem.message if problem else ""
    return {"name": name, "label": label, "value": value, "stated": stated, "problem": said}


def _unplaced(asked: Asked) -> Iterator[str]:
    """What is wrong with figures that have no field, such as the weight of an objective that is not here."""
    there = {f"{WEIGHT}{each['key']}" for each in asked.stored.document["objectives"]} | {"capacity", "more"}
    yield from (each.message for name, each in asked.tried.problems.items() if name not in there)


def _answer(asked: Asked, question: Any, document: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of an answer, which may be that to an earlier question."""
    titles = {number: each.title for number, each in asked.stored.numbered.items()}
    lines = [(each, _number_in(each.row["key"])) for each in ordered(document, asked.view)]
    return {
        "answer": document,
        "lines": [(each, asked.stored.numbered.get(number)) for each, number in lines],
        "formula": NAMES[asked.view][1],
        "label": NAMES[asked.view][0],
        "is_best": asked.view == BEST,
        "compared": compared(document, asked.view),
        "beside": _beside(asked, document),
        "scatter": shown.drawn(question_of(json.dumps(question)), document),
        "frontier": shown.frontier_of(document),
        "bought": list(shown.bought(document)),
        "prices": list(shown.prices(question, document)),
        "relations": list(relations_said(asked.stored.rules, titles)),
        "order": shown.order(document),
        "agenda": document["disagreement"][:AGENDA],
        "capacities": shown.capacities(document),
        "makeable": asked.found.is_current
        and any(_is_makeable(asked, each) for each in document["candidates"]),
    }


def _is_makeable(asked: Asked, row: Mapping[str, Any]) -> bool:
    return bool(row["chosen"]) and asked.stored.candidates[row["key"]].initiative_id is None


def _beside(asked: Asked, document: dict[str, Any]) -> str:
    """What the what-if changes, where both answers are known."""
    if asked.tried.what_if == AS_STATED or not asked.found.is_current or asked.stored.rules is None:
        return ""
    now = datetime.now(UTC)
    before = answer_of(as_stated(asked.stored), is_stated=True, now=now)
    if not before.is_current or before.document is None:
        return ""
    return shown.beside(before.document, document, is_alike=not asked.tried.what_if.weights)


def _number_in(key: str) -> int:
    return int(key.rpartition("-")[2])


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    chance = row["in_best"] or {}
    return {
        "place": row["rank"],
        "key": row["key"],
        "title": row["title"],
        "chosen": "yes" if row["chosen"] else "no",
        "effort": row["effort"]["expected"],
        **{name: row["value"][name] for name in ("expected", "shrunk", "counted")},
        "in_best": chance.get("probability"),
        "standard_error": chance.get("standard_error"),
        **dict(_scores(row)),
        "why": row["why"],
    }


def _scores(row: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    for name in ("rice", "ice", "wsjf", "cd3", "per_week"):
        yield name, row["views"][name]["score"]
