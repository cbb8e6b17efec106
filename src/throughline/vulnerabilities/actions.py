"""Decisions of people about records: each writes its events, its audit entry, and pins what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.accounts.access import actor_name, require
from throughline.accounts.models import Role, User
from throughline.audit.actions import record
from throughline.engine.dates import iso
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.engine.vulnerabilities import Changes, Values, diff
from throughline.jobs.actions import enqueue
from throughline.jobs.models import Job, JobState
from throughline.vulnerabilities import bulk, originals
from throughline.vulnerabilities.access import triageable
from throughline.vulnerabilities.bulk import Author, Happening
from throughline.vulnerabilities.columns import cell_of
from throughline.vulnerabilities.models import Basis, Event, State, Vulnerability
from throughline.vulnerabilities.queries import standing_decisions

# What a decision fixes: no import changes these afterwards.
DECIDED = (
    *("state", "state_reason", "accepted_at", "accepted_until", "duplicate_of"),
    *("triaged_at", "triaged_basis"),
)
MOST_AT_ONCE = 5_000
REASON_NEEDED = frozenset([State.ACCEPTED, State.FALSE_POSITIVE, State.OUT_OF_SCOPE])


def triage(
    user: User,
    ids: Sequence[int],
    state: str,
    *,
    reason: str = "",
    until: datetime | None = None,
    of: str = "",
    now: datetime,
) -> int:
    """Decide the state of records; how many changed. Potential means that it is open again what they are.

    `until` ends an acceptance; `of` names the original of duplicates by number, key or title, which one
    duplicate needs unless a reason says what it is. Raises Refused for what cannot be decided so, and the
    404 for a record that the person may not triage.
    """
    decided = _decided(state, reason=reason.strip(), until=until, now=now)
    wanted = triageable(user, ids)
    decided |= _original(user, wanted, state, of=of, reason=reason)
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(
            f"At most {MOST_AT_ONCE:,} vulnerabilities are decided at once; this is {len(wanted):,}."
        )
    with transaction.atomic():
        changes = {}
        for id, (old, _) in bulk.values_by_id(wanted).items():
            if _is_news(old, decided):
                changes[id] = _towards(old, decided)
        _write(changes, "triaged", user=user, now=now)
        _pin(list(changes), DECIDED)
        detail = {"state": state, "reason": reason.strip(), "ids": wanted[:200], "count": len(changes)}
        detail |= {name: decided[name] for name in ("duplicate_of",) if name in decided}
        _audit(user, "triage", wanted, detail=detail, now=now)
        measure_again(now)
    return len(changes)


def undo(user: User, ids: Sequence[int], *, now: datetime) -> int:
    """Take the last decision about each record back; how many were. Raises Refused where none stands."""
    wanted = triageable(user, ids)
    with transaction.atomic():
        changes, free = {}, []
        standing = standing_decisions(wanted)
        for id, (old, _) in bulk.values_by_id(wanted).items():
            decisions = standing[id]
            if not decisions:
                raise Refused("There is no decision to take back: nobody triaged this vulnerability here.")
            if _is_merged_since(old["state"], decisions[-1]):
                raise Refused(f"Vulnerability {id} was merged into another since: take the merge back first.")
            changes[id] = _back(old, decisions[-1].changes)
            # A rule whose decision a person takes back is not to decide again.
            if len(decisions) == 1 and "rule" not in decisions[-1].action:
                free.append(id)
        _write(changes, "undone", user=user, now=now)
        _pin(free, ())
        # What the source said while the decision stood went unheard: its next word is read anew.
        for step in bulk.steps(free, 500):
            Vulnerability.objects.filter(pk__in=step).update(row_hash="")
        _audit(user, "triage undone", wanted, detail={"ids": wanted[:200], "count": len(changes)}, now=now)
        measure_again(now)
    return len(changes)


def undo_together(user: User, *, at: datetime, after: int, now: datetime) -> int:
    """Take back what a person decided at one instant, as far as it is the last word; how many were.

    `after` is the id of an event before that decision, so that the search need not begin at the first one.
    Raises Refused where nothing of it stands.
    """
    require(user, Role.MEMBER)
    events = Event.objects.filter(pk__gt=after, actor=actor_name(user), action="triaged", known_at=at)
    decided = dict(events.values_list("vulnerability_id", "pk"))
    standing = standing_decisions(list(decided))
    states = dict(Vulnerability.objects.filter(pk__in=decided).values_list("pk", "state"))
    still = [
        id
        for id, event in decided.items()
        if standing[id]
        and standing[id][-1].pk == event
        and not _is_merged_since(states[id], standing[id][-1])
    ]
    if not still:
        raise Refused("There is nothing to take back: it was taken back before, or decided anew since.")
    return undo(user, still, now=now)


def _is_merged_since(state: str, decision: Event) -> bool:
    said = decision.changes.get("state")
    if state != State.DUPLICATE or said is not None:
        return state == State.DUPLICATE and said[1] != state
    # It changed the reason or the original only: whether it was of a duplicate then, the merge tells.
    later = Event.objects.filter(vulnerability=decision.vulnerability_id, pk__gt=decision.pk)
    last = later.filter(action__in=["merged", "split"]).order_by("pk").last()
    return last is not None and last.action == "merged"


def _decided(state: str, *, reason: str, until: datetime | None, now: datetime) -> Values:
    if state not in State.values:
        known = ", ".join(State.values)
        raise Refused(f"'{state}' is no state{nearest(state, State.values)}: use {known}.", code="state")
    if state in REASON_NEEDED and not reason:
        raise Refused(f"Say why it is {state}: the next person will ask.", code="reason")
    if len(reason) > 500:
        raise Refused(f"A reason has at most 500 characters, this one has {len(reason)}.", code="reason")
    if until is not None and (state != State.ACCEPTED or until <= now):
        message = "in the future" if state == State.ACCEPTED else "only given when a risk is accepted"
        raise Refused(f"The end of an acceptance must be {message}.", code="until")
    if state == State.POTENTIAL:
        return {"state": state} | ({"state_reason": reason} if reason else {})
    accepted = {"accepted_at": iso(now)} if state == State.ACCEPTED else {}
    ending = {"accepted_until": iso(until)} if until else {}
    decision = {"state": state, "triaged_at": iso(now), "triaged_basis": str(Basis.MANUAL.value)}
    return decision | accepted | ending | ({"state_reason": reason} if reason else {})


def _original(user: User, ids: Sequence[int], state: str, *, of: str, reason: str) -> Values:
    """What is kept of the original; of several duplicates it may stay unsaid."""
    if state != State.DUPLICATE:
        if of.strip():
            raise Refused(
                "An original is only given for duplicates: empty that field, or mark it as one.", code="of"
            )
        return {}
    found = originals.original_of(user, of, duplicates=ids)
    if found is not None:
        return {"duplicate_of": found.pk}
    if len(ids) == 1 and not reason.strip():
        message = "Say of which one it is a duplicate, or give a reason where that one is not here."
        raise Refused(message, code="of")
    return {}


def _is_news(old: Values, decided: Values) -> bool:
    # A first look counts as triage even where it only confirms what the source said.
    is_first_look = bool(decided.get("triaged_at")) and not old.get("triaged_at")
    return is_first_look or any(_differs(old, decided, name) for name in DECIDED[:5])


def _differs(old: Values, decided: Values, name: str) -> bool:
    # Accepting again keeps the day of the first acceptance.
    if name == "accepted_at":
        return bool(old.get(name)) != bool(decided.get(name))
    return bool(old.get(name) != decided.get(name))


def _towards(old: Values, decided: Values) -> Changes:
    before = {name: old.get(name) for name in DECIDED}
    after: Values = {name: decided.get(name) for name in DECIDED}
    if old.get("state") == decided["state"] == State.ACCEPTED and old.get("accepted_at"):
        after["accepted_at"] = old["accepted_at"]
    return diff(before, after)


def _back(old: Values, decision: Mapping[str, Any]) -> Changes:
    return diff(
        {name: old.get(name) for name in decision}, {name: before for name, (before, _) in decision.items()}
    )


def _write(changes: Mapping[int, Changes], action: str, *, user: User, now: datetime) -> None:
    author = Author(actor_name(user), now)
    events = [(id, Happening(now, action, said)) for id, said in changes.items()]
    bulk.insert_events(events, author=author)
    together: dict[str, list[int]] = defaultdict(list)
    fields: dict[str, dict[str, Any]] = {}
    for id, said in changes.items():
        new = {name: cell_of(name, pair[1]) for name, pair in said.items()}
        together[repr(new)].append(id)
        fields[repr(new)] = new
    for same, ids in together.items():
        for step in bulk.steps(ids, 500):
            if fields[same]:
                Vulnerability.objects.filter(pk__in=step).update(**fields[same])


def _pin(ids: Sequence[int], fields: Sequence[str]) -> None:
    """Pin fields of records, or let what decisions pinned go."""
    for step in bulk.steps(ids, 500):
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for id, pinned in Vulnerability.objects.filter(pk__in=step).values_list("pk", "pinned"):
            alike[tuple(name for name in pinned if name not in DECIDED)].append(id)
        for kept, same in alike.items():
            Vulnerability.objects.filter(pk__in=same).update(pinned=[*kept, *fields])


def _audit(user: User, action: str, ids: Sequence[int], *, detail: dict[str, Any], now: datetime) -> None:
    one = ids[0] if len(ids) == 1 else ""
    record(actor_name(user), action, object_type="vulnerability", object_id=one, detail=detail, now=now)


def measure_again(now: datetime) -> None:
    """Have key results measured, unless that waits already."""
    kind = "measure key results"
    if not Job.objects.filter(kind=kind, state=JobState.WAITING).exists():
        enqueue(kind, {}, asked_by=None, now=now)
