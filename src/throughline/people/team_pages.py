"""The team as its manager sees it, and the words for kinds of work."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.people import access, actions, documents, kinds, queries
from throughline.people.forms import KindForm, WeeksForm
from throughline.people.models import WorkKind
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Everybody who can be given work: weeks, and what each lets a manager see."""
    return _page(request, access.require_lead(request.user), queries.cycle_to_plan())


@require_safe
def team_json(request: HttpRequest) -> JsonResponse:
    """The same for programs, without what anybody answered."""
    members = queries.team(access.require_lead(request.user), queries.cycle_to_plan(), on=_now().date())
    rows = documents.team_rows(members)
    people = [dict(zip(documents.TEAM_COLUMNS, row, strict=True)) for row in rows]
    return JsonResponse(plain({"people": people}))


@require_safe
def team_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    members = queries.team(access.require_lead(request.user), queries.cycle_to_plan(), on=_now().date())
    return csv_response("team", documents.TEAM_COLUMNS, documents.team_rows(members))


@require_POST
def member_weeks(request: HttpRequest, id: int, key: str) -> HttpResponse:
    """Set the weeks of somebody of the team."""
    lead = access.require_lead(request.user)
    person, cycle = access.worker_for(lead, id), cycle_for(lead, key)
    form = WeeksForm(request.POST)
    if form.is_valid():
        try:
            actions.set_capacity(lead, person, cycle, **form.cleaned_data, now=_now())
            messages.success(request, f"The weeks of {person.name} are kept.")
            return HttpResponseRedirect(f"{reverse('team-work')}#person-{person.pk}")
        except Refused as refused:
            form.refuse(refused)
    return _page(request, lead, cycle, refused=(person.pk, form))


@require_http_methods(["GET", "HEAD", "POST"])
def work_kinds(request: HttpRequest) -> HttpResponse:
    """The words for kinds of work; POST adds one."""
    person = access.worker(request.user)
    form = KindForm(request.POST or None)
    if request.method == "POST":
        access.require_lead(person)
        if form.is_valid():
            try:
                kinds.add(actor_name(person), **form.cleaned_data, now=_now())
                return HttpResponseRedirect(reverse("work-kinds"))
            except Refused as refused:
                form.refuse(refused)
    return _kinds_page(request, person, form=form)


@require_POST
def change_kind(request: HttpRequest, key: str) -> HttpResponse:
    """Call a kind of work something else."""
    kind = access.kind_for(request.user, key)
    person = access.worker(request.user)
    form = KindForm(request.POST, auto_id=f"{key}_%s")
    if form.is_valid():
        try:
            kinds.change(actor_name(person), kind, **form.cleaned_data, now=_now())
            messages.success(request, f"“{form.cleaned_data['title']}” is kept.")
            return HttpResponseRedirect(reverse("work-kinds"))
        except Refused as refused:
            form.refuse(refused)
    return _kinds_page(request, person, changing=(kind, form))


@require_POST
def retire_kind(request: HttpRequest, key: str) -> HttpResponse:
    """Speak of a kind of work no more."""
    kind = access.kind_for(request.user, key)
    kinds.retire(actor_name(access.worker(request.user)), kind, now=_now())
    messages.success(request, f"“{kind.title}” is retired. What was said of it is kept.")
    return HttpResponseRedirect(reverse("work-kinds"))


def _page(
    request: HttpRequest,
    lead: User,
    cycle: Cycle | None,
    *,
    refused: tuple[int, WeeksForm] | None = None,
) -> HttpResponse:
    weeks = queries.weeks_in(cycle) if cycle else 0.0
    shown = [
        (
            each,
            refused[1]
            if refused and refused[0] == each.person.pk
            else WeeksForm.of(each.capacity, weeks=weeks),
        )
        for each in queries.team(lead, cycle, on=_now().date())
    ]
    had = [each.capacity.left if each.capacity else weeks for each, _ in shown]
    context = {"members": shown, "cycle": cycle, "weeks": weeks, "in_all": sum(had), "may_lead_team": True}
    return render(request, "people/team.html", context, status=422 if refused else 200)


def _kinds_page(
    request: HttpRequest,
    person: User,
    *,
    form: KindForm | None = None,
    changing: tuple[WorkKind, KindForm] | None = None,
) -> HttpResponse:
    def edited(kind: WorkKind) -> KindForm:
        if changing and changing[0] == kind:
            return changing[1]
        said = {"title": kind.title, "about": kind.about, "is_glue": kind.is_glue}
        return KindForm(initial=said, auto_id=f"{kind.key}_%s")

    context = {
        "kinds": [(each, edited(each)) for each in access.kinds_in_use()],
        "form": form or KindForm(),
        "may_lead": access.may_lead(person),
        "may_lead_team": access.may_lead(person),
    }
    is_refused = bool(changing) or bool(form and form.errors)
    return render(request, "people/kinds.html", context, status=422 if is_refused else 200)


def _now() -> datetime:
    return datetime.now(UTC)
