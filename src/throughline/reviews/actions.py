"""Checking in, holding a review, overriding a grade, writing a post-mortem, dropping a key result."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models, transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle, KeyResult
from throughline.objectives.queries import stand_of
from throughline.objectives.versions import current_version
from throughline.reviews.models import CheckIn, MonthlyReview, Override, PostMortem

LONGEST_LINE = 500
LONGEST_TEXT = 5000


def check_in(
    actor: str,
    key_result: KeyResult,
    *,
    confidence: float,
    line: str = "",
    person: User | None = None,
    now: datetime,
) -> CheckIn:
    """How likely the key result ends at or past its target, and a line; the value is already there.

    Raises Refused with the field, and where the key result has ended.
    """
    if not 0 <= confidence <= 1:
        raise Refused(f"expected between 0 % and 100 %, found {confidence:.0%}", place="confidence")
    _fit("line", line, LONGEST_LINE)
    _require_running(key_result, now=now)
    stand = stand_of(key_result, now=now)
    with transaction.atomic():
        made = CheckIn.objects.create(
            key_result=key_result,
            measurement=stand.measurement,
            value=stand.value,
            confidence=confidence,
            line=line.strip(),
            author=person,
            author_name=actor,
            at=now,
        )
        _audit(actor, "checked in", key_result, now=now, confidence=confidence, line=made.line)
    return made


def override(actor: str, key_result: KeyResult, *, grade: float, reason: str, now: datetime) -> Override:
    """Set another grade than the computed one, with the reason; both are kept. Raises Refused."""
    if key_result.closed_at is None:
        raise Refused("it is not graded yet, so there is no grade to set another one beside", code="open")
    if not 0 <= grade <= 1:
        raise Refused(f"expected a grade between 0 and 1, found {grade:g}", place="grade")
    if not reason.strip():
        raise Refused("say why the computed grade is not the right one", place="reason")
    _fit("reason", reason, LONGEST_LINE)
    with transaction.atomic():
        made = Override.objects.create(
            key_result=key_result, grade=grade, reason=reason.strip(), author_name=actor, at=now
        )
        detail = {"computed": key_result.grade, "grade": grade, "reason": made.reason}
        _audit(actor, "grade overridden", key_result, now=now, **detail)
    return made


def write_post_mortem(
    actor: str,
    key_result: KeyResult,
    *,
    cause: str,
    next_step: str,
    worked: str = "",
    did_not: str = "",
    lesson: str = "",
    now: datetime,
) -> PostMortem:
    """What the key result taught; written again it replaces what was written. Raises Refused."""
    if key_result.closed_at is None and key_result.dropped_at is None:
        raise Refused("it has not ended yet: a post-mortem looks back", code="open")
    _one_of("cause", cause, PostMortem.Cause)
    _one_of("next_step", next_step, PostMortem.NextStep)
    if cause != PostMortem.Cause.NONE and not lesson.strip():
        raise Refused("say in one line what was learnt", place="lesson")
    for name, text, limit in (("worked", worked, LONGEST_TEXT), ("did_not", did_not, LONGEST_TEXT)):
        _fit(name, text, limit)
    _fit("lesson", lesson, LONGEST_LINE)
    said = {"worked": worked.strip(), "did_not": did_not.strip(), "lesson": lesson.strip()}
    said |= {"cause": cause, "next_step": next_step}
    with transaction.atomic():
        made, _ = PostMortem.objects.update_or_create(
            key_result=key_result, defaults={**said, "author_name": actor, "at": now}
        )
        _audit(actor, "post-mortem written", key_result, now=now, **said)
    return made


def drop(actor: str, key_result: KeyResult, *, reason: str, now: datetime) -> None:
    """Give a running key result up before its end, with the reason; it stays in every history."""
    if key_result.sketch is not None:
        raise Refused("it is not in force yet: discard the sketch instead", code="not_in_force")
    if not reason.strip():
        raise Refused("say why it is given up", place="reason")
    _fit("reason", reason, LONGEST_LINE)
    with transaction.atomic():
        open_ones = KeyResult.objects.filter(pk=key_result.pk, closed_at=None, dropped_at=None)
        if not open_ones.update(dropped_at=now, dropped_reason=reason.strip()):
            raise Refused("this key result has ended already", code="closed")
        key_result.refresh_from_db()
        _audit(actor, "key result dropped", key_result, now=now, reason=reason.strip())


def hold_review(actor: str, cycle: Cycle, *, month: date, text: str, now: datetime) -> MonthlyReview:
    """Keep what a monthly review of the cycle decided. Raises Refused with the field."""
    if not text.strip():
        raise Refused("write down what was decided, even if it is: nothing changes", place="text")
    _fit("text", text, LONGEST_TEXT)
    if cycle.is_planned:
        raise Refused(
            f"{cycle.title} is still {cycle.state}: a review looks at what is promised", code="state"
        )
    first = month.replace(day=1)
    if not cycle.start.replace(day=1) <= first <= cycle.end:
        raise Refused(f"{first:%B %Y} is not a month of {cycle.title}", place="month")
    with transaction.atomic():
        made = MonthlyReview.objects.create(
            cycle=cycle, month=first, text=text.strip(), author_name=actor, at=now
        )
        audit.record(
            actor,
            "monthly review held",
            object_type="cycle",
            object_id=cycle.pk,
            detail={"month": f"{first:%Y-%m}"},
            now=now,
        )
    return made


def by(person: User) -> dict[str, object]:
    """Who checks in, as `check_in` keeps it.

    >>> from throughline.accounts.models import User
    >>> by(User(pk=3, name="Ada"))["actor"]
    'person:3 Ada'
    """
    return {"actor": actor_name(person), "person": person}


def _require_running(key_result: KeyResult, *, now: datetime) -> None:
    if key_result.sketch is not None:
        raise Refused("it is not in force yet, so there is nothing to check in on", code="not_in_force")
    if key_result.closed_at is not None or key_result.dropped_at is not None:
        raise Refused("this key result has ended: nothing more is said of its future", code="closed")
    if now >= current_version(key_result).due:
        raise Refused("its last day is over: how it ended is no longer a matter of confidence", code="over")


def _one_of(place: str, value: str, choices: type[models.TextChoices]) -> None:
    if value not in choices.values:
        raise Refused(f"expected one of {', '.join(choices.values)}, found '{value}'", place=place)


def _fit(place: str, text: str, limit: int) -> None:
    require_readable(text, place=place)
    if len(text.strip()) > limit:
        raise Refused(f"expected at most {limit:,} characters, found {len(text.strip()):,}", place=place)


def _audit(actor: str, action: str, of: KeyResult, *, now: datetime, **detail: object) -> None:
    audit.record(actor, action, object_type="key result", object_id=of.pk, detail=detail, now=now)
