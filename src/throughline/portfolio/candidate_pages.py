"""Candidates as pages: a new one, one of them, dropping it, and taking it up again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from throughline.accounts.access import actor_name
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.portfolio import actions
from throughline.portfolio.access import candidate_for, may_choose, may_write, require_write
from throughline.portfolio.aims import Counted, counted_in
from throughline.portfolio.forms import CandidateForm, DropForm
from throughline.portfolio.making import previewed
from throughline.portfolio.models import Candidate
from throughline.portfolio.stored import running


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Write a candidate."""
    person = require_write(request.user)
    cycle = cycle_for(person, key)
    form = CandidateForm(request.POST or None, cycle=cycle, counted=_counted(cycle))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_candidate(
                actor_name(person), cycle=cycle, impacts=form.impacts, now=_now(), **form.given
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"'{made.title}' is a candidate.")
            return _to_portfolio(cycle)
    return _form_page(request, form, cycle=cycle)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate(request: HttpRequest, id: int) -> HttpResponse:
    """One candidate: what it says, and changing it."""
    found = candidate_for(request.user, id)
    if request.method != "POST":
        return _page(request, found)
    person = require_write(request.user)
    form = CandidateForm(request.POST, cycle=found.cycle, counted=_counted(found.cycle), candidate=found)
    if form.is_valid():
        try:
            is_new = actions.change_candidate(
                actor_name(person), found, impacts=form.impacts, now=_now(), **form.given
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Changed." if is_new else "Nothing was changed.")
            return _to_portfolio(found.cycle)
    return _page(request, found, form=form, status=422)


@require_POST
def drop(request: HttpRequest, id: int) -> HttpResponse:
    """Consider it no longer."""
    person = require_write(request.user)
    found = candidate_for(person, id)
    form = DropForm(request.POST)
    if form.is_valid():
        try:
            actions.drop(actor_name(person), found, reason=form.cleaned_data["reason"], now=_now())
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"'{found.title}' is dropped; it can be taken up again below.")
            return _to_portfolio(found.cycle)
    return _page(request, found, drop_form=form, status=422)


@require_POST
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Consider it again."""
    person = require_write(request.user)
    found = candidate_for(person, id)
    try:
        actions.take_back(actor_name(person), found, now=_now())
    except Refused as refused:
        return _page(request, found, refused=refused.message, status=409)
    messages.success(request, f"'{found.title}' is a candidate again.")
    return _to_portfolio(found.cycle)


def _page(
    request: HttpRequest,
    found: Candidate,
    *,
    form: CandidateForm | None = None,
    drop_form: DropForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    is_open = found.cycle.state != Cycle.State.CLOSED
    writes = may_write(request.user) and is_open
    if writes and form is None and found.dropped_at is None:
        form = CandidateForm(cycle=found.cycle, counted=_counted(found.cycle), candidate=found)
    context: dict[str, Any] = {
        "candidate": found,
        "cycle": found.cycle,
        "form": form if writes else None,
        "drop_form": drop_form or DropForm(),
        "planned": previewed([found])[0],
        "refused": refused,
        "may_write": writes,
        "may_choose": may_choose(request.user) and is_open,
    }
    return render(request, "portfolio/candidate.html", context, status=status)


def _form_page(request: HttpRequest, form: CandidateForm, *, cycle: Cycle) -> HttpResponse:
    context = {"form": form, "cycle": cycle}
    return render(request, "portfolio/new.html", context, status=422 if form.errors else 200)


def _counted(cycle: Cycle) -> list[Counted]:
    return counted_in(running(cycle), now=_now())


def _to_portfolio(cycle: Cycle) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("portfolio", args=[cycle.key]))


def _now() -> datetime:
    return datetime.now(UTC)
