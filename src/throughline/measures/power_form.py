"""The form of a metric's page that asks whether a change can be told from noise, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from throughline.engine.calendar import DAY, UNITS, Unit, period_of
from throughline.engine.refusals import Refused
from throughline.measures import queries
from throughline.measures.asker import Asker
from throughline.measures.asking import ALL, Question, command_of
from throughline.measures.moves import said_of
from throughline.measures.power_documents import percent, sentence, whole
from throughline.measures.powers import PLACE, Power, Telling, ratio_of, telling
from throughline.measures.ranges import Range, range_of
from throughline.measures.shown import definition_of
from throughline.ui.problems import Problem, problem_of
from throughline.ui.words import NOTHING

PAGE = "/metrics/power"
FIELD = "ratio"
PLACES = {PLACE: FIELD}
NAMED: dict[Unit, str] = {"quarter": "last-quarter", "year": "last-year"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: the group in words, what was found of it, and that as a sentence."""

    name: str
    power: Power
    said: str
    percent: str
    needed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerForm:
    """The form as it was filled in; `hidden` keeps the rest of the address, `problem` stands by the field."""

    ratio: str
    hidden: list[tuple[str, str]]
    problem: Problem | None = None
    told: Telling | None = None
    lines: tuple[Line, ...] = ()
    left_out: tuple[str, ...] = ()
    # Whose events are taken: the period in words.
    period: str = ""
    csv_address: str = ""
    json_address: str = ""
    command: str = ""


def without_periods(question: Question, *, now: datetime) -> Question:
    """The question of one period instead of a course: the range asked for, else the last whole period.

    A change is one from period to period, so that the periods among its groups say which one is meant.
    """
    metric = queries.metric_of(definition_of(question), by=question.by)
    named = {each.unit for each in metric.by}
    units = [unit for unit in UNITS if unit in named]
    kept = tuple(text for text, each in zip(question.by, metric.by, strict=True) if not each.unit)
    span = question.range
    if units and span == ALL:
        span = _last(units[0], question.known_at or now)
    return replace(question, by=kept, range=span, compare="")


def asked(question: Question, text: str, asker: Asker) -> Telling:
    """What the form's ratio asks of a question, whatever its periods. Raises Refused with the place."""
    ratio = ratio_of(text)
    return telling(without_periods(question, now=asker.now), asker, ratio=ratio)


def power_form(question: Question, text: str, asker: Asker) -> PowerForm:
    """The form, answered where it holds a ratio."""
    hidden = question.parameters()
    if not text:
        return PowerForm(ratio="", hidden=hidden)
    try:
        told = asked(question, text, asker)
    except Refused as refused:
        problem = problem_of(refused, {FIELD: text}, fields=PLACES)
        return PowerForm(ratio=text, hidden=hidden, problem=problem)
    of_one = without_periods(question, now=asker.now)
    return PowerForm(
        ratio=text,
        hidden=hidden,
        told=told,
        lines=tuple(_line(each, told) for each in told.found),
        left_out=tuple(map(_name, told.left_out)),
        period="" if of_one.range == ALL else said_of(of_one.range),
        csv_address=_address(of_one, text, "csv"),
        json_address=_address(of_one, text, "json"),
        command=command_of(of_one, ("--power-for", text)),
    )


def _line(found: Power, told: Telling) -> Line:
    power, needed = found.measured.power, found.measured.events_needed
    return Line(
        _name(found.group),
        found,
        sentence(found, told),
        percent=NOTHING if power is None else percent(power),
        needed=NOTHING if needed is None else whole(needed),
    )


def _last(unit: Unit, now: datetime) -> Range:
    """The last whole period, by its name where it has one, so that an address goes with the calendar."""
    period = period_of(unit, period_of(unit, now).start - DAY)
    named = range_of(NAMED.get(unit, ""), since="", until="", now=now)
    return named if named != ALL else Range("custom", period.start, period.end)


def _address(question: Question, ratio: str, ending: str) -> str:
    said: list[tuple[str, Any]] = [*question.parameters(), (FIELD, ratio)]
    return f"{PAGE}.{ending}?{urlencode(said)}"


def _name(group: dict[str, str]) -> str:
    return " · ".join(group.values())
