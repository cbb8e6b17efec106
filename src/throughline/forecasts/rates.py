"""Base rates: what happened elsewhere or before, kept beside the question and updated to a chance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine import base_rates
from throughline.engine.base_rates import DAYS_IN_A_YEAR, Chance
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.forecasts.models import BaseRate
from throughline.live.actions import announce
from throughline.risk.models import Scenario
from throughline.ui import words

MOST_EVENTS = 1_000_000_000
LARGEST_EXPOSURE = 1e9
BY_HAND = (BaseRate.Kind.GAMMA_POISSON.value, BaseRate.Kind.BETA_BINOMIAL.value)
YEARS = {"year": 1.0, "quarter": 0.25, "month": 1 / 12}
LONGEST = {"title": 240, "source": 500}


@dataclass(frozen=True, slots=True)
class Updated:
    """A base rate with the chance for the scenario's period that it comes to, and its 90 % interval."""

    rate: BaseRate
    period: str
    chance: Chance

    @property
    def counted(self) -> str:
        """What was counted, as people say it."""
        if self.rate.kind == BaseRate.Kind.SCORES:
            cves = f"{self.rate.events:,} CVE{'' if self.rate.events == 1 else 's'}"
            said = words.figure(self.rate.chance, "share")
            return f"{said} for at least one of {cves} in {self.rate.exposure:g} days"
        if self.rate.kind == BaseRate.Kind.BETA_BINOMIAL:
            return f"{self.rate.events:,} of {self.rate.exposure:,.0f}"
        years = words.plain_number(self.rate.exposure)
        return f"{self.rate.events:,} in {years} year{'' if self.rate.exposure == 1 else 's'}"

    @property
    def said(self) -> str:
        """The chance that it comes to."""
        value = f"{words.figure(self.chance.value, 'share')} in a {self.period}"
        if self.chance.low == self.chance.high:
            return value
        return f"{value} ({words.interval(self.chance.low, self.chance.high, 'share')})"


def standing(scenario: Scenario) -> QuerySet[BaseRate]:
    """The base rates that stand beside a scenario."""
    return BaseRate.objects.filter(scenario=scenario, withdrawn_at=None)


def updated_rates(scenario: Scenario) -> list[Updated]:
    """The same, each updated to a chance."""
    return [updated(each, scenario.period) for each in standing(scenario)]


def rate_document(rate: BaseRate) -> dict[str, Any]:
    """A base rate for programs, with the chance that it comes to."""
    chance = updated(rate, rate.scenario.period).chance
    names = ("kind", "title", "events", "exposure", "source", "author", "at", "withdrawn_at")
    said = {"chance": chance.value, "low": chance.low, "high": chance.high}
    whose = {"id": rate.pk, "scenario": rate.scenario.key}
    return {**whose, **{name: getattr(rate, name) for name in names}, **said}


def updated(rate: BaseRate, period: str) -> Updated:
    """What a count comes to for a period: gamma-Poisson over time, beta-binomial among cases.

    Cases were watched for the scenario's own period, so their share is the chance itself.
    """
    if rate.kind == BaseRate.Kind.SCORES:
        periods = DAYS_IN_A_YEAR * YEARS[period] / rate.exposure
        value = base_rates.at_constant_hazard(rate.chance or 0.0, periods=periods)
        return Updated(rate, period, Chance(value, value, value))
    if rate.kind == BaseRate.Kind.GAMMA_POISSON:
        found = base_rates.gamma_poisson(rate.events, rate.exposure)
        return Updated(rate, period, found.at_least_one(YEARS[period]))
    share = base_rates.beta_binomial(rate.events, int(rate.exposure))
    return Updated(rate, period, Chance(share.mean, share.low, share.high))


def add_rate(
    person: User,
    scenario: Scenario,
    *,
    kind: str,
    title: str,
    events: object,
    exposure: object,
    source: str = "",
    now: datetime,
) -> BaseRate:
    """Keep how often it happened in how many years, or among how many. Raises Refused with the field."""
    fields = checked(kind=kind, title=title, events=events, exposure=exposure, source=source)
    return keep(person, scenario, fields, now=now)


def keep(person: User, scenario: Scenario, fields: Mapping[str, object], *, now: datetime) -> BaseRate:
    """Put a base rate beside the question, with fields that are checked."""
    with transaction.atomic():
        made = BaseRate.objects.create(scenario=scenario, author=actor_name(person), at=now, **fields)
        _told(person, "base rate added", made, now=now)
    return made


def withdraw(person: User, rate: BaseRate, *, now: datetime) -> None:
    """Take a base rate from beside the question; it stays in the record. Raises Refused."""
    with transaction.atomic():
        if not BaseRate.objects.filter(pk=rate.pk, withdrawn_at=None).update(withdrawn_at=now):
            raise Refused("this base rate was withdrawn already", code="withdrawn")
        _told(person, "base rate withdrawn", rate, now=now)


def restore(person: User, rate: BaseRate, *, now: datetime) -> None:
    """Put a withdrawn base rate back. Raises Refused."""
    with transaction.atomic():
        if not BaseRate.objects.filter(pk=rate.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):
            raise Refused("this base rate stands there already", code="stands")
        _told(person, "base rate put back", rate, now=now)


def checked(*, kind: str, title: str, events: object, exposure: object, source: str) -> dict[str, object]:
    """The fields of a base rate, in their types. Raises Refused with the field."""
    if kind not in BY_HAND:
        raise Refused(f"expected {' or '.join(BY_HAND)}, found '{kind}'", place="kind")
    name = _fitting("title", title)
    if not name:
        raise Refused("say what was counted", place="title", code="missing")
    count, amount = _events(events), _exposure(exposure)
    if kind == BaseRate.Kind.BETA_BINOMIAL and (count > amount or not amount.is_integer()):
        raise Refused(
            f"expected a whole number of cases, at least the {count:,} that happened; found {amount:g}",
            place="exposure",
        )
    fields = {"kind": kind, "title": name, "events": count, "exposure": amount}
    return {**fields, "source": _fitting("source", source)}


def _events(given: object) -> int:
    text = str(given).strip().replace(",", "")
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MOST_EVENTS:
        raise Refused(f"expected how often it happened, such as 3, found '{given}'", place="events")
    return int(text)


def _exposure(given: object) -> float:
    # A number that is none of a person's texts is taken as it is, with all its digits.
    is_number = isinstance(given, float)
    text = str(given).strip().replace(",", "")
    if not is_number and not re.fullmatch(r"[0-9]{1,10}(?:\.[0-9]{1,6})?", text):
        raise Refused(
            f"expected how many years were watched, or how many cases there were, found '{given}'",
            place="exposure",
        )
    if not 0 < float(text) <= LARGEST_EXPOSURE:
        raise Refused(f"expected more than 0 and at most {LARGEST_EXPOSURE:,.0f}", place="exposure")
    return float(text)


def _fitting(place: str, text: str) -> str:
    found = text.strip()
    require_readable(found, place=place)
    if len(found) > LONGEST[place]:
        raise Refused(f"expected at most {LONGEST[place]} characters, found {len(found)}", place=place)
    return found


def _told(person: User, action: str, rate: BaseRate, *, now: datetime) -> None:
    names = ("kind", "title", "events", "exposure", "chance", "source")
    detail = {name: getattr(rate, name) for name in names}
    audit.record(
        actor_name(person),
        action,
        object_type="scenario",
        object_id=rate.scenario_id,
        detail={**detail, "base_rate": rate.pk},
        now=now,
    )
    # Whoever sits in a room about the scenario sees it at once.
    for room in rate.scenario.rooms.filter(closed_at=None, cancelled_at=None):
        announce(f"room:{room.pk}", "rates", now=now)
