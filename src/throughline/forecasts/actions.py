"""Giving a number, revealing a round, talking, asking again, closing. Each is audited in its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite, prod

from django.db import transaction

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.engine.severities import ci90
from throughline.engine.texts import require_readable
from throughline.forecasts.access import revealed_forecasts, who_answered
from throughline.forecasts.learning import learnt
from throughline.forecasts.models import Forecast, Message, Room, Round
from throughline.forecasts.opening import require_open_outcome
from throughline.forecasts.passing_on import pass_on
from throughline.forecasts.recording import told
from throughline.forecasts.states import LAST_ROUND, Stand, stand_of
from throughline.forecasts.together import pooled
from throughline.forecasts.track_records import track_record, widenings
from throughline.messages import events
from throughline.risk.models import Scenario

LONGEST_RATIONALE = 2000
LONGEST_MESSAGE = 5000
FEWEST_ANSWERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One person's number: a probability, or one for each step given the ones before it; and a loss."""

    probability: float | None = None
    steps: Sequence[float] = ()
    loss: tuple[float, float] | None = None
    rationale: str = ""


def give(person: User, room: Room, answer: Answer, *, now: datetime) -> Forecast:
    """Keep the person's number for the open round, or change it. Raises Refused with the field.

    Nothing of it is written anywhere else: the audit entry says that a number was given.
    """
    probability = _probability(room, answer)
    loss = _loss(room, answer)
    rationale = _text(answer.rationale, place="rationale", most=LONGEST_RATIONALE)
    with transaction.atomic():
        stand = _held(room)
        _require_answerable(stand, person, now=now)
        kept, _ = Forecast.objects.update_or_create(
            round=stand.round,
            person=person,
            defaults={
                "probability": probability,
                "steps": list(answer.steps),
                "loss_low": loss[0] if loss else None,
                "loss_high": loss[1] if loss else None,
                "rationale": rationale,
                "at": now,
            },
        )
        told(actor_name(person), "forecast given", room, what="answers", now=now, round=stand.round.number)
    return kept


def reveal(person: User, room: Room, *, now: datetime) -> Round:
    """Show the open round's numbers to everybody and pool them; they are frozen from then on.

    Raises Refused with fewer than two answers: one person's number would be shown as the panel's.
    """
    with transaction.atomic():
        stand = _held(room)
        _require_asking(stand)
        answered = len(who_answered([stand.round]))
        if answered < FEWEST_ANSWERS:
            raise Refused(
                f"{answered or 'no'} answer{'' if answered == 1 else 's'} so far: with fewer than two, one "
                "person's number would be shown as the panel's",
                code="too_few",
            )
        round = stand.round
        # First it is revealed, then it is read: no query ever asks for numbers that are not.
        Round.objects.filter(pk=round.pk).update(revealed_at=now, revealed_by=person.name)
        answers = list(revealed_forecasts([round]))
        people = [each.person_id for each in answers]
        round.result = pooled(answers, track_record(people), widenings=widenings(people), learnt=learnt())
        Round.objects.filter(pk=round.pk).update(result=round.result)
        round.refresh_from_db()
        detail = {"round": round.number, "answers": answered, "panel": room.panelists.count()}
        told(actor_name(person), "round revealed", room, what="round", now=now, **detail)
        events.happened(events.ROOM_REVEALED, lambda origin: _revealed(room, round, answers, origin), now=now)
    return round


def _revealed(room: Room, round: Round, answers: Sequence[Forecast], origin: str) -> dict[str, object]:
    """What other tools hear of it: the panel's number, and nobody's own."""
    about = {"id": room.pk, "title": room.title, "address": f"{origin}/rooms/{room.pk}/"}
    headline = round.result["probability"]["headline"]
    return {"room": about, "round": round.number, "answers": len(answers), "probability": headline}


def say(person: User, room: Room, *, text: str, now: datetime) -> Message:
    """Talk about what was revealed. Raises Refused with the field."""
    said = _text(text, place="text", most=LONGEST_MESSAGE)
    if not said:
        raise Refused("write what you think first", place="text")
    with transaction.atomic():
        stand = _held(room)
        if not stand.revealed:
            raise Refused(
                "nothing is said before the first reveal: each number is to be the person's own",
                place="text",
                code="private",
            )
        if stand.is_over:
            raise Refused(f"this room is {stand.word}", place="text", code="state")
        made = Message.objects.create(room=room, author=person, author_name=person.name, text=said, at=now)
        told(actor_name(person), "said in a room", room, what="talk", now=now, message=made.pk)
    return made


def ask_again(person: User, room: Room, *, closes_at: datetime | None = None, now: datetime) -> Round:
    """Open round two; `closes_at` is until when it waits, where people answer apart. Raises Refused."""
    with transaction.atomic():
        stand = _held(room)
        if not stand.may_ask_again:
            raise Refused(_why_not_again(stand), code="state")
        require_open_outcome(room.scenario, now=now)
        if room.mode == Room.Mode.APART and (closes_at is None or closes_at <= now):
            raise Refused("say until when round two waits for answers", place="closes_at")
        Room.objects.filter(pk=room.pk).update(closes_at=closes_at if room.mode == Room.Mode.APART else None)
        made = Round.objects.create(room=room, number=stand.round.number + 1, opened_at=now)
        told(actor_name(person), "round opened", room, what="round", now=now, round=made.number)
    return made


def close(person: User, room: Room, *, now: datetime) -> None:
    """End the room: the last revealed panel becomes a value of the scenario's series and an estimate."""
    with transaction.atomic():
        stand = _held(room)
        if stand.is_over:
            raise Refused(f"this room is {stand.word} already", code="state")
        if not stand.is_talking:
            raise Refused(
                f"round {stand.round.number} is not revealed: reveal it, or call the room off", code="state"
            )
        Room.objects.filter(pk=room.pk).update(closed_at=now)
        room.closed_at = now
        pass_on(actor_name(person), room, stand.round, now=now)
        detail = {"rounds": stand.round.number, "headline": stand.round.result["probability"]["headline"]}
        told(actor_name(person), "room closed", room, what="round", now=now, **detail)


def _held(room: Room) -> Stand:
    return stand_of(Room.objects.select_for_update().get(pk=room.pk))


def _require_answerable(stand: Stand, person: User, *, now: datetime) -> None:
    _require_asking(stand)
    if not stand.room.panelists.filter(person=person).exists():
        raise Refused(f"{person.name} is not of this panel: join it first", code="not_asked")
    if stand.is_late(now):
        raise Refused("the time to answer is up; the facilitator may extend it", code="too_late")
    # Held, so that what is asked does not change between this answer and the check that nobody has answered.
    require_open_outcome(Scenario.objects.select_for_update().get(pk=stand.room.scenario_id), now=now)


def _require_asking(stand: Stand) -> None:
    if stand.is_over:
        raise Refused(f"this room is {stand.word}: no number is taken any more", code="state")
    if not stand.is_asking:
        raise Refused(f"round {stand.round.number} is revealed: its numbers stand", code="revealed")


def _why_not_again(stand: Stand) -> str:
    if stand.is_over:
        return f"this room is {stand.word}: open another one to ask again"
    if stand.is_asking:
        return f"round {stand.round.number} is open still: reveal it first"
    return f"a room has {LAST_ROUND} rounds: close it, and repeat it when time has passed"


def _probability(room: Room, answer: Answer) -> float:
    wanted = len(room.scenario.steps)
    if len(answer.steps) != wanted:
        raise Refused(
            f"expected a probability for each of {wanted} steps, found {len(answer.steps)}"
            if wanted
            else "this scenario has no steps: give one probability",
            place="steps" if wanted else "probability",
        )
    if not wanted and answer.probability is None:
        raise Refused("write a probability, in % or between 0 and 1", place="probability", code="missing")
    given = answer.steps or [answer.probability or 0.0]
    for number, each in enumerate(given):
        if not (isfinite(each) and 0 <= each <= 1):
            place = f"step_{number}" if wanted else "probability"
            raise Refused(f"a probability lies between 0 % and 100 %, found {each:g}", place=place)
    return prod(given)


def _loss(room: Room, answer: Answer) -> tuple[float, float] | None:
    if not room.asks_loss:
        if answer.loss is not None:
            raise Refused("this room does not ask for a loss: leave it out", place="loss_low")
        return None
    if answer.loss is None:
        raise Refused(
            "this room asks for a loss too: write the range that you are 90 % sure of", place="loss_low"
        )
    low, high = answer.loss
    if not (isfinite(low) and isfinite(high) and 0 < low < high):
        raise Refused(
            f"expected a range above 0 with the smaller amount first, found {low:g} to {high:g}",
            place="loss_high",
        )
    try:
        # What no law of a loss fits would hold up the closing of everybody's room.
        ci90(low, high)
    except Refused as refused:
        raise Refused(refused.message, place="loss_high", code=refused.code) from None
    return low, high


def _text(text: str, *, place: str, most: int) -> str:
    found = text.strip()
    require_readable(found, place=place)
    if len(found) > most:
        raise Refused(f"expected at most {most:,} characters, found {len(found):,}", place=place)
    return found
