"""Loading the sample through the same actions that a person's clicks use."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from throughline.accounts.actions import add_person, add_team
from throughline.accounts.models import Team, User
from throughline.audit import actions as audit
from throughline.audit.models import Entry
from throughline.sample.foretelling import live_rooms
from throughline.sample.grading import live_outcomes
from throughline.sample.meeting import live_beside, live_meetings
from throughline.sample.organisation import PEOPLE, SERVICES, SOURCES
from throughline.sample.planning import live_plans
from throughline.sample.prioritising import live_candidates
from throughline.sample.records import listings, lives
from throughline.sample.risking import live_risks
from throughline.sample.scanning import live_through
from throughline.sample.showing import live_dashboards
from throughline.sample.staffing import live_staffing
from throughline.sample.stories import live_stories
from throughline.sample.wishing import live_wishes
from throughline.sources.actions import import_file
from throughline.sources.wishes import Wish
from throughline.vulnerabilities.models import Service, Vulnerability
from throughline.vulnerabilities.services import add_service

ACTOR = "sample"
BEGUN, LOADED = "sample begun", "sample loaded"
SEED = 2024


def is_wanted() -> bool:
    """Whether the home is empty, or holds a load that was cut off and has to be taken up again."""
    said = set(Entry.objects.filter(action__in=(BEGUN, LOADED)).values_list("action", flat=True))
    return (BEGUN in said and LOADED not in said) or not (said or Vulnerability.objects.exists())


def load(home: Path, now: datetime, *, told: Callable[[str], None] = lambda step: None) -> None:
    """Fill an empty home with the example organisation as it stands at `now`; `home` is the open one.

    Each step can be repeated, so a load that was killed goes on where it stopped.
    """
    if not is_wanted():
        return
    _say(BEGUN, home, now)
    told("people and services")
    _people(now)
    told("two years of vulnerabilities")
    _records(now)
    told("four months of scans")
    live_through(_begun(now), seed=SEED, actor=ACTOR)
    live_plans(now, seed=SEED, told=told)
    told("the register of risks")
    live_risks(now)
    told("what panels foretold")
    live_rooms(now)
    told("how the next quarter is planned")
    live_meetings(now)
    live_candidates(now)
    live_beside(now)
    told("what is told of the work")
    live_stories(now)
    told("what people like and want to learn")
    live_wishes(now)
    told("what the work needs")
    live_staffing(now)
    told("how finished work turned out")
    live_outcomes(now, seed=SEED)
    told("what is shown on Friday")
    live_dashboards(now)
    _say(LOADED, home, now)


def _say(action: str, home: Path, now: datetime) -> None:
    with transaction.atomic():
        audit.record(ACTOR, action, now=now, detail={"seed": SEED, "home": home.name})


def _begun(now: datetime) -> datetime:
    """When the load was first begun: the nights of scanning stay those of that day."""
    return Entry.objects.filter(action=BEGUN, at__lte=now).earliest("at").at


def _people(now: datetime) -> None:
    known = set(Team.objects.values_list("name", flat=True))
    for name in dict.fromkeys(service.team for service in SERVICES):
        if name not in known:
            add_team(ACTOR, name, now=now)
    for service in SERVICES:
        if not Service.objects.filter(name=service.name).exists():
            owner = Team.objects.get(name=service.team)
            add_service(ACTOR, name=service.name, team=owner, tier=service.tier, now=now)
    for person in PEOPLE:
        if not User.objects.filter(email=person.email).exists():
            add_person(
                ACTOR,
                name=person.name,
                email=person.email,
                role=person.role,
                teams=[person.team] if person.team else [],
                sees_all_teams=person.sees_all_teams,
                now=now,
            )


def _records(now: datetime) -> None:
    rows = list(listings(lives(now, seed=SEED), now))
    for source in SOURCES:
        said = [_without_source(row) for row in rows if row["source"] == source.name]
        wish = Wish(source=source.name, as_of_column="as_of")
        import_file(_file(said), name=f"{source.name}.csv", wish=wish, actor=ACTOR, now=now)


def _without_source(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name != "source"}


def _file(rows: Iterable[dict[str, str]]) -> io.BytesIO:
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())
