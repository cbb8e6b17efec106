"""What other teams want to reach: written down or imported, and bridged to objectives of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle, Objective
from throughline.planning.models import OtherObjective
from throughline.planning.recording import fit, told
from throughline.site.tables import table_of

COLUMNS = ("team", "title", "text", "source")
LIMITS = {"team": 120, "title": 240, "text": 10_000, "source": 2000}
MISSING = {"team": "say which team it is", "title": "say what they want to reach"}
MOST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An objective of another team as it was heard."""

    team: str
    title: str
    text: str = ""
    source: str = ""


def add(
    actor: str, cycle: Cycle, said: Said, *, bridges: Iterable[Objective] = (), now: datetime
) -> OtherObjective:
    """Write down what another team wants to reach. Raises Refused with the field."""
    fields = _checked(said)
    with transaction.atomic():
        _require_new(cycle, fields)
        made = _made(actor, cycle, fields, now=now)
        made.bridges.set(_own(cycle, bridges))
        told(actor, "objective of another team noted", cycle, now=now, other=made.pk, **_short(fields))
    return made


def change(
    actor: str, found: OtherObjective, said: Said, *, bridges: Iterable[Objective] = (), now: datetime
) -> None:
    """Say it in other words, and which objectives of ours it bridges to. Raises Refused with the field."""
    fields = _checked(said)
    with transaction.atomic():
        _require_new(found.cycle, fields, but=found)
        names = {"team_name": fields["team"], **{name: fields[name] for name in ("title", "text", "source")}}
        OtherObjective.objects.filter(pk=found.pk).update(**names)
        ours = _own(found.cycle, bridges)
        found.bridges.set(ours)
        detail = {"other": found.pk, "bridges": [each.key for each in ours], **_short(fields)}
        told(actor, "objective of another team changed", found.cycle, now=now, **detail)
    found.refresh_from_db()


def said_of(found: OtherObjective) -> dict[str, str]:
    """What is written down of it, by the names of `Said`."""
    return {"team": found.team_name, **{name: getattr(found, name) for name in ("title", "text", "source")}}


def withdraw(actor: str, found: OtherObjective, *, now: datetime) -> None:
    """Take it off the page; saying it twice changes nothing."""
    with transaction.atomic():
        if OtherObjective.objects.filter(pk=found.pk, withdrawn_at=None).update(withdrawn_at=now):
            told(actor, "objective of another team withdrawn", found.cycle, now=now, other=found.pk)


def bring_in(actor: str, cycle: Cycle, content: bytes, *, name: str, now: datetime) -> tuple[int, int]:
    """All rows of a table with the columns team, title, text, source, or none; how many are new and changed.

    A row is known again by its team and title. Raises Refused with the line.
    """
    rows = table_of(content, name=name, columns=COLUMNS, required=("team", "title"))
    seen: dict[tuple[str, str], int] = {}
    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        stored = {_known(each.team_name, each.title): each for each in _alive(cycle)}
        new = changed = 0
        for line, row in rows:
            fields = _of_row(row, f"{name}:{line}")
            known = _known(fields["team"], fields["title"])
            if known in seen:
                message = f"{fields['team']} has '{fields['title']}' on line {seen[known]} already: keep one"
                raise Refused(message, place=f"{name}:{line}", code="twice")
            seen[known] = line
            before = stored.get(known)
            if before is None:
                _made(actor, cycle, fields, now=now)
                new += 1
            elif (before.text, before.source) != (fields["text"], fields["source"]):
                OtherObjective.objects.filter(pk=before.pk).update(
                    text=fields["text"], source=fields["source"]
                )
                changed += 1
        told(actor, "objectives of other teams imported", cycle, now=now, file=name, new=new, changed=changed)
    return new, changed


def _of_row(row: dict[str, str], place: str) -> dict[str, str]:
    try:
        return _checked(Said(**row))
    except Refused as refused:
        raise Refused(f"{refused.place}: {refused.message}", place=place, code=refused.code) from refused


def _checked(said: Said) -> dict[str, str]:
    return {
        name: fit(getattr(said, name), place=name, most=LIMITS[name], missing=MISSING.get(name, ""))
        for name in COLUMNS
    }


def _require_new(cycle: Cycle, fields: dict[str, str], *, but: OtherObjective | None = None) -> None:
    known = _known(fields["team"], fields["title"])
    if any(_known(each.team_name, each.title) == known for each in _alive(cycle) if each != but):
        raise Refused(f"{fields['team']} has an objective of this title already", place="title", code="twice")


def _made(actor: str, cycle: Cycle, fields: dict[str, str], *, now: datetime) -> OtherObjective:
    if _alive(cycle).count() >= MOST:
        raise Refused(f"a cycle keeps at most {MOST:,} objectives of other teams", code="size")
    return OtherObjective.objects.create(
        cycle=cycle,
        team_name=fields["team"],
        title=fields["title"],
        text=fields["text"],
        source=fields["source"],
        author=actor,
        at=now,
    )


def _own(cycle: Cycle, bridges: Iterable[Objective]) -> list[Objective]:
    found = list(bridges)
    if any(each.cycle_id != cycle.pk for each in found):
        raise Refused(f"a bridge ends at an objective of {cycle.title}", place="bridges")
    return found


def _alive(cycle: Cycle) -> QuerySet[OtherObjective]:
    return OtherObjective.objects.filter(cycle=cycle, withdrawn_at=None)


def _known(team: str, title: str) -> tuple[str, str]:
    return team.casefold(), title.casefold()


def _short(fields: dict[str, str]) -> dict[str, str]:
    return {"team": fields["team"], "title": fields["title"]}
