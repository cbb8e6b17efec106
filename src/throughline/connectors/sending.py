"""Sending what waits to be written: once, again where the tool was not there, and told on the record."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import F

from throughline.audit import actions as audit
from throughline.connectors.actions import secrets_of
from throughline.connectors.asking import Asking, Clock
from throughline.connectors.models import Connector, Step, Ticket, Writing
from throughline.connectors.syncing import asking_of, masked
from throughline.connectors.tickets import is_of, may_write, writer_to
from throughline.connectors.writes import Draft, Made
from throughline.engine.refusals import Refused
from throughline.sources.models import Feed
from throughline.vulnerabilities.models import Severity, Vulnerability
from throughline.vulnerabilities.ticketing import link_ticket

log = logging.getLogger(__name__)
# How long after each attempt the next one is made; then it is given up.
WAITS = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720))
# A process that began one and died is taken for dead after this.
TAKEN = timedelta(minutes=15)
PASSING = frozenset(["unreachable", "slow", "no_address", "too_fast", "busy"])
MOST_AT_ONCE = 200


def due(*, now: datetime) -> list[Writing]:
    """What is to be sent now, in the order in which it was asked for."""
    waiting = Writing.objects.filter(state=Writing.State.WAITING, next_at__lte=now, connector__is_on=True)
    found = waiting.select_related("connector", "vulnerability__feed", "vulnerability__service")
    return list(found.order_by("id")[:MOST_AT_ONCE])


def send(writing: Writing, *, clock: Clock | None = None) -> Writing:
    """Send one, unless another process does; how it went is on the row afterwards."""
    clock = clock or Clock(sleep=_later)
    mine = Writing.objects.filter(
        pk=writing.pk, state=Writing.State.WAITING, attempts=writing.attempts, next_at=writing.next_at
    )
    taken = {"attempts": F("attempts") + 1, "next_at": clock.now() + TAKEN}
    if mine.update(**taken):
        try:
            _try(writing, clock)
            writing.refresh_from_db()
        except ObjectDoesNotExist:
            # The connector or the record was removed meanwhile, and what waited went with it.
            log.info("writing %s was removed while it was sent", writing.pk)
    return writing


def _later(seconds: float) -> None:
    """Who waits here for a tool that has no time is taken for dead: the queue has waits of its own."""
    raise Refused("The tool asks to be left alone for a while.", code="too_fast")


def _try(writing: Writing, clock: Clock) -> None:
    try:
        said = _sent(writing, clock)
    except Refused as refused:
        _failed(writing, refused, now=clock.now())
    else:
        _end(writing, Writing.State.DONE, said, now=clock.now())


def _sent(writing: Writing, clock: Clock) -> str:
    # Of two hundred that wait, the last is sent long after all were looked up.
    connector = writing.connector
    connector.refresh_from_db()
    if not may_write(connector):
        raise Refused(f"Writing to {connector.name} is switched off.", code="off")
    if writing.attempts > len(WAITS):
        raise Refused("It was begun again and again, and never came to an end.", code="given_up")
    with asking_of(connector, secrets_of(connector), clock=clock) as asking:
        if writing.step == Step.MOVE:
            return _moved(writing, asking)
        made = _made(writing, asking) if writing.step == Step.CREATE else _looked(writing, asking)
    return _known(writing, made, now=clock.now())


def _made(writing: Writing, asking: Asking) -> Made:
    writer, settings = writer_to(writing.connector), writing.connector.settings
    ticket = Ticket.objects.get(connector=writing.connector, vulnerability=writing.vulnerability)
    if ticket.key:
        # It was written down, and only that it is done was not.
        return Made(ticket.key, ticket.url, ticket.title, ticket.status)
    draft = drafted(writing.vulnerability, writing.wish, marker=ticket.marker)
    # An attempt of which nothing was heard, or nothing that can be read, may have come to its end.
    is_again = writing.attempts or writing.wish.get("again")
    found = writer.marked(asking, settings, draft) if is_again else None
    return found or writer.create(asking, settings, draft)


def _looked(writing: Writing, asking: Asking) -> Made:
    return writer_to(writing.connector).look(asking, writing.connector.settings, writing.wish["key"])


def drafted(found: Vulnerability, wish: dict[str, Any], *, marker: str) -> Draft:
    """The ticket of a vulnerability: what its page says of it."""
    severity = Severity(found.severity).label if found.severity is not None else ""
    where = found.endpoint or (f"{found.file}:{found.line}" if found.line else found.file)
    fields = {
        "severity": severity,
        "cvss_score": "" if found.cvss_score is None else f"{found.cvss_score:g}",
        "cvss_vector": found.cvss_vector,
        "cwe": found.cwe,
        "kind": found.kind,
        "service": found.service.name if found.service else "",
        "team": found.team.name if found.team else "",
        "source": found.source,
        "component": " ".join(filter(None, (found.component, found.component_version))),
        "introduced": f"{found.introduced_at:%Y-%m-%dT%H:%M:%SZ}" if found.introduced_at else "",
        "identified": f"{found.identified_at:%Y-%m-%dT%H:%M:%SZ}" if found.identified_at else "",
        "vulnerability_ids": ", ".join(found.vulnerability_ids),
        "tags": ", ".join(found.tags),
    }
    lines = [
        ("Severity", severity.capitalize()), ("Where", where), ("Service", fields["service"]),
        ("Component", fields["component"]), ("Mend it with", found.fixed_version), ("CWE", found.cwe),
        ("Known as", fields["vulnerability_ids"]), ("Found by", found.source),
        ("Record", f"Throughline, vulnerability {found.pk}"),
    ]  # fmt: skip
    return Draft(
        wish["place"], wish["type"], wish["title"], found.description, marker,
        lines=[(label, value) for label, value in lines if value], fields=fields,
    )  # fmt: skip


def _known(writing: Writing, made: Made, *, now: datetime) -> str:
    """Write down that a ticket is the vulnerability. Raises Refused where it is another one already."""
    connector, record = writing.connector, writing.vulnerability
    with transaction.atomic():
        Connector.objects.select_for_update().get(pk=connector.pk)
        ticket = Ticket.objects.filter(connector=connector, vulnerability=record).first()
        other = Ticket.objects.filter(connector=connector, key=made.key).exclude(vulnerability=record).first()
        if other is not None:
            raise Refused(
                f"{made.key} is the ticket of vulnerability {other.vulnerability_id}.", code="taken"
            )
        _require_no_record(connector, made.key)
        ticket = ticket or Ticket(connector=connector, vulnerability=record)
        ticket.key, ticket.url, ticket.title, ticket.status = made.key, made.url, made.title, made.status
        ticket.save()
        link_ticket(writing.actor, record.pk, made.url, now=now)
    done = "was made" if writing.step == Step.CREATE else "is its ticket"
    return " ".join([f"{made.key} {done}.", *made.notices])


def _require_no_record(connector: Connector, key: str) -> None:
    feeds = Feed.objects.filter(name=connector.settings.get("source", ""))
    own = [each.pk for each in feeds if [each.name, each.scope] in connector.feeds]
    if found := Vulnerability.objects.filter(feed_id__in=own, key=key).first():
        raise Refused(
            f"{key} came in as vulnerability {found.pk} already: mark one of the two as a duplicate.",
            code="record",
        )


def _moved(writing: Writing, asking: Asking) -> str:
    connector, record = writing.connector, writing.vulnerability
    ticket = Ticket.objects.filter(connector=connector, vulnerability=record).first()
    key = record.key if ticket is None and is_of(connector, record) else ticket.key if ticket else ""
    if not key:
        # Its own ticket is being made yet.
        raise Refused("Its ticket is not made yet.", code="busy")
    status, said = writer_to(connector).move(
        asking, connector.settings, key, state=record.state, is_mitigated=record.mitigated_at is not None
    )
    Ticket.objects.filter(connector=connector, vulnerability=record).update(status=status[:240])
    return said


def _failed(writing: Writing, refused: Refused, *, now: datetime) -> None:
    passes = refused.code in PASSING or (refused.code or "").startswith("answered_5")
    if passes and writing.attempts < len(WAITS):
        said = _masked(writing, f"{refused.message} It is tried again.")
        waits = {"said": said, "next_at": now + WAITS[writing.attempts]}
        Writing.objects.filter(pk=writing.pk).update(**waits)
        return
    _end(writing, Writing.State.REFUSED, refused.message, now=now)


def _end(writing: Writing, state: str, said: str, *, now: datetime) -> None:
    with transaction.atomic():
        said = _masked(writing, said)
        Writing.objects.filter(pk=writing.pk).update(state=state, said=said, ended_at=now)
        if state == Writing.State.REFUSED and writing.step == Step.CREATE:
            Ticket.objects.filter(
                connector=writing.connector, vulnerability=writing.vulnerability, key=""
            ).delete()
        detail = {"connector": writing.connector.name, "step": writing.step, "outcome": state, "said": said}
        audit.record(
            writing.actor, "written back", object_type="vulnerability", object_id=writing.vulnerability_id,
            detail=detail, now=now,
        )  # fmt: skip


def _masked(writing: Writing, said: str) -> str:
    connector = writing.connector
    try:
        return masked(connector, secrets_of(connector), said)[:2000]
    except Refused:
        # Where a secret cannot be opened, or its kind is not known any more, none was sent either.
        return said[:2000]
