"""Opening a room and seating its panel; calling it off. Each step is audited in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.forecasts.models import Panelist, Room, Round
from throughline.forecasts.recording import told
from throughline.forecasts.states import LAST_ROUND, Stand, stand_of
from throughline.risk.models import Scenario

LONGEST_TITLE = 160
# One person's number would be shown as the panel's, and the other's could be worked out from any average.
SMALLEST_PANEL = 2
LARGEST_PANEL = 100


def open_room(
    person: User,
    scenario: Scenario,
    *,
    panel: Sequence[User],
    title: str = "",
    mode: str = Room.Mode.TOGETHER,
    asks_loss: bool = True,
    closes_at: datetime | None = None,
    facilitator: User | None = None,
    repeats: Room | None = None,
    now: datetime,
) -> Room:
    """A room with its first round open to its panel. Raises Refused with the field.

    The person facilitates it, unless a manager names somebody else.
    """
    require_askable(scenario, now=now)
    people = _panel(panel)
    named = _title(title) or scenario.statement[:LONGEST_TITLE]
    closing = _closing(mode, closes_at, now=now)
    with transaction.atomic():
        # Held, so that two people who open a room at once open one.
        Scenario.objects.select_for_update().get(pk=scenario.pk)
        require_no_open(scenario)
        room = Room.objects.create(
            scenario=scenario,
            title=named,
            mode=mode,
            asks_loss=asks_loss,
            facilitator=facilitator or person,
            repeats=repeats,
            closes_at=closing,
            created_at=now,
        )
        Panelist.objects.bulk_create(Panelist(room=room, person=each, joined_at=now) for each in people)
        Round.objects.create(room=room, number=1, opened_at=now)
        detail = {"scenario": scenario.key, "mode": mode, "panel": [each.name for each in people]}
        told(actor_name(person), "room opened", room, what="round", now=now, **detail)
    return room


def seat(person: User, room: Room, *, who: User, now: datetime) -> Panelist:
    """Let somebody join late: while a round is open she answers in it, after a reveal in the next one.

    Raises Refused.
    """
    with transaction.atomic():
        stand = _stored(room)
        _require_running(stand)
        if not stand.is_asking and stand.round.number >= LAST_ROUND:
            raise Refused("both rounds are revealed: there is nothing left to answer", code="over")
        seated, made = Panelist.objects.get_or_create(room=room, person=who, defaults={"joined_at": now})
        if not made:
            raise Refused(f"{who.name} is of the panel already", place="person", code="seated")
        if room.panelists.count() > LARGEST_PANEL:
            raise Refused(f"a panel has at most {LARGEST_PANEL} people", place="person")
        answers_in = stand.round.number + (0 if stand.is_asking else 1)
        detail = {"who": who.name, "answers_in_round": answers_in}
        told(actor_name(person), "joined a room late", room, what="round", now=now, **detail)
    return seated


def extend(person: User, room: Room, *, closes_at: datetime | None, now: datetime) -> None:
    """Another time until which a room that is apart waits. Raises Refused with the field."""
    closing = _closing(room.mode, closes_at, now=now)
    with transaction.atomic():
        _require_running(_stored(room))
        Room.objects.filter(pk=room.pk).update(closes_at=closing)
        room.closes_at = closing
        detail = {"closes_at": f"{closing:%Y-%m-%dT%H:%MZ}" if closing else ""}
        told(actor_name(person), "room waits longer", room, what="round", now=now, **detail)


def cancel(person: User, room: Room, *, now: datetime) -> None:
    """Call a room off: what was not revealed stays private for good, and nothing is written anywhere."""
    with transaction.atomic():
        _require_running(_stored(room))
        Room.objects.filter(pk=room.pk).update(cancelled_at=now)
        room.cancelled_at = now
        told(actor_name(person), "room cancelled", room, what="round", now=now)


def restore(person: User, room: Room, *, now: datetime) -> None:
    """Take calling off back, unless another room was opened meanwhile. Raises Refused."""
    with transaction.atomic():
        scenario = Scenario.objects.select_for_update().get(pk=room.scenario_id)
        require_askable(scenario, now=now)
        require_no_open(scenario)
        if not Room.objects.filter(pk=room.pk, cancelled_at__isnull=False).update(cancelled_at=None):
            raise Refused("this room was not called off", code="state")
        room.cancelled_at = None
        told(actor_name(person), "room taken up again", room, what="round", now=now)


def require_askable(scenario: Scenario, *, now: datetime) -> None:
    """Refuse a scenario whose outcome nobody could tell, or that is known already."""
    if scenario.archived_at is not None:
        raise Refused("this scenario is archived: restore it first", code="archived")
    if not scenario.criteria.strip():
        raise Refused(
            "write the resolution criteria first: without them nobody can tell what is asked",
            code="no_criteria",
        )
    if not scenario.judge_name.strip():
        raise Refused("name a judge first: somebody has to say what came of it", code="no_judge")
    require_open_outcome(scenario, now=now)


def require_open_outcome(scenario: Scenario, *, now: datetime) -> None:
    """Refuse to ask, or to answer, what has been decided: it would be no forecast."""
    if scenario.resolutions.exists():
        raise Refused("it is resolved: a forecast after the resolution does not count", code="resolved")
    if now >= end_of(scenario):
        raise Refused(
            f"its period ended on {scenario.end.day} {scenario.end:%b %Y}: a later forecast does not count",
            code="ended",
        )


def end_of(scenario: Scenario) -> datetime:
    """The instant after the last day of the period; the last day counts whole."""
    return datetime.combine(scenario.end + timedelta(days=1), time(), UTC)


def open_rooms() -> QuerySet[Room]:
    """The rooms in which something still happens."""
    return Room.objects.filter(closed_at=None, cancelled_at=None)


def may_sit() -> QuerySet[User]:
    """Whoever may be asked: everybody who can sign in."""
    return User.objects.filter(is_active=True).order_by("name")


def sitter(name: str, *, place: str) -> User:
    """Whoever may be asked, by a name or a number. Raises Refused."""
    is_number = name.isascii() and name.isdecimal() and len(name) < 16
    found = list(may_sit().filter(Q(pk=int(name)) if is_number else Q(name=name))[:2])
    if not found:
        raise Refused(f"nobody who signs in is called '{name[:60]}'", place=place, code="unknown")
    if len(found) > 1:
        raise Refused(f"several are called '{name[:60]}': give the number that /me says", place=place)
    return found[0]


def panel_again(room: Room) -> QuerySet[User]:
    """The panel of a room, for the next one: those who can still sign in."""
    return may_sit().filter(Q(seats__room=room))


def _panel(panel: Sequence[User]) -> list[User]:
    people = list(dict.fromkeys(panel))
    if not people:
        raise Refused("choose who is asked: a panel has at least two people", place="panel", code="no_panel")
    if len(people) < SMALLEST_PANEL:
        raise Refused(
            f"a panel has at least two people: {people[0].name}'s number alone would be shown as the panel's",
            place="panel",
            code="panel_of_one",
        )
    if len(people) > LARGEST_PANEL:
        raise Refused(f"a panel has at most {LARGEST_PANEL} people, found {len(people)}", place="panel")
    if gone := [each.name for each in people if not each.is_active]:
        raise Refused(f"{gone[0]} cannot sign in any more: leave them out", place="panel")
    return people


def _title(text: str) -> str:
    found = text.strip()
    require_readable(found, place="title")
    if len(found) > LONGEST_TITLE:
        raise Refused(f"expected at most {LONGEST_TITLE} characters, found {len(found)}", place="title")
    return found


def _closing(mode: str, closes_at: datetime | None, *, now: datetime) -> datetime | None:
    if mode not in Room.Mode.values:
        raise Refused(f"expected together or apart, found '{mode}'", place="mode")
    if mode == Room.Mode.TOGETHER:
        return None
    if closes_at is None:
        raise Refused(
            "say until when it waits for answers: people answer each in her own time", place="closes_at"
        )
    if closes_at <= now:
        raise Refused("this time has passed: choose a later one", place="closes_at")
    return closes_at


def require_no_open(scenario: Scenario) -> None:
    """Refuse a second room about a scenario: two panels at once would each be half a panel."""
    found = open_rooms().filter(scenario=scenario).first()
    if found is not None:
        raise Refused(
            f"the room “{found.title}” asks about it already: close it or call it off first",
            code="room_open",
        )


def _stored(room: Room) -> Stand:
    return stand_of(Room.objects.select_for_update().get(pk=room.pk))


def _require_running(stand: Stand) -> None:
    if stand.is_over:
        raise Refused(f"this room is {stand.word}: nothing more happens in it", code="state")
