"""Connectors as pages: set up, tried, run, and how that went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as toasts
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.connectors import access, actions, hooks, quarantine, queries, trying
from throughline.connectors.doubts import ACCEPTED
from throughline.connectors.forms import ConnectorForm
from throughline.connectors.kinds.registry import is_known, kind_named, kinds
from throughline.connectors.models import Connector, Sync
from throughline.connectors.silence import silent_now
from throughline.engine.refusals import Refused
from throughline.site.exports import csv_response
from throughline.site.plain import plain


def _now() -> datetime:
    return datetime.now(UTC)


@require_safe
def connectors(request: HttpRequest) -> HttpResponse:
    """Every connector, and the kinds of tools that can be connected."""
    access.require_connect(request.user)
    context = {"connectors": queries.connected(request.user, now=_now()), "kinds": kinds()}
    return render(request, "connectors/connectors.html", context)


@require_safe
def connectors_json(request: HttpRequest) -> JsonResponse:
    """The list for programs."""
    found = [queries.document(each) for each in access.connectors_for(request.user)]
    return JsonResponse(plain({"connectors": found}))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Connect a tool of a kind."""
    person = access.require_connect(request.user)
    if not is_known(kind):
        raise Http404
    chosen = kind_named(kind)
    form = ConnectorForm(chosen, None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.connect(actor_name(person), kind, form.wish, owner=person, now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(f"{reverse('connector', kwargs={'id': made.pk})}?check=1")
    context = {"form": form, "kind": chosen}
    return render(request, "connectors/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def connector(request: HttpRequest, id: int) -> HttpResponse:
    """One connector: how it goes, and its settings; POST keeps those."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    form = _form(found, request.POST or None)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.change(actor_name(person), found, form.wish, now=_now())
        except Refused as refused:
            found = access.connector_for(request.user, id)
            form.refuse(refused)
        else:
            toasts.success(request, f"{found.name} is saved.")
            return HttpResponseRedirect(reverse("connector", kwargs={"id": id}))
    return _shown(request, found, form)


def _form(found: Connector, data: Any = None) -> ConnectorForm | None:
    return ConnectorForm(kind_named(found.kind), found, data) if is_known(found.kind) else None


def _shown(request: HttpRequest, found: Connector, form: ConnectorForm | None, **more: Any) -> HttpResponse:
    last = queries.last_sync(found)
    kind = kind_named(found.kind) if is_known(found.kind) else None
    silences = [each.said for each in silent_now(now=_now()) if each.name == found.name]
    context = {
        "connector": found,
        "silences": silences,
        "kind": kind,
        "title": queries.title_of(found),
        "form": form,
        "running": queries.running(found, now=_now()),
        "last": last,
        "syncs": [
            {"sync": each, "said": queries.sentence(each)} for each in found.syncs.all()[: queries.MOST_SYNCS]
        ],
        "quarantined": list(queries.waiting(found)[:20]),
        "maps": bool(getattr(kind, "maps", False)),
        "hook": hooks.takes_hooks(found),
        "hook_address": request.build_absolute_uri(reverse("connector-hook", kwargs={"id": found.pk})),
        "is_heard": hooks.has_secret(found),
        "is_first": request.GET.get("check") == "1",
        **more,
    }
    errors = bool(form and form.errors)
    return render(request, "connectors/connector.html", context, status=422 if errors else 200)


@require_safe
def connector_json(request: HttpRequest, id: int) -> JsonResponse:
    """One connector with its last syncs, for programs."""
    found = access.connector_for(request.user, id)
    syncs = found.syncs.select_related("connector")[: queries.MOST_SYNCS]
    document = {**queries.document(found), "syncs": [queries.sync_document(each) for each in syncs]}
    return JsonResponse(plain(document))


@require_safe
def connector_csv(request: HttpRequest, id: int) -> StreamingHttpResponse:
    """Its syncs for spreadsheets."""
    found = access.connector_for(request.user, id)
    rows = (queries.sync_row(each) for each in found.syncs.select_related("connector").iterator())
    return csv_response("syncs", queries.HEADER, rows)


@require_POST
def check(request: HttpRequest, id: int) -> HttpResponse:
    """Try the connection now, and say what works and what is wrong."""
    found = access.connector_for(request.user, id)
    return _shown(request, found, _form(found), checks=trying.tried(found))


@require_POST
def sync(request: HttpRequest, id: int) -> HttpResponse:
    """Read now; with `dry`, only to see what would change."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    back = reverse("connector", kwargs={"id": id})
    dry, whole = bool(request.POST.get("dry")), bool(request.POST.get("whole"))
    try:
        made = actions.ask(person, found, now=_now(), back=back, dry=dry, whole=whole)
    except Refused as refused:
        toasts.error(request, refused.message)
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(reverse("job", kwargs={"id": made.job_id}))


@require_POST
def switch(request: HttpRequest, id: int) -> HttpResponse:
    """Let it follow its schedule, or rest."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    actions.switch(actor_name(person), found, on=not found.is_on, now=_now())
    return HttpResponseRedirect(reverse("connector", kwargs={"id": id}))


@require_POST
def remove(request: HttpRequest, id: int) -> HttpResponse:
    """Remove a connector; what it brought in stays."""
    person, found = access.require_connect(request.user), access.connector_for(request.user, id)
    try:
        actions.remove(actor_name(person), found, now=_now())
    except Refused as refused:
        toasts.error(request, refused.message)
        return HttpResponseRedirect(reverse("connector", kwargs={"id": id}))
    toasts.success(request, f"{found.name} is removed. What it brought in stays.")
    return HttpResponseRedirect(reverse("connectors"))


@require_safe
def sync_page(request: HttpRequest, id: int) -> HttpResponse:
    """What one sync did, or would have done."""
    found = access.sync_for(request.user, id)
    return render(
        request, "connectors/sync.html", {"sync": found, "said": queries.sentence(found), **_told(found)}
    )


def _told(found: Sync) -> dict[str, Any]:
    title = queries.title_of(found.connector)
    return {"title": title, "words": queries.WORDS, "left_off": queries.left_off(found)}


@require_safe
def sync_json(request: HttpRequest, id: int) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(plain(queries.sync_document(access.sync_for(request.user, id))))


@require_POST
def decide(request: HttpRequest, id: int) -> HttpResponse:
    """Say of a sample that somebody looked at it."""
    person, found = access.require_connect(request.user), access.quarantine_for(request.user, id)
    try:
        quarantine.decide(actor_name(person), found, request.POST.get("decision", ""), now=_now())
        if found.decided == ACCEPTED:
            _take(request, person, found.connector)
    except Refused as refused:
        toasts.error(request, refused.message)
    return HttpResponseRedirect(reverse("connector", kwargs={"id": found.connector_id}))


def _take(request: HttpRequest, person: User, found: Connector) -> None:
    """Read at once what was accepted: who said so waits for it."""
    actions.ask(person, found, now=_now(), back=reverse("connector", kwargs={"id": found.pk}))
    toasts.success(request, f"Accepted. {found.name} is read again, and this time it is taken.")
