"""What each message says, written when it is sent, with the rights of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from throughline.accounts.access import NOTHING, Scope, at_least, scope_of
from throughline.accounts.models import Role, User
from throughline.accounts.sign_in import make_sign_in_link
from throughline.engine.calendar import quarter_of
from throughline.engine.calendar import week_of as week_of_quarter
from throughline.forecasts.queries import waiting_for
from throughline.measures.evaluation.several import Reading, reading
from throughline.messages.letters import Letter, Part, Words, line
from throughline.messages.models import Channel, Message
from throughline.messages.outbox import NotNeeded
from throughline.objectives.access import visible
from throughline.objectives.cards import Card, cards
from throughline.objectives.figures import lexicon
from throughline.objectives.models import KeyResult
from throughline.objectives.queries import Stand, stands
from throughline.reviews.queries import asked_of
from throughline.ui import glance as home
from throughline.ui.words import day, look_of
from throughline.vulnerabilities.models import SlaPolicy

MOST_LISTED = 12
Kind = Message.Kind
CHOSEN = "You get this because you chose it in Throughline, under Account, Messages."


def letter_to(person: User, message: Message, *, now: datetime) -> Letter:
    """What a message says to a person. Raises NotNeeded where there is nothing left to say."""
    match Kind(message.kind):
        case Kind.DIGEST:
            return week_of(person, now=now)
        case Kind.REMINDER:
            return reminder(person, now=now)
        case Kind.ROOM:
            return invitation_to_a_room(person, int(message.about["room"]), now=now)
        case Kind.OFF_TRACK:
            return off_track(visible(person), int(message.about["key_result"]), why=CHOSEN, now=now)
        case Kind.INVITATION:
            return sign_in(person, actor=str(message.about["actor"]), now=now)
        case _:
            return trial(person.name)


def letter_in(channel: Channel, message: Message, *, now: datetime) -> Letter:
    """What a message says in a channel: no more than a plain viewer sees, with the team's own slice."""
    match Kind(message.kind):
        case Kind.DIGEST:
            return week_in(channel, now=now)
        case Kind.OFF_TRACK:
            found = KeyResult.objects.all()
            return off_track(found, int(message.about["key_result"]), why=_set_by(channel), now=now)
        case _:
            return trial(channel.name)


def week_of(person: User, *, now: datetime) -> Letter:
    """The week as the person's home page tells it."""
    found = home.glance(person, now=now)
    sees_records = scope_of(person) != NOTHING
    counted = [found.arrived, found.closed] if sees_records else []
    parts = (
        _needs(found.needs),
        _key_results(found.running),
        _records(counted, found.overdue if sees_records else []),
    )
    return _week(found.sentence, parts, why=CHOSEN, now=now)


def week_in(channel: Channel, *, now: datetime) -> Letter:
    """The week for a channel: everybody's key results, and of records those of its team."""
    scope = Scope(teams=frozenset({channel.team.name})) if channel.team else NOTHING
    words = lexicon()
    found = stands(KeyResult.objects.filter(dropped_at=None), now=now, series=words.series.values())
    quarter = quarter_of(now)
    running = [stand for stand in found if stand.version.due > quarter.start]
    counted, overdue = _of_scope(reading(scope, now=now)) if channel.team else ([], [])
    parts = (_key_results(cards(running, words)), _records(counted, overdue))
    return _week(home.sentence(running), parts, why=_set_by(channel), now=now)


def _of_scope(record: Reading) -> tuple[list[home.Counted], list[home.Counted]]:
    policy = home.overdue_where(SlaPolicy.objects.all(), now=record.now)
    return list(home.last_week(record)), home.by_team(policy, record) if policy else []


def _week(sentence: Iterable[home.Said], parts: Iterable[Part | None], *, why: str, now: datetime) -> Letter:
    quarter = quarter_of(now)
    week = week_of_quarter(quarter, now)
    return Letter(
        subject=f"The week's digest: {quarter.label}, {week}",
        lead=tuple(Words(said.text, said.address) for said in sentence),
        parts=tuple(part for part in parts if part is not None),
        do=Words("Open the quarter", "/"),
        why=why,
    )


def _needs(found: Iterable[home.Counted]) -> Part | None:
    lines = tuple(line(Words(f"{each.n} {each.name}", each.address)) for each in found)
    return Part("Needs you", lines) if lines else None


def _key_results(found: list[Card]) -> Part | None:
    if not found:
        return None
    lines = [_key_result(card) for card in found[:MOST_LISTED]]
    if len(found) > MOST_LISTED:
        lines.append(line(Words(f"and {len(found) - MOST_LISTED} more", "/key-results/")))
    return Part("Key results", tuple(lines))


def _key_result(card: Card) -> tuple[Words, ...]:
    stand = card.stand
    word = look_of(_word(stand)).word
    chance = f", {card.chance_said}" if stand.outlook else ""
    address = f"/key-results/{stand.key_result.pk}/"
    return line(Words(stand.name, address), f": {word}, now {card.value_said}, aim {card.aim}{chance}")


def _word(stand: Stand) -> str:
    return stand.verdict if stand.key_result.closed_at is not None else stand.status.word


def _records(counted: list[home.Counted], overdue: list[home.Counted]) -> Part | None:
    lines = [line(Words(f"{each.n} {each.name} in seven days", each.address)) for each in counted]
    lines += [
        line(Words(f"{each.n} overdue", each.short or each.address), f" in {each.name}") for each in overdue
    ]
    return Part("Vulnerabilities", tuple(lines)) if lines else None


def reminder(person: User, *, now: datetime) -> Letter:
    """The check-ins that are due of the person's own key results."""
    found = asked_of(person, stands(visible(person), now=now), now=now)
    due = [each for each in found if each.is_due(now)]
    if not due or not at_least(person, Role.MEMBER):
        raise NotNeeded("No check-in is due.")
    lines = tuple(
        line(
            Words(each.stand.name, f"/key-results/{each.stand.key_result.pk}/check-in/"),
            f": {f'last one on {day(each.last.at)}' if each.last else 'none yet'}{_if_stale(each.stand)}",
        )
        for each in due
    )
    n = len(due)
    return Letter(
        subject=f"{n} check-in{' is' if n == 1 else 's are'} due",
        lead=line(
            "How sure are you that it will be met? One number and a sentence, a minute each, "
            "while there is time to change the end."
        ),
        parts=(Part("Yours", lines),),
        do=Words("Check in", "/check-ins/"),
        why=CHOSEN,
    )


def _if_stale(stand: Stand) -> str:
    """Who is asked how sure she is has to know that the figure is old, and whose silence that is."""
    return f"; stale: {stand.status.reason}" if stand.status.word == "stale" else ""


def invitation_to_a_room(person: User, room_id: int, *, now: datetime) -> Letter:
    """A room that waits for the person's number; nothing of what anybody answered."""
    waits, _ = waiting_for(person, now=now)
    room = next((each for each in waits if each.pk == room_id), None)
    if room is None:
        raise NotNeeded("The room does not wait for this person any more.")
    until = f" until {room.closes_at:%d %b %Y, %H:%M} UTC" if room.closes_at else ""
    return Letter(
        subject=f"Your number is asked for: {room.title}",
        lead=line(f"{room.facilitator.name} asks how likely it is, and the room is open{until}. "),
        parts=(
            Part(
                "How it goes",
                (
                    line("Read the question and its base rates, then give a number of your own."),
                    line("Nobody sees it before all numbers are shown at once."),
                ),
            ),
        ),
        do=Words("Go to the room", f"/rooms/{room.pk}/"),
        why=CHOSEN,
    )


def off_track(found: QuerySet[KeyResult], id: int, *, why: str, now: datetime) -> Letter:
    """A key result that went off track, unless it came back meanwhile."""
    stand = next(iter(stands(found.filter(pk=id), now=now)), None)
    if stand is None or stand.status.word != "off_track":
        raise NotNeeded("The key result is not off track any more.")
    card = cards([stand])[0]
    address = f"/key-results/{stand.key_result.pk}/"
    return Letter(
        subject=f"Off track: {stand.name}",
        lead=line(Words(stand.title, address), ". ", stand.status.reason),
        parts=(Part("Today", tuple(_figures(card))),),
        do=Words("Open the key result", address),
        why=why,
    )


def _figures(card: Card) -> Iterator[tuple[Words, ...]]:
    yield line(f"Now {card.value_said}, aim {card.aim}, by {card.due_day}")
    if card.stand.outlook:
        yield line(f"{card.chance_said}: likely to end at {card.likely_said or 'no known value'}")
    yield line(f"Owner: {card.version.owner_name}")


def sign_in(person: User, *, actor: str, now: datetime) -> Letter:
    """The way in for somebody who was invited: the link is made now, and is in nothing that is kept."""
    link = make_sign_in_link(person, now=now, actor=actor)
    hours = settings.THROUGHLINE_LINK_HOURS
    return Letter(
        subject="Your way into Throughline",
        lead=line(
            f"Hello {person.name}. With this link you sign in once, within {hours} hours; "
            "then set a password under Account."
        ),
        do=Words("Sign in", link),
        why="You get this because an administrator of Throughline added you.",
    )


def trial(name: str) -> Letter:
    """That messages arrive."""
    return Letter(
        subject="Messages of Throughline arrive here",
        lead=line(f"This is a trial for {name}. Nothing has to be done."),
        do=Words("Open Throughline", "/"),
        why="Somebody asked for a trial.",
    )


def _set_by(channel: Channel) -> str:
    slice_ = f"the records of {channel.team.name}" if channel.team else "no records of any team"
    return f"Set for this channel in Throughline. It tells what every viewer sees, and {slice_}."
