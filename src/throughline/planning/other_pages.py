"""Other teams: what they want to reach in the cycle, and where it meets what we want."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.cycles.access import cycle_for, may_lead, require_lead
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.planning import others as actions
from throughline.planning.access import other_objective_for
from throughline.planning.forms import FileForm, OtherForm
from throughline.planning.meeting import COLUMNS, halves_in, others_in, rows_of
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_http_methods(["GET", "HEAD", "POST"])
def others(request: HttpRequest, key: str) -> HttpResponse:
    """What other teams want to reach, with bridges to ours, and halves that were asked for; POST adds one."""
    person = signed_in(request.user)
    cycle = cycle_for(person, key)
    form = OtherForm(request.POST or None, cycle=cycle)
    if request.method == "POST":
        require_lead(person)
        if form.is_valid():
            try:
                given = form.cleaned_data["bridges"]
                actions.add(actor_name(person), cycle, form.said, bridges=given, now=datetime.now(UTC))
                messages.success(request, "It is noted.")
                return HttpResponseRedirect(reverse("cycle-other-teams", args=[key]))
            except Refused as refused:
                form.refuse(refused)
    return _page(request, cycle, form=form)


@require_POST
def bring_in(request: HttpRequest, key: str) -> HttpResponse:
    """Bring a table in: all of it, or nothing."""
    person = require_lead(request.user)
    cycle = cycle_for(person, key)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        name = file.name or "the file"
        try:
            new, changed = actions.bring_in(
                actor_name(person), cycle, file.read(), name=name, now=datetime.now(UTC)
            )
        except Refused as refused:
            form.add_error("file", f"{refused}. Nothing was taken in.")
        else:
            messages.success(request, f"{new} noted, {changed} changed.")
            return HttpResponseRedirect(reverse("cycle-other-teams", args=[key]))
    return _page(request, cycle, upload=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Other words, and other bridges."""
    found = other_objective_for(request.user, id)
    person = signed_in(request.user)
    first = {**actions.said_of(found), "bridges": list(found.bridges.all())}
    form = OtherForm(request.POST or None, cycle=found.cycle, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["bridges"]
            actions.change(actor_name(person), found, form.said, bridges=given, now=datetime.now(UTC))
            messages.success(request, "It is saved.")
            return HttpResponseRedirect(reverse("cycle-other-teams", args=[found.cycle.key]))
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "found": found, "cycle": found.cycle, "tab": "cycles"}
    return render(request, "planning/other.html", context, status=422 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Take it off the page."""
    found = other_objective_for(request.user, id)
    actions.withdraw(actor_name(signed_in(request.user)), found, now=datetime.now(UTC))
    messages.success(request, f"“{found.title}” of {found.team_name} is withdrawn.")
    return HttpResponseRedirect(reverse("cycle-other-teams", args=[found.cycle.key]))


@require_safe
def others_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """What other teams want to reach as a table; its first columns are those that are read."""
    cycle = cycle_for(request.user, key)
    return csv_response(f"other-teams-{cycle.key}", COLUMNS, rows_of(cycle))


@require_safe
def others_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    rows = rows_of(cycle_for(request.user, key))
    return JsonResponse(plain({"objectives": [dict(zip(COLUMNS, row, strict=True)) for row in rows]}))


def _page(
    request: HttpRequest, cycle: Cycle, *, form: OtherForm | None = None, upload: FileForm | None = None
) -> HttpResponse:
    person = signed_in(request.user)
    shown = form if form is not None else OtherForm(cycle=cycle)
    context = {
        "cycle": cycle,
        "teams": others_in(cycle),
        "halves": halves_in(cycle),
        "form": shown,
        "upload": upload or FileForm(),
        "may_change": may_lead(person),
        "tab": "cycles",
    }
    refused = bool(shown.errors) or bool(upload and upload.errors)
    return render(request, "planning/others.html", context, status=422 if refused else 200)
