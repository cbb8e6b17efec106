"""Nothing carries over by itself: each unfinished key result is kept, changed or dropped, with its lesson."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction

from throughline.audit import actions as audit
from throughline.engine.refusals import Refused
from throughline.objectives.items import MODELS, add_item, join
from throughline.objectives.models import Cycle, Edge, ItemKind, KeyResult, Objective
from throughline.objectives.sketches import add_sketch
from throughline.objectives.terms import MEASURED
from throughline.objectives.versions import current_version, terms_of
from throughline.reviews.models import PostMortem


def carry(actor: str, key_result: KeyResult, *, into: Cycle, now: datetime) -> KeyResult:
    """Take a key result up again as a sketch of a planned cycle, measured anew. Raises Refused.

    Asks for its post-mortem first: what is tried again is tried with the lesson.
    """
    _require_lesson(key_result)
    if not into.is_planned:
        raise Refused(
            f"{into.title} is {into.state} already: carry it into a cycle that is planned", place="into"
        )
    terms = terms_of(current_version(key_result))
    fresh = asdict(replace(terms, baseline=MEASURED if terms.metric else terms.baseline, objective=""))
    for name in ("start", "due", "objective"):
        fresh.pop(name)
    with transaction.atomic():
        _require_first(key_result, into)
        objective = _objective_in(actor, into, key_result.objective, now=now)
        made = add_sketch(actor, objective, now=now, **fresh)
        made.carried_from = key_result
        made.save(update_fields=["carried_from"])
        audit.record(
            actor,
            "key result carried over",
            object_type="key result",
            object_id=made.pk,
            detail={"from": key_result.key, "into": into.key},
            now=now,
        )
    return made


def _require_first(key_result: KeyResult, into: Cycle) -> None:
    # Held, so that two people who carry it over at once carry it once.
    KeyResult.objects.select_for_update().get(pk=key_result.pk)
    if KeyResult.objects.filter(carried_from=key_result, objective__cycle=into).exists():
        raise Refused(f"it was carried into {into.title} already", code="carried")


def _require_lesson(key_result: KeyResult) -> None:
    if key_result.closed_at is None and key_result.dropped_at is None:
        raise Refused("it still runs: what has not ended is not carried over", code="open")
    found = PostMortem.objects.filter(key_result=key_result).first()
    if found is None:
        raise Refused(
            "write its post-mortem first: what is tried again is tried with the lesson", code="lesson"
        )
    if found.next_step == PostMortem.NextStep.DROP:
        raise Refused("its post-mortem says to drop it: change that first", code="dropped")


def _objective_in(actor: str, cycle: Cycle, old: Objective | None, *, now: datetime) -> Objective:
    """The cycle's objective of the same title, or a copy of the old one that serves what it served."""
    title = old.title if old else "Unfinished from before"
    found = cycle.objectives.filter(title__iexact=title, archived_at=None).first()
    if found is not None:
        return found
    given = {"description": old.description, "owner_name": old.owner_name} if old else {}
    made = add_item(actor, ItemKind.OBJECTIVE, title=title, cycle=cycle, now=now, **given)
    assert isinstance(made, Objective)
    if old is not None:
        _serve_the_same(actor, old, made, now=now)
    return made


def _serve_the_same(actor: str, old: Objective, new: Objective, *, now: datetime) -> None:
    lasting = (ItemKind.GOAL, ItemKind.LONG_TERM)
    for edge in Edge.objects.filter(from_kind=ItemKind.OBJECTIVE, from_id=old.pk, to_kind__in=lasting):
        join(actor, new, MODELS[edge.to_kind].objects.get(pk=edge.to_id), edge.kind, now=now)
