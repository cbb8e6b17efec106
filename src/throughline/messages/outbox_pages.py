"""The outbox, for administrators: what waits, what was given up and why. No text is kept or shown."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.engine.refusals import Refused
from throughline.messages import access, actions, mail, queries
from throughline.messages.models import Message
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.ui.rows import A_PAGE, pages


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest messages, by state, with the sentence of each failure."""
    access.require_outbox(request.user)
    state = request.GET.get("state", "")
    page = Paginator(queries.messages(state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "pages": pages(page, request.GET),
        "state": state,
        "states": [(*each, n) for each, n in _counted()],
        "has_mail": mail.is_configured(),
        "host": settings.EMAIL_HOST,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return render(request, "messages/outbox.html", context)


def _counted() -> list[tuple[tuple[str, str], int]]:
    counts = queries.counts(now=_now())
    return [((state.value, state.label), counts[state.value]) for state in Message.State]


@require_safe
def outbox_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    access.require_outbox(request.user)
    found = queries.messages(request.GET.get("state", ""))[:1000]
    return JsonResponse(plain({"messages": [queries.document(each) for each in found]}))


@require_safe
def outbox_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    access.require_outbox(request.user)
    found = queries.messages(request.GET.get("state", "")).iterator()
    return csv_response("messages", queries.COLUMNS, (queries.row(each) for each in found))


@require_POST
def again(request: HttpRequest, id: int) -> HttpResponse:
    """Try a message that was given up once more."""
    person, found = access.require_outbox(request.user), access.message_for(request.user, id)
    actions.send_again(person, found, now=_now())
    toasts.success(request, "It is tried again.")
    return HttpResponseRedirect(reverse("outbox"))


@require_POST
def trial(request: HttpRequest) -> HttpResponse:
    """A trial by e-mail to the administrator who asks."""
    person = access.require_outbox(request.user)
    try:
        actions.send_trial(person, now=_now())
        toasts.success(request, f"A trial is on its way to {person.email}.")
    except Refused as refused:
        toasts.error(request, refused.message)
    return HttpResponseRedirect(reverse("outbox"))


def _now() -> datetime:
    return datetime.now(UTC)
