"""What was found is kept beside its records, and is their date where nothing better is known; or by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit.actions import record as audit
from throughline.engine.dates import iso
from throughline.engine.introduction.evidence import Evidence, evidence_of, may_replace
from throughline.engine.introduction.holdings import spell_at
from throughline.engine.refusals import Refused
from throughline.introductions.answers import Answer, document
from throughline.introductions.matching import matched
from throughline.introductions.models import Estimate
from throughline.vulnerabilities.access import triageable
from throughline.vulnerabilities.actions import measure_again
from throughline.vulnerabilities.introducing import (
    BY_HAND,
    FIELDS,
    FOUND,
    TAKEN_BACK,
    without_hands,
    write_introduction,
)
from throughline.vulnerabilities.models import Basis, Service, Vulnerability

# What decides whether a record takes an answer.
SAID = ("introduced_at", "introduced_basis", "introduced_method", "introduced_latest", "pinned")
STORED, SAME, BESIDE = "stored", "unchanged", "kept beside"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an answer on one record: stored, unchanged, or kept beside what is known better."""

    vulnerability: int
    title: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Times:
    at: datetime
    earliest: datetime | None = None
    latest: datetime | None = None


def store(
    answers: Sequence[Answer],
    *,
    repository: str,
    actor: str,
    now: datetime,
    service: str = "",
    number: int | None = None,
) -> list[list[Kept]]:
    """Keep each answer on the records that it is about; what became of it on each of them.

    `service` says of which service the clone is, `number` on which record a single answer belongs. Raises
    Refused where there is no such service or record, or where one answer meets records of several services.
    """
    found = [_records(answer, service=service, number=number) for answer in answers]
    with transaction.atomic():
        kept = [
            [_keep(each, answer, repository=repository, actor=actor, now=now) for each in records]
            for answer, records in zip(answers, found, strict=True)
            if records is not None
        ]
        counts = {
            outcome: sum(each.outcome == outcome for one in kept for each in one)
            for outcome in (STORED, SAME, BESIDE)
        }
        detail = {"repository": repository, "subjects": len(answers), **counts}
        audit(actor, "introductions stored", object_type="vulnerability", detail=detail, now=now)
        if counts[STORED]:
            measure_again(now)
    return kept


def _records(answer: Answer, *, service: str, number: int | None) -> list[Vulnerability]:
    if answer.found.introduced is None:
        return []
    if number is not None:
        one = Vulnerability.objects.filter(pk=number).first()
        if one is None:
            raise Refused(f"there is no vulnerability {number}", place="--record", code="no_record")
        return [one]
    if service and not Service.objects.filter(name=service).exists():
        raise Refused(f"there is no service '{service[:160]}'", place="--service", code="no_service")
    records = matched(answer, service=service)
    services = sorted({str(each.service or "none") for each in records})
    if len(services) > 1:
        message = (
            f"{answer.subject} meets records of several services ({', '.join(services[:5])}): say whose it is"
        )
        raise Refused(message, place="--service", code="several_services")
    return records


def _keep(record: Vulnerability, answer: Answer, *, repository: str, actor: str, now: datetime) -> Kept:
    # An answer before this one may have written it since it was found.
    record.refresh_from_db(fields=SAID)
    times = _times(answer, record)
    reason = _against(record, answer.found.evidence, times)
    is_news = False
    if not reason:
        is_news = write_introduction(actor, record.pk, _values(answer, times), action=FOUND, now=now)
    _remember(record, answer, times, repository=repository, actor=actor, now=now, reason=reason)
    return Kept(record.pk, record.title, BESIDE if reason else STORED if is_news else SAME, reason)


def _times(answer: Answer, record: Vulnerability) -> _Times:
    """The estimate; of a dependency that came back, the entry that was there when the record was found."""
    found, identified = answer.found, record.identified_at
    assert found.introduced is not None
    # By the day, since many records say no more of when they were found.
    seen = identified and spell_at(answer.spells, datetime.combine(identified, time.max, UTC))
    if seen:
        return _Times(seen.begin.date)
    if found.oldest == found.newest:
        return _Times(found.introduced)
    return _Times(found.introduced, found.oldest, found.newest)


def _against(record: Vulnerability, new: Evidence, times: _Times) -> str:
    """Why the record does not say what was found; empty where it does."""
    identified = record.identified_at
    if identified is not None and times.at.date() > identified.date():
        return f"it was identified on {identified:%Y-%m-%d}, before that"
    if record.introduced_at is None and "introduced_at" not in record.pinned:
        return ""
    # A date without a basis is what somebody wrote into a register.
    basis = record.introduced_basis or str(Basis.REPORTED.value)
    is_open = new is Evidence.BISECT and times.latest is not None
    if is_open and record.introduced_method == new.method and record.introduced_latest is None:
        return "what is known is better: a bisection that was finished"
    if may_replace(new, evidence_of(basis, record.introduced_method)):
        return ""
    told = f"{basis}, {record.introduced_method}" if record.introduced_method else basis
    return f"what is known is better: {told}"


def _values(answer: Answer, times: _Times) -> dict[str, Any]:
    bounds = {"introduced_earliest": times.earliest, "introduced_latest": times.latest}
    return {
        "introduced_at": iso(times.at),
        "introduced_basis": answer.found.evidence.basis,
        "introduced_method": answer.found.evidence.method,
        **{name: iso(bound) for name, bound in bounds.items() if bound},
    }


def _remember(
    record: Vulnerability,
    answer: Answer,
    times: _Times,
    *,
    repository: str,
    actor: str,
    now: datetime,
    reason: str,
) -> None:
    told = document(answer)
    said = {
        "basis": told["basis"],
        "method": told["method"],
        "introduced": times.at,
        "oldest": answer.found.oldest,
        "newest": answer.found.newest,
        "candidates": told["candidates"],
        "notes": told["notes"],
        "reason": reason,
    }
    about = {"vulnerability": record, "subject": answer.subject[:1000], "repository": repository[:240]}
    last = Estimate.objects.filter(**about).first()
    if last is None or any(getattr(last, name) != value for name, value in said.items()):
        Estimate.objects.create(**about, **said, actor=actor, found_at=now)


def correct(
    user: User,
    id: int,
    *,
    day: date,
    earliest: date | None = None,
    latest: date | None = None,
    why: str = "",
    actor: str = "",
    now: datetime,
) -> None:
    """Say by hand when a flaw came in. Raises Refused, and the 404 where the person may not decide it.

    `actor` is how history and audit name who did it, where that is more than the person.
    """
    actor = actor or actor_name(user)
    triageable(user, [id])
    record = Vulnerability.objects.get(pk=id)
    _require_in_order(record, day, earliest, latest, now=now)
    bounds = {"introduced_earliest": earliest, "introduced_latest": latest}
    said = {
        "introduced_at": _midnight(day),
        "introduced_basis": str(Basis.MANUAL.value),
        "introduced_method": why.strip(),
        **{name: _midnight(bound) for name, bound in bounds.items() if bound},
    }
    with transaction.atomic():
        write_introduction(actor, id, said, action=BY_HAND, now=now, by_hand=True)
        _told(actor, "introduction said", id, {"day": f"{day}", "why": why.strip()}, now=now)


def take_back(user: User, id: int, *, actor: str = "", now: datetime) -> None:
    """Let what was found or imported stand again. Raises Refused where nothing was said by hand."""
    actor = actor or actor_name(user)
    triageable(user, [id])
    if FIELDS[0] not in Vulnerability.objects.get(pk=id).pinned:
        raise Refused("Nobody said by hand when it was introduced: there is nothing to take back.")
    with transaction.atomic():
        said = without_hands(id)
        write_introduction(actor, id, said, action=TAKEN_BACK, now=now, by_hand=False)
        _told(actor, "introduction undone", id, {}, now=now)


def _told(actor: str, action: str, id: int, detail: dict[str, Any], *, now: datetime) -> None:
    audit(actor, action, object_type="vulnerability", object_id=id, detail=detail, now=now)
    measure_again(now)


def _require_in_order(
    record: Vulnerability, day: date, earliest: date | None, latest: date | None, *, now: datetime
) -> None:
    if day > now.date():
        raise Refused("That day has not come yet.", code="day")
    if record.identified_at and day > record.identified_at.date():
        message = f"It was identified on {record.identified_at:%Y-%m-%d}: it came in on that day or before."
        raise Refused(message, code="day")
    if earliest and earliest > day:
        raise Refused("The earliest day is expected to be the day above or before it.", code="earliest")
    if latest and latest < day:
        raise Refused("The latest day is expected to be the day above or after it.", code="latest")


def _midnight(day: date) -> str:
    return iso(datetime.combine(day, time(), UTC))
