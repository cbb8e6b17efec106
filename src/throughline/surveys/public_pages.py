"""What a stranger sees: one question, thanks, or why a link does not work. Nobody signs in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.addresses import client
from throughline.accounts.gate import public
from throughline.engine.refusals import Refused
from throughline.surveys import answering, guessing
from throughline.surveys.access import Door, door_behind
from throughline.surveys.forms import AnswerForm
from throughline.surveys.models import Survey
from throughline.surveys.sentences import ENDS, WHO_SEES

COOKIE_SALT = "surveys.answered"
REMEMBERED = timedelta(days=365)
# No navigation, also where the browser is signed in: the answer is nobody's.
NAMELESS = {"person": None}
UNKNOWN = "This is no link of ours: part of it may be missing. Ask whoever sent it for the whole of it."
AGAIN = "This browser has answered already. One answer a person: thank you."


@public
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The question behind a link; answering uses a personal link up, and a shared one for this browser."""
    now = datetime.now(UTC)
    try:
        guessing.require_patience(client(request), now=now)
        door = _open_door(request, token, now=now)
        return _asked(request, door, now=now)
    except Refused as refused:
        return _page(request, "surveys/no_answer.html", {"said": refused.message}, status=_status(refused))


@public
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """What somebody sees who has answered."""
    return _page(request, "surveys/thanks.html", {"who_sees": WHO_SEES})


def _open_door(request: HttpRequest, token: str, *, now: datetime) -> Door:
    """What the link opens. Raises Refused where it opens nothing, or nothing more."""
    door = door_behind(token)
    if door is None:
        guessing.count_miss(client(request), now=now)
        raise Refused(UNKNOWN, code="unknown")
    if door.is_closed:
        raise Refused(answering.CLOSED, code="closed")
    if door.is_used:
        raise Refused(answering.USED, code="used")
    if door.invitation is None and _has_answered(request, door):
        raise Refused(AGAIN, code="again")
    return door


def _asked(request: HttpRequest, door: Door, *, now: datetime) -> HttpResponse:
    survey = door.wave.survey
    low, high = answering.RANGES[Survey.Kind(survey.kind)]
    form = AnswerForm(request.POST or None, low=low, high=high, most=answering.LONGEST_WHY)
    if request.method == "POST" and form.is_valid():
        try:
            return _taken(request, door, answering.Given(**form.cleaned_data), now=now)
        except Refused as refused:
            if refused.place not in form.fields:
                raise
            form.refuse(refused)
    ends = ENDS[Survey.Kind(survey.kind)]
    ladder = {"from": low, "to": high, "low": ends[0], "high": ends[1]}
    context = {"survey": survey, "form": form, **ladder, "who_sees": WHO_SEES}
    return _page(request, "surveys/answer.html", context, status=422 if request.method == "POST" else 200)


def _taken(request: HttpRequest, door: Door, given: answering.Given, *, now: datetime) -> HttpResponse:
    if door.invitation is None:
        answering.checked_answer(door.wave.survey, given)
        guessing.count_answer(client(request), door.wave.pk, now=now)
    answering.answer(door, given, now=now)
    response = HttpResponseRedirect(reverse("survey-thanks"))
    if door.invitation is None:
        response.set_signed_cookie(
            _cookie(door),
            "yes",
            salt=COOKIE_SALT,
            max_age=REMEMBERED,
            httponly=True,
            samesite="Lax",
            secure=settings.SECURE,
            path="/s/",
        )
    return response


def _has_answered(request: HttpRequest, door: Door) -> bool:
    found = request.get_signed_cookie(_cookie(door), default=None, salt=COOKIE_SALT)
    return found == "yes"


def _cookie(door: Door) -> str:
    return f"answered-{door.wave.pk}"


def _status(refused: Refused) -> int:
    return {"throttled": 429, "unknown": 404, "again": 409}.get(refused.code, 410)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, template, {**context, **NAMELESS}, status=status)
    # The address opens the question to whoever has it.
    response["X-Robots-Tag"] = "noindex"
    return response
