"""Who reaches a room, and whose numbers: until a round is revealed everybody reads her own and no other.

What this module reads of forecasts is either the person's own, or carries the condition that the round is
revealed. What is not revealed is therefore never selected for anybody else, and a template, a table or a log
cannot leak what was not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404

from throughline.accounts.access import at_least, require, signed_in
from throughline.accounts.models import Role, User
from throughline.forecasts.models import BaseRate, Forecast, Panelist, Room, Round


def visible_rooms(user: User | AnonymousUser) -> QuerySet[Room]:
    """The rooms that the person sees: their questions, their progress, and what was revealed."""
    return Room.objects.all() if at_least(user, Role.VIEWER) else Room.objects.none()


def room_for(user: User | AnonymousUser, id: int) -> Room:
    """The room, or the 404 that strangers get."""
    found = visible_rooms(user).filter(pk=id).select_related("scenario__series", "facilitator").first()
    if found is None:
        raise Http404
    return found


def led_room(user: User | AnonymousUser, id: int) -> Room:
    """The room, if the person leads it; else the 404 that strangers get."""
    found = room_for(user, id)
    if not leads(user, found):
        raise Http404
    return found


def asked_room(user: User | AnonymousUser, id: int) -> Room:
    """The room, if the person is of its panel; else the 404 that strangers get."""
    found = room_for(user, id)
    if not is_asked(signed_in(user), found):
        raise Http404
    return found


def rate_for(user: User | AnonymousUser, id: int) -> BaseRate:
    """The base rate, withdrawn or not, or the 404 that strangers get."""
    signed_in(user)
    found = BaseRate.objects.filter(pk=id).select_related("scenario").first()
    if found is None:
        raise Http404
    return found


def may_open(user: User | AnonymousUser) -> bool:
    """Whether the person opens rooms, takes a late seat in one, and keeps base rates."""
    return at_least(user, Role.MEMBER)


def require_open(user: User | AnonymousUser) -> User:
    """The person, if she may open rooms; else the 404 that strangers get."""
    return require(user, Role.MEMBER)


def may_appoint(user: User | AnonymousUser) -> bool:
    """Whether the person may open a room that somebody else leads."""
    return at_least(user, Role.MANAGER)


def leads(user: User | AnonymousUser, room: Room) -> bool:
    """Whether the person opens rounds, reveals and closes. It shows her no number earlier than others."""
    return at_least(user, Role.MANAGER) or (at_least(user, Role.VIEWER) and room.facilitator_id == user.pk)


def is_asked(user: User, room: Room) -> bool:
    """Whether the person is of the panel; whoever is named may answer, in any role."""
    return room.panelists.filter(person=user).exists()


def own_forecasts(user: User) -> QuerySet[Forecast]:
    """What the person herself said, in every round."""
    return Forecast.objects.filter(person=user)


def own_forecast(user: User, round: Round) -> Forecast | None:
    """What the person herself said in a round."""
    return own_forecasts(user).filter(round=round).first()


def revealed_forecasts(rounds: Iterable[Round]) -> QuerySet[Forecast]:
    """What everybody said in those of the rounds that are revealed, by value: the order names nobody."""
    found = Forecast.objects.filter(round__in=rounds, round__revealed_at__isnull=False)
    return found.order_by("round", "probability", "loss_low", "loss_high")


@dataclass(frozen=True, slots=True)
class OpenRound:
    """The progress of an open round as anybody may know it, and whether it waits for one person."""

    room: Room
    asked: int
    answered: int
    sits: bool
    gave: bool


def open_rounds(user: User) -> list[OpenRound]:
    """The open rounds: how many are `asked` and have `answered`, and whether the person `sits` and `gave`.

    Counts and nothing else.
    """
    seats = Panelist.objects.filter(room=OuterRef("room"), person=user)
    own = Forecast.objects.filter(round=OuterRef("pk"), person=user)
    found = (
        Round.objects.filter(revealed_at=None, room__closed_at=None, room__cancelled_at=None)
        .select_related("room")
        .annotate(
            asked=Count("room__panelists", distinct=True),
            answered=Count("forecasts", distinct=True),
            sits=Exists(seats),
            gave=Exists(own),
        )
        .order_by("pk")
    )
    return [OpenRound(each.room, each.asked, each.answered, each.sits, each.gave) for each in found]


def who_answered(rounds: Iterable[Round]) -> set[tuple[int, int]]:
    """Round and person of every answer, and nothing of what was answered or when."""
    found = Forecast.objects.filter(round__in=rounds).order_by("round", "person")
    return set(found.values_list("round_id", "person_id"))
