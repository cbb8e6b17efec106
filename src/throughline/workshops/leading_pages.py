"""What a facilitator does: open a board, reveal, open and end the vote, time, hand over, close, clear."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import signed_in
from throughline.accounts.models import User
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.site.numbers import whole_number
from throughline.workshops import opening, voting
from throughline.workshops.access import led_board, require_part
from throughline.workshops.answering import now_utc, step
from throughline.workshops.forms import OpenForm, first_values, moment_of
from throughline.workshops.models import Board


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Open a board in a cycle; `?purpose=risks` says what for."""
    person = require_part(request.user)
    cycle = cycle_for(person, key)
    first = first_values(request.GET.get("purpose", ""))
    form = OpenForm(request.POST or None, people=opening.may_sit().exclude(pk=person.pk), initial=first)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = opening.open_board(person, cycle, now=now_utc(), **given)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "The board is open. Whoever has its link may join.")
            return HttpResponseRedirect(reverse("board", args=[made.pk]))
    status = 422 if form.is_bound else 200
    return render(request, "workshops/new.html", {"form": form, "cycle": cycle}, status=status)


@require_POST
def reveal(request: HttpRequest, id: int) -> HttpResponse:
    """Show everybody every note."""
    return _step(request, id, opening.reveal, "It is revealed. Put together what says the same.")


@require_POST
def vote(request: HttpRequest, id: int) -> HttpResponse:
    """End sorting, and let everybody rank."""
    return _step(request, id, opening.open_vote, "The vote is open.")


@require_POST
def sort_again(request: HttpRequest, id: int) -> HttpResponse:
    """Go back to sorting while nobody has voted."""
    return _step(request, id, opening.sort_again, "The clusters can be sorted again.")


@require_POST
def count(request: HttpRequest, id: int) -> HttpResponse:
    """End the vote, and show what came out."""
    return _step(request, id, voting.close_vote, "The vote is over.")


@require_POST
def close(request: HttpRequest, id: int) -> HttpResponse:
    """End the board."""
    return _step(request, id, opening.close, "The board is closed.")


@require_POST
def clear(request: HttpRequest, id: int) -> HttpResponse:
    """Remove raw notes and ballots for good."""
    return _step(request, id, opening.clear, "Notes and ballots are gone; clusters and the count stay.")


@require_POST
def hand_over(request: HttpRequest, id: int) -> HttpResponse:
    """Let somebody else of the board lead it."""

    def do(person: User, board: Board, *, now: datetime) -> None:
        to = opening.may_sit().filter(pk=whole_number(request.POST.get("to", "")) or 0).first()
        if to is None:
            raise Refused("choose who leads from now on", place="to")
        opening.hand_over(person, board, to=to, now=now)

    return _step(request, id, do, "Handed over.")


@require_POST
def timer(request: HttpRequest, id: int) -> HttpResponse:
    """Set the timer, add a minute, take it away, or move the end of a board over days."""

    def do(person: User, board: Board, *, now: datetime) -> None:
        match request.POST.get("what", "set"):
            case "minute":
                opening.add_minute(person, board, now=now)
            case "end":
                opening.end_timer(person, board, now=now)
            case "until":
                opening.wait_until(person, board, ends_at=_moment(request), now=now)
            case _:
                opening.set_timer(person, board, minutes=_minutes(request), now=now)

    return _step(request, id, do, "")


def _step(request: HttpRequest, id: int, do: Callable[..., Any], done: str) -> HttpResponse:
    person = signed_in(request.user)

    def taken(board: Board, now: datetime) -> None:
        do(person, board, now=now)

    return step(request, led_board(person, id), taken, part="stand", done=done)


def _minutes(request: HttpRequest) -> int:
    found = whole_number(request.POST.get("minutes", "").strip())
    if found is None:
        raise Refused("expected whole minutes such as 5", place="minutes")
    return found


def _moment(request: HttpRequest) -> datetime | None:
    try:
        return moment_of(request.POST.get("ends_at", ""))
    except forms.ValidationError as error:
        raise Refused(error.messages[0], place="ends_at") from None
