"""Writing the three texts of a report, and freezing it when its cycle closes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.cycles.content import sealed
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle
from throughline.reports.content import PARTS, Report, cleaned, document_of
from throughline.reports.gathering import report_of, with_texts
from throughline.reports.models import LONGEST, Frozen, Words


def write(person: User, cycle: Cycle, *, now: datetime, **texts: str) -> list[str]:
    """Write some of the three texts; an empty one is the draft of the facts again. Gives what changed.

    Raises Refused where a text is too long, or where the report is frozen already.
    """
    said = {part: _readable(part, text) for part, text in texts.items()}
    with transaction.atomic():
        Cycle.objects.select_for_update().get(pk=cycle.pk)
        if Frozen.objects.filter(cycle=cycle).exists():
            raise Refused(
                f"{cycle.title} is closed, and its report stays as it was: write in the report of the next "
                "quarter instead",
                code="frozen",
            )
        before = dict(Words.objects.filter(cycle=cycle).values_list("part", "text"))
        changed = [part for part in PARTS if part in said and said[part] != before.get(part, "")]
        for part in changed:
            _keep(person, cycle, part, said[part], now=now)
        if changed:
            _audit(actor_name(person), "report written", cycle, {"parts": changed}, now=now)
    return changed


def gathered(cycle: Cycle, *, now: datetime) -> Report:
    """The report as it will be frozen, worked out before anything is locked."""
    return report_of(Cycle(**_closed(cycle, now)), now=now)


def freeze(actor: str, cycle: Cycle, report: Report, *, now: datetime) -> Frozen:
    """Keep the report of a closed cycle as it was gathered, with its texts as they stand now."""
    content = document_of(cleaned(with_texts(report, cycle)))
    made = Frozen.objects.create(cycle=cycle, at=now, author=actor, content=content, sha256=sealed(content))
    _audit(actor, "report frozen", cycle, {"sha256": made.sha256}, now=now)
    return made


def _closed(cycle: Cycle, now: datetime) -> dict[str, object]:
    """The cycle as closing leaves it."""
    fields = {each.attname: getattr(cycle, each.attname) for each in Cycle._meta.concrete_fields}
    return {**fields, "state": Cycle.State.CLOSED, "closed_at": now}


def _readable(part: str, text: str) -> str:
    said = "\n".join(line.rstrip() for line in text.strip().replace("\r\n", "\n").split("\n"))
    if part not in PARTS:
        raise Refused(f"expected one of {', '.join(PARTS)}, found '{part[:40]}'", place="part")
    if len(said) > LONGEST:
        raise Refused(
            f"expected at most {LONGEST} characters, found {len(said)}: one page has room for no more",
            place=part,
        )
    require_readable(said, place=part)
    return said


def _keep(person: User, cycle: Cycle, part: str, text: str, *, now: datetime) -> None:
    if not text:
        Words.objects.filter(cycle=cycle, part=part).delete()
        return
    said = {"text": text, "author": actor_name(person), "at": now}
    Words.objects.update_or_create(cycle=cycle, part=part, defaults=said)


def _audit(actor: str, action: str, cycle: Cycle, detail: dict[str, object], *, now: datetime) -> None:
    detail = {"key": cycle.key, **detail}
    audit.record(actor, action, object_type="cycle", object_id=cycle.pk, detail=detail, now=now)
