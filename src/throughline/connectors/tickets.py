"""Asking for tickets, and for what people decide here to be written back: what waits to be sent."""

from __future__ import annotations

import secrets as chance
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.audit import actions as audit
from throughline.connectors.kinds.registry import writer_of
from throughline.connectors.models import Connector, Step, Ticket, Writing
from throughline.connectors.writes import WRITES, Writer
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.jobs.actions import enqueue
from throughline.vulnerabilities.access import triageable, vulnerability_for
from throughline.vulnerabilities.models import Event, Vulnerability

WRITE_BACK = "write back"
# What a person decides; what a source says is never sent back to it.
DECIDED = ("triaged", "undone")
MOST_EVENTS = 5_000
LONGEST_TITLE = 500


def writable() -> list[Connector]:
    """The connectors that may write."""
    return [each for each in Connector.objects.filter(is_on=True) if may_write(each)]


def may_write(connector: Connector) -> bool:
    """Whether writing to the tool is switched on."""
    return bool(connector.settings.get(WRITES)) and writer_of(connector.kind) is not None


@dataclass(frozen=True, slots=True)
class Offer:
    """A place in which a ticket can be made; `value` names it in a form."""

    value: str
    label: str
    types: list[str]


def offers() -> Iterator[Offer]:
    """Every place in which a ticket can be made."""
    for connector in writable():
        if writer := writer_of(connector.kind):
            for place in writer.places(connector.settings):
                yield Offer(
                    f"{connector.pk}:{place}",
                    f"{connector.name}, {place}",
                    writer.types(connector.settings),
                )


def offered(found: Vulnerability, known: dict[str, Any]) -> list[Offer]:
    """Where a ticket can be made of a vulnerability: not where it comes from, has one, or waits for one.

    `known` is what is told of it.
    """
    taken = {each.connector_id for each in known["tickets"]}
    taken |= {each.connector_id for each in known["writings"] if each.state == "waiting"}
    taken |= {each.pk for each in writable() if is_of(each, found)}
    return [each for each in offers() if int(each.value.partition(":")[0]) not in taken]


def ask_for_ticket(
    person: User, id: int, *, where: str, type: str = "", title: str = "", now: datetime
) -> Writing:
    """Have a ticket made of a vulnerability. Raises Refused, and the 404 for what she may not triage."""
    found, connector, place = _asked(person, id, where)
    title = " ".join((title if title.strip() else found.title).split())
    for field, text in (("title", title), ("type", type)):
        require_readable(text, place=field)
    if len(title) > LONGEST_TITLE:
        raise Refused(f"A title has at most {LONGEST_TITLE} characters.", place="title", code="title")
    types = writer_to(connector).types(connector.settings)
    wish = {"place": place, "type": type.strip()[:120] or types[0], "title": title}
    with transaction.atomic():
        _require_none(found, connector)
        marker = _marker_before(found, connector)
        # An attempt that was refused may have made one all the same: it is looked for first.
        wish |= {"marker": marker or f"tl{chance.token_hex(10)}", "again": "yes" if marker else ""}
        Ticket.objects.create(connector=connector, vulnerability=found, title=title, marker=wish["marker"])
        return _put(person, connector, found, Step.CREATE, wish, now=now)


def _marker_before(found: Vulnerability, connector: Connector) -> str:
    """The marker of the last ticket that was to be made of it there; empty where none was."""
    before = Writing.objects.filter(connector=connector, vulnerability=found, step=Step.CREATE).first()
    return str(before.wish.get("marker", "")) if before else ""


def ask_to_link(person: User, id: int, *, where: str, key: str, now: datetime) -> Writing:
    """Have a ticket that is there known as a vulnerability. Raises Refused as above."""
    found, connector, place = _asked(person, id, where)
    key = key.strip().upper()
    require_readable(key, place="key")
    if not key or len(key) > 240:
        raise Refused("Give the key of the ticket, such as SEC-7.", place="key", code="key")
    with transaction.atomic():
        _require_none(found, connector)
        return _put(person, connector, found, Step.LINK, {"place": place, "key": key}, now=now)


def _asked(person: User, id: int, where: str) -> tuple[Vulnerability, Connector, str]:
    triageable(person, [id])
    found = vulnerability_for(person, id)
    connector_id, _, place = where.partition(":")
    connectors = writable()
    for connector in connectors:
        if str(connector.pk) == connector_id and place in writer_to(connector).places(connector.settings):
            return found, connector, place
    if not connectors:
        sentence = "No connected tool takes tickets: switch Write back on in the settings of one."
        raise Refused(sentence, place="where", code="where")
    raise Refused("Choose where the ticket is made: that place is not open.", place="where", code="where")


def writer_to(connector: Connector) -> Writer:
    """What writes to the tool of a connector. Raises Refused."""
    found = writer_of(connector.kind)
    if found is None:
        raise Refused(f"{connector.name} cannot be written to.", code="no_writer")
    return found


def _require_none(found: Vulnerability, connector: Connector) -> None:
    if is_of(connector, found):
        raise Refused(f"It comes from {connector.name}: {found.key} is its ticket.", code="own")
    known = Ticket.objects.filter(connector=connector, vulnerability=found).first()
    waits = Writing.objects.filter(
        connector=connector, vulnerability=found, step__in=(Step.CREATE, Step.LINK), state="waiting"
    )
    if known is not None and known.key:
        raise Refused(f"It has the ticket {known.key} there.", code="has_ticket")
    if waits.exists():
        raise Refused("A ticket of it is being made there.", code="has_ticket")
    if known is not None:
        # One of which nothing came.
        known.delete()


def is_of(connector: Connector, found: Vulnerability) -> bool:
    """Whether a record came from the connector itself, so that its key is that of its ticket."""
    return [found.feed.name, found.feed.scope] in connector.feeds


def _put(
    person: User,
    connector: Connector,
    found: Vulnerability,
    step: str,
    wish: dict[str, Any],
    *,
    now: datetime,
) -> Writing:
    actor = actor_name(person)
    made = Writing.objects.create(
        connector=connector, vulnerability=found, step=step, wish=wish, next_at=now, actor=actor, made_at=now
    )
    detail = {"connector": connector.name, "step": str(step), **wish}
    audit.record(
        actor, "ticket asked for", object_type="vulnerability", object_id=found.pk, detail=detail, now=now
    )
    enqueue(WRITE_BACK, {}, asked_by=None, now=now)
    return made


def hear_decisions(connector: Connector, *, now: datetime) -> int:
    """Put what people decided since the last look in the queue; how many tickets are to be moved.

    What was decided before writing was switched on is not written.
    """
    with transaction.atomic():
        connector = Connector.objects.select_for_update().get(pk=connector.pk)
        if not connector.is_on:
            # What is decided while it rests waits.
            return 0
        last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
        if not may_write(connector) or connector.written_to is None:
            begin = last if may_write(connector) else None
            if connector.written_to != begin:
                Connector.objects.filter(pk=connector.pk).update(written_to=begin)
            return 0
        if connector.written_to == last:
            return 0
        found = Event.objects.filter(pk__gt=connector.written_to, action__in=DECIDED).order_by("pk")
        events = list(found.select_related("vulnerability__feed")[:MOST_EVENTS])
        heard = sum(
            _hear(connector, each, now=now) for each in {e.vulnerability_id: e for e in events}.values()
        )
        last = events[-1].pk if len(events) == MOST_EVENTS else last
        Connector.objects.filter(pk=connector.pk).update(written_to=last)
    return heard


def _hear(connector: Connector, event: Event, *, now: datetime) -> int:
    record = event.vulnerability
    known = Ticket.objects.filter(connector=connector, vulnerability=record).exists()
    if not known and not is_of(connector, record):
        return 0
    # The newest word is what is sent, whatever waited.
    Writing.objects.filter(
        connector=connector, vulnerability=record, step=Step.MOVE, state="waiting"
    ).delete()
    Writing.objects.create(
        connector=connector, vulnerability=record, step=Step.MOVE, next_at=now, actor=event.actor, made_at=now
    )
    return 1


def told(found: Vulnerability) -> dict[str, Any]:
    """What the page of a vulnerability shows: its tickets, and what was sent or why not."""
    return {
        "tickets": tickets_of(found),
        "writings": list(Writing.objects.filter(vulnerability=found).select_related("connector")[:5]),
    }


def tickets_of(found: Vulnerability) -> list[Ticket]:
    """The tickets that are known as a vulnerability."""
    return list(Ticket.objects.filter(vulnerability=found).exclude(key="").select_related("connector"))
