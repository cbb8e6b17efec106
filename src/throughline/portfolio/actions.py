"""Writing candidates: what would be done, what it takes and brings; and dropping them with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.objectives.models import Cycle, KeyResult
from throughline.portfolio import fields
from throughline.portfolio.format.reading import MOST_CANDIDATES
from throughline.portfolio.models import Candidate, Impact
from throughline.portfolio.numbers import Range
from throughline.portfolio.recording import told
from throughline.workshops.models import Cluster

LONGEST_REASON = 500


def add_candidate(
    actor: str,
    *,
    cycle: Cycle,
    title: str,
    cluster: Cluster | None = None,
    impacts: Mapping[Any, tuple[Any, Any]] | None = None,
    now: datetime,
    **given: Any,
) -> Candidate:
    """Work that might be done in a cycle. Raises Refused with the field.

    `given` may hold narrative, objective and goal (or their keys), effort, duration, delay and reach as
    `_low` and `_high`, delay_profile, deadline, delay_fades, confidence, kinds and must; `impacts` are ranges
    by key result. Numbers may be texts as people write them.
    """
    _require_known(given)
    _require_open(cycle)
    said = fields.checked(cycle, {"title": title, **given})
    changes = fields.impacts_of(cycle, impacts or {})
    with transaction.atomic():
        _require_room(cycle, said["title"])
        made = Candidate.objects.create(cycle=cycle, cluster=cluster, author=actor, created_at=now, **said)
        _set_impacts(made, changes)
        detail = {**_plain(said), "impacts": _named(changes)}
        told(actor, "candidate added", made, {name: each for name, each in detail.items() if each}, now=now)
    return made


def change_candidate(
    actor: str,
    candidate: Candidate,
    *,
    impacts: Mapping[Any, tuple[Any, Any]] | None = None,
    now: datetime,
    **given: Any,
) -> bool:
    """Replace what is given; whether anything changed. `impacts` replaces all of them. Raises Refused."""
    _require_known(given)
    _require_open(candidate.cycle)
    old = {name: fields.value_of(candidate, name) for name in fields.NAMES}
    said = fields.checked(candidate.cycle, old | _with_both_ends(given))
    before = {each.key_result_id: (each.low, each.high) for each in candidate.impacts.all()}
    after = before if impacts is None else fields.impacts_of(candidate.cycle, impacts)
    new = {name: value for name, value in said.items() if value != old[name]}
    if not new and after == before:
        return False
    with transaction.atomic():
        if "title" in new:
            _require_room(candidate.cycle, said["title"], besides=candidate)
        for name, value in new.items():
            setattr(candidate, name, value)
        candidate.save()
        detail = {"old": _plain({name: old[name] for name in new}), "new": _plain(new)}
        if after != before:
            _set_impacts(candidate, after)
            detail["old"]["impacts"], detail["new"]["impacts"] = _named(before), _named(after)
        told(actor, "candidate changed", candidate, detail, now=now)
    return True


def drop(actor: str, candidate: Candidate, *, reason: str, now: datetime) -> None:
    """Consider a candidate no longer, with the reason. Raises Refused."""
    words = reason.strip()
    if not words:
        raise Refused("say in one line why it is dropped", place="reason", code="missing")
    if len(words) > LONGEST_REASON:
        raise Refused(f"expected at most {LONGEST_REASON} characters, found {len(words)}", place="reason")
    require_readable(words, place="reason")
    _set_dropped(actor, candidate, now, words, "candidate dropped", now=now)


def take_back(actor: str, candidate: Candidate, *, now: datetime) -> None:
    """Consider a dropped candidate again. Raises Refused where another one has its title since."""
    _require_room(candidate.cycle, candidate.title, besides=candidate)
    _set_dropped(actor, candidate, None, "", "candidate taken up again", now=now)


def _set_dropped(
    actor: str, candidate: Candidate, at: datetime | None, reason: str, done: str, *, now: datetime
) -> None:
    _require_open(candidate.cycle)
    with transaction.atomic():
        candidate.dropped_at, candidate.dropped_reason = at, reason
        candidate.save(update_fields=["dropped_at", "dropped_reason"])
        detail = {"title": candidate.title, **({"reason": reason} if reason else {})}
        told(actor, done, candidate, detail, now=now)


def _set_impacts(candidate: Candidate, changes: Mapping[int, Range]) -> None:
    candidate.impacts.exclude(key_result_id__in=changes).delete()
    for key_result, (low, high) in changes.items():
        Impact.objects.update_or_create(
            candidate=candidate, key_result_id=key_result, defaults={"low": low, "high": high}
        )


def _with_both_ends(given: Mapping[str, Any]) -> dict[str, Any]:
    """A range that is given by one end alone is meant exactly, whatever the other end was."""
    found = dict(given)
    for name in fields.RANGES:
        low, high = f"{name}_low", f"{name}_high"
        if (low in given) != (high in given):
            found.setdefault(low, "")
            found.setdefault(high, "")
    return found


def _require_known(given: Mapping[str, Any]) -> None:
    if unknown := [name for name in given if name not in fields.NAMES]:
        raise Refused(f"a candidate has no {unknown[0]}", place=unknown[0], code="unknown")


def _require_open(cycle: Cycle) -> None:
    if cycle.state == Cycle.State.CLOSED:
        raise Refused(f"{cycle.title} is closed: its candidates stand", code="closed")


def _require_room(cycle: Cycle, title: str, *, besides: Candidate | None = None) -> None:
    running = Candidate.objects.filter(cycle=cycle, dropped_at=None)
    others = running.exclude(pk=besides.pk) if besides else running
    if others.filter(title__iexact=title).exists():
        raise Refused(
            f"there is a candidate '{title}' in {cycle.title} already: change that one",
            place="title",
            code="twice",
        )
    if others.count() >= MOST_CANDIDATES:
        raise Refused(
            f"{cycle.title} has {MOST_CANDIDATES} candidates, and more cannot be weighed: drop one first",
            code="too_many",
        )


def _named(changes: Mapping[int, Range]) -> dict[str, list[float]]:
    keys = dict(KeyResult.objects.filter(pk__in=changes).values_list("pk", "key"))
    return {keys[number]: [low, high] for number, (low, high) in changes.items()}


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in said.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, models.Model):
        return getattr(value, "key", value.pk)
    return str(value) if isinstance(value, date) else value
