"""Channels and webhooks: what managers set up for others to hear."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as toasts
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.engine.refusals import Refused
from throughline.messages import access, actions, queries, setting
from throughline.messages.events import EVENTS
from throughline.messages.forms import ChannelForm, WebhookForm
from throughline.messages.models import Subscription
from throughline.site.exports import csv_response
from throughline.site.plain import plain

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel, and a form for another one."""
    person = access.require_set(request.user)
    form = ChannelForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = setting.add_channel(person, form.wish, now=_now())
            toasts.success(request, f"{made.name} hears from now on. Send it a trial.")
            return HttpResponseRedirect(reverse("channel", kwargs={"id": made.pk}))
        except Refused as refused:
            form.refuse(refused)
    context = {"channels": queries.channels(), "form": form, "may_look": access.may_look(person)}
    return render(request, "messages/channels.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, id: int) -> HttpResponse:
    """One channel: change it, try it, remove it."""
    person, found = access.require_set(request.user), access.channel_for(request.user, id)
    form = ChannelForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            setting.change_channel(person, found, form.wish, now=_now())
            toasts.success(request, f"{found.name} is saved.")
            return HttpResponseRedirect(reverse("channels"))
        except Refused as refused:
            form.refuse(refused)
    sent = queries.messages().filter(channel=found)[:10]
    context = {"channel": found, "form": form, "sent": sent}
    return render(request, "messages/channel.html", context, status=422 if form.errors else 200)


@require_POST
def channel_trial(request: HttpRequest, id: int) -> HttpResponse:
    """Send a channel a trial."""
    person, found = access.require_set(request.user), access.channel_for(request.user, id)
    actions.send_trial(person, channel=found, now=_now())
    toasts.success(request, "A trial is on its way.")
    return HttpResponseRedirect(reverse("channel", kwargs={"id": id}))


@require_POST
def channel_remove(request: HttpRequest, id: int) -> HttpResponse:
    """Remove a channel."""
    person, found = access.require_set(request.user), access.channel_for(request.user, id)
    setting.remove_channel(person, found, now=_now())
    toasts.success(request, f"{found.name} is removed.")
    return HttpResponseRedirect(reverse("channels"))


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every webhook, and a form for another one, whose key is shown this once."""
    person = access.require_set(request.user)
    form = WebhookForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, key = setting.add_webhook(person, form.wish, now=_now())
            return _webhook_page(request, made, WebhookForm.of(made), key=key)
        except Refused as refused:
            form.refuse(refused)
    heard = [(each, [EVENTS[event] for event in each.events]) for each in queries.subscriptions()]
    context = {"webhooks": heard, "form": form, "may_look": access.may_look(person)}
    return render(request, "messages/webhooks.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, id: int) -> HttpResponse:
    """One webhook with what was sent to it."""
    person, found = access.require_set(request.user), access.subscription_for(request.user, id)
    form = WebhookForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            setting.change_webhook(person, found, form.wish, now=_now())
            toasts.success(request, f"{found.name} is saved.")
            return HttpResponseRedirect(reverse("webhook", kwargs={"id": id}))
        except Refused as refused:
            form.refuse(refused)
    return _webhook_page(request, found, form)


def _webhook_page(
    request: HttpRequest, found: Subscription, form: WebhookForm, *, key: str = ""
) -> HttpResponse:
    sent = queries.deliveries(found)[:MOST_SHOWN]
    context = {"webhook": found, "form": form, "sent": sent, "key": key}
    if found.failing_since is not None:
        context["has_arrived"] = queries.has_heard(found)
    return render(request, "messages/webhook.html", context, status=422 if form.errors else 200)


@require_safe
def webhook_json(request: HttpRequest, id: int) -> JsonResponse:
    """What was sent to a webhook, for programs."""
    found = access.subscription_for(request.user, id)
    sent = [queries.document(each) for each in queries.deliveries(found)[:MOST_SHOWN]]
    about: dict[str, Any] = {"name": found.name, "host": found.host, "events": found.events}
    return JsonResponse(plain({**about, "disabled": found.disabled_why, "deliveries": sent}))


@require_safe
def webhook_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """The same as a table."""
    found = access.subscription_for(request.user, id)
    rows = (queries.row(each) for each in queries.deliveries(found).iterator())
    return csv_response("deliveries", queries.COLUMNS, rows)


@require_POST
def webhook_trial(request: HttpRequest, id: int) -> HttpResponse:
    """Send a webhook a trial."""
    person, found = access.require_set(request.user), access.subscription_for(request.user, id)
    setting.try_webhook(person, found, now=_now())
    toasts.success(request, "A trial is on its way.")
    return HttpResponseRedirect(reverse("webhook", kwargs={"id": id}))


@require_POST
def webhook_key(request: HttpRequest, id: int) -> HttpResponse:
    """Give a webhook a new key, shown this once."""
    person, found = access.require_set(request.user), access.subscription_for(request.user, id)
    key = setting.change_key(person, found, now=_now())
    return _webhook_page(request, found, WebhookForm.of(found), key=key)


@require_POST
def webhook_switch(request: HttpRequest, id: int) -> HttpResponse:
    """Switch a webhook on or off."""
    person, found = access.require_set(request.user), access.subscription_for(request.user, id)
    setting.switch(person, found, on=found.disabled_at is not None, now=_now())
    return HttpResponseRedirect(reverse("webhook", kwargs={"id": id}))


@require_POST
def webhook_remove(request: HttpRequest, id: int) -> HttpResponse:
    """Remove a webhook."""
    person, found = access.require_set(request.user), access.subscription_for(request.user, id)
    setting.remove_webhook(person, found, now=_now())
    toasts.success(request, f"{found.name} is removed.")
    return HttpResponseRedirect(reverse("webhooks"))


@require_POST
def delivery_again(request: HttpRequest, id: int) -> HttpResponse:
    """Send an event again, with the id that it had."""
    person, found = access.require_set(request.user), access.delivery_for(request.user, id)
    actions.send_again(person, found, now=_now())
    return HttpResponseRedirect(reverse("webhook", kwargs={"id": found.subscription_id}))


def _now() -> datetime:
    return datetime.now(UTC)
