"""One's own messages: what is heard and how, how it would read today, and ending it by a link."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import signed_in
from throughline.accounts.gate import public
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.messages import actions, mail, stopping
from throughline.messages.access import wish_of
from throughline.messages.events import origin
from throughline.messages.forms import KINDS_SAID, PreferenceForm
from throughline.messages.letters import Letter, plain_text
from throughline.messages.models import Message
from throughline.messages.outbox import NotNeeded
from throughline.messages.previews import preview


@require_http_methods(["GET", "HEAD", "POST"])
def chosen(request: HttpRequest) -> HttpResponse:
    """What the person hears, on what day, by which way."""
    person = signed_in(request.user)
    form = PreferenceForm.of(wish_of(person), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(person, form.wish, now=_now())
            toasts.success(request, "What you hear is saved.")
            return HttpResponseRedirect(reverse("my-messages"))
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "kinds": KINDS_SAID, "has_mail": mail.is_configured()}
    return render(request, "messages/chosen.html", context, status=422 if form.errors else 200)


@require_safe
def preview_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what a message would say to this person now."""
    person = signed_in(request.user)
    if kind not in stopping.KINDS:
        raise Http404
    letter, nothing = _previewed(person, kind)
    text = plain_text(letter, origin=origin()) if letter else ""
    context = {
        "letter": letter,
        "nothing": nothing,
        "text": text,
        "kind": kind,
        "title": Message.Kind(kind).label,
    }
    return render(request, "messages/preview.html", context)


def _previewed(person: User, kind: str) -> tuple[Letter | None, str]:
    try:
        return preview(person, kind, now=_now()), ""
    except NotNeeded as nothing:
        return None, str(nothing)


@require_POST
def send_now(request: HttpRequest) -> HttpResponse:
    """The week, sent to whoever asks for it."""
    person = signed_in(request.user)
    try:
        actions.send_week_now(person, now=_now())
        toasts.success(request, "The week is on its way to you.")
    except Refused as refused:
        toasts.error(request, refused.message)
    return HttpResponseRedirect(reverse("my-messages-preview", kwargs={"kind": "digest"}))


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End one kind of message without signing in. Only a POST ends it, so that looking at a link does not.

    The link is its own proof, and a mail program that presses it sends no token of a form (RFC 8058).
    """
    wish, kind = stopping.opened(token)
    if request.method == "POST" and wish is not None:
        actions.stop(wish, kind, now=_now())
    context = {"title": kind.label, "is_done": request.method == "POST", "kind": KINDS_SAID[kind]}
    response = render(request, "messages/stop.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _now() -> datetime:
    return datetime.now(UTC)
