"""One vulnerability: every field, every date with its basis, its history, and triage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import at_least, require, signed_in
from throughline.accounts.addresses import safe_next
from throughline.accounts.models import Role
from throughline.engine import spells
from throughline.engine.refusals import Refused
from throughline.site.refusals import wants_data
from throughline.sources.sightings import sightings
from throughline.ui.words import day
from throughline.vulnerabilities import access, actions, originals, queries, weaknesses
from throughline.vulnerabilities.documents import FIELDS, date_lines, document, status_of
from throughline.vulnerabilities.exploitation import epss_words, percentiles
from throughline.vulnerabilities.forms import Triage
from throughline.vulnerabilities.models import Event, State, Vulnerability


@require_safe
def vulnerability(request: HttpRequest, id: int) -> HttpResponse:
    """The record as a page; asked by htmx, as the part that opens beside the list."""
    found = access.vulnerability_for(request.user, id)
    return _page(request, found)


@require_safe
def vulnerability_json(request: HttpRequest, id: int) -> HttpResponse:
    """The record with its history."""
    found = access.vulnerability_for(request.user, id)
    return JsonResponse(document(found, originals.links(request.user, found), now=datetime.now(UTC)))


@require_POST
def triage(request: HttpRequest, id: int) -> HttpResponse:
    """Decide what the record is; the answer offers ten seconds to undo."""
    require(request.user, Role.MEMBER)
    found = access.vulnerability_for(request.user, id)
    form = Triage(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form, code=422)
    now = datetime.now(UTC)
    try:
        actions.triage(signed_in(request.user), [found.pk], now=now, **form.cleaned_data)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, found, form=form, code=422)
    undo_address = reverse("vulnerability-undo", args=[found.pk])
    messages.success(request, f"Marked as {form.cleaned_data['state']}.", extra_tags=undo_address)
    return _after(request, found)


@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Take the last decision back."""
    require(request.user, Role.MEMBER)
    found = access.vulnerability_for(request.user, id)
    actions.undo(signed_in(request.user), [found.pk], now=datetime.now(UTC))
    messages.success(request, "Taken back.")
    if wants_data(request):
        return JsonResponse({"said": "Taken back.", "count": 1})
    if request.headers.get("HX-Request"):
        return _after(request, found)
    return HttpResponseRedirect(safe_next(request, request.POST.get("next", "")))


def _after(request: HttpRequest, found: Vulnerability) -> HttpResponse:
    if request.headers.get("HX-Request"):
        fresh = access.vulnerability_for(request.user, found.pk)
        return _page(request, fresh, with_toasts=True)
    return HttpResponseRedirect(reverse("vulnerability", args=[found.pk]))


def _page(
    request: HttpRequest,
    found: Vulnerability,
    *,
    form: Triage | None = None,
    code: int = 200,
    with_toasts: bool = False,
) -> HttpResponse:
    # The record's own page asks for the same part, with the heading of a page.
    whole = not request.headers.get("HX-Request") or bool(request.POST.get("whole"))
    beside = not whole
    now = datetime.now(UTC)
    linked = originals.links(request.user, found)
    decisions = queries.standing_decisions([found.pk])[found.pk]
    context = {
        "record": found,
        "record_status": status_of(found, now=now),
        "fields": list(_fields(found)),
        "dates": list(date_lines(found)),
        "sightings": sightings(found.pk),
        "spells": _spells(found),
        "history": queries.history(found),
        "may_triage": at_least(request.user, Role.MEMBER),
        "may_rule": at_least(request.user, Role.MANAGER),
        "form": form or Triage(),
        "links": linked,
        "decision": _decision(decisions),
        "ran_out": has_run_out(found, now=now),
        "whole": whole,
        "beside": beside,
        "with_toasts": with_toasts,
    }
    is_part = bool(request.headers.get("HX-Request"))
    template = "vulnerabilities/record_beside.html" if is_part else "vulnerabilities/record_page.html"
    return render(request, template, context, status=code)


@dataclass(frozen=True, slots=True)
class Spells:
    """When the record was open, as its tracker told: only where it says more than two dates do."""

    each: tuple[spells.Spell, ...]
    reopenings: int
    days: float


def _spells(found: Vulnerability) -> Spells | None:
    course = spells.read(found.attributes.get(spells.COURSE))
    each = tuple(spells.spells(course))
    return Spells(each, spells.reopenings(course), spells.open_days(course)) if each else None


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that stands: whose it is and when it was made."""

    who: str
    at: datetime


def _decision(standing: Sequence[Event]) -> Decision | None:
    return Decision(queries.who(standing[-1].actor), standing[-1].known_at) if standing else None


def has_run_out(found: Vulnerability, *, now: datetime) -> bool:
    """Whether its risk was accepted until a day that is over."""
    until = found.accepted_until
    return found.state == State.ACCEPTED and until is not None and until <= now


def _fields(found: Vulnerability) -> Iterator[tuple[str, Any]]:
    yield "Number", str(found.pk)
    for title, name in FIELDS:
        value = getattr(found, name)
        if value not in (None, ""):
            yield title, weaknesses.label(str(value)) if name == "cwe" else str(value)
    if found.cvss_score is not None:
        yield "CVSS", f"{found.cvss_score:g}" + (f" (v{found.cvss_version})" if found.cvss_version else "")
    if found.vulnerability_ids:
        yield "Ids", ", ".join(found.vulnerability_ids)
    yield from _exploitation(found)
    if found.tags:
        yield "Tags", ", ".join(found.tags)
    if found.award is not None:
        yield "Award", f"{found.award:,.0f} {found.award_currency}".strip()


def _exploitation(found: Vulnerability) -> Iterator[tuple[str, str]]:
    ids = found.vulnerability_ids
    if found.kev is not None:
        since = f" since {day(found.kev_added)} (CISA)" if found.kev_added else ""
        yield "Exploited", f"known{since}" if found.kev else "not in CISA's catalogue"
    if found.epss is not None:
        yield "Likely", epss_words(found.epss, ids, percentiles(ids))
