"""Changes that nobody made at one moment: how key results stand, and what came to be known of records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from throughline.accounts.access import at_least
from throughline.accounts.models import Role
from throughline.messages import events, outbox
from throughline.messages.models import Channel, KnownStatus, Message, Preference, Subscription
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import Stand, stands
from throughline.vulnerabilities.models import Event, Severity, State

OFF_TRACK = "off_track"
# What turned out to be none is no news to another tool.
NONE = (State.FALSE_POSITIVE, State.DUPLICATE, State.OUT_OF_SCOPE)
DATES = {events.IDENTIFIED: "identified_at", events.MITIGATED: "mitigated_at"}


def tell_changes(wishes: list[Preference], channels: list[Channel], *, now: datetime) -> None:
    """Look at what may have changed since the last time, and tell whoever wants to hear of it."""
    listening = list(Subscription.objects.filter(disabled_at=None).select_related("team"))
    if wishes or channels or any(events.STATUS_CHANGED in each.events for each in listening):
        _tell_statuses(wishes, channels, now=now)
    else:
        # Who begins to listen later hears of what changes from then on.
        KnownStatus.objects.all().delete()
    for each in listening:
        if each.team and set(events.OF_A_TEAM) & set(each.events):
            _tell_records(each, now=now)


def _tell_statuses(wishes: list[Preference], channels: list[Channel], *, now: datetime) -> None:
    found = stands(KeyResult.objects.filter(sketch__isnull=True, dropped_at=None), now=now)
    known = {each.key_result_id: each for each in KnownStatus.objects.all()}
    for stand in found:
        before = known.get(stand.key_result.pk)
        word, verdict = stand.status.word, stand.verdict
        if before is None:
            fields = {"word": word, "verdict": verdict, "at": now}
            KnownStatus.objects.get_or_create(key_result=stand.key_result, defaults=fields)
        elif (before.word, before.verdict) != (word, verdict):
            _tell_status(stand, before, wishes, channels, now=now)


def _tell_status(
    stand: Stand, before: KnownStatus, wishes: list[Preference], channels: list[Channel], *, now: datetime
) -> None:
    with transaction.atomic():
        # Of two servers that look at once, one tells.
        same = KnownStatus.objects.filter(pk=before.pk, word=before.word, verdict=before.verdict)
        if not same.update(word=stand.status.word, verdict=stand.verdict, at=now):
            return
        events.happened(
            events.STATUS_CHANGED, lambda origin: _status_data(stand, before.word, origin), now=now
        )
        if stand.status.word == OFF_TRACK:
            _tell_off_track(stand, wishes, channels, now=now)


def _status_data(stand: Stand, before: str, origin: str) -> dict[str, Any]:
    key_result = stand.key_result
    return {
        "key_result": {
            "id": key_result.pk,
            "key": key_result.key,
            "title": stand.title,
            "address": f"{origin}/key-results/{key_result.pk}/",
        },
        "before": before,
        "status": stand.status.word,
        "reason": stand.status.reason,
        "verdict": stand.verdict,
        "value": stand.value,
        "score": stand.score,
        "due": stand.version.due,
    }


def _tell_off_track(
    stand: Stand, wishes: Iterable[Preference], channels: Iterable[Channel], *, now: datetime
) -> None:
    id = stand.key_result.pk
    of = f"{id}:{now:%Y-%m-%dT%H:%M:%S}"
    for each in wishes:
        if stand.version.owner_id == each.person_id or at_least(each.person, Role.MANAGER):
            subject = f"off_track:person:{each.person_id}:{of}"
            outbox.put(Message.Kind.OFF_TRACK, subject, person=each.person, about={"key_result": id}, now=now)
    for channel in channels:
        subject = f"off_track:channel:{channel.pk}:{of}"
        outbox.put(Message.Kind.OFF_TRACK, subject, channel=channel, about={"key_result": id}, now=now)


def newest_change() -> int:
    """The last change of any record: who begins to listen hears of later ones."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def _tell_records(subscription: Subscription, *, now: datetime) -> None:
    """Count what became known of the team's records since the last time, in one event a kind."""
    last = newest_change()
    if last == subscription.cursor:
        return
    with transaction.atomic():
        same = Subscription.objects.filter(pk=subscription.pk, cursor=subscription.cursor)
        if not same.update(cursor=last):
            return
        for event in events.OF_A_TEAM:
            counted = _counted(subscription, DATES[event], last) if event in subscription.events else {}
            if counted:
                assert subscription.team is not None
                data = {
                    "team": subscription.team.name,
                    "total": sum(counted.values()),
                    "by_severity": counted,
                }
                events.tell(subscription, event, data, now=now)


def _counted(subscription: Subscription, date: str, last: int) -> dict[str, int]:
    """How many records of the team got the date for the first time, by severity, the worst first."""
    found = Event.objects.filter(
        Q(pk__gt=subscription.cursor, pk__lte=last),
        vulnerability__team=subscription.team,
        changes__has_key=date,
    ).exclude(vulnerability__state__in=NONE)
    severities: dict[int, int | None] = {}
    rows = found.values_list("vulnerability_id", "vulnerability__severity", f"changes__{date}")
    for id, severity, change in rows.iterator():
        before, after = change
        if before is None and after is not None:
            severities[id] = severity
    counted = Counter(severities.values())
    worst_first = sorted(counted, key=lambda each: -1 if each is None else each, reverse=True)
    return {"unknown" if each is None else Severity(each).label: counted[each] for each in worst_first}
