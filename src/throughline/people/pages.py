"""What is held of oneself: seen, changed and shared by the person alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.models import User
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.people import access, actions, documents, queries, unknowns
from throughline.people.forms import (
    ByKindForm,
    FirstForm,
    GoalForm,
    SharingForm,
    WeeksForm,
    WishesForm,
)
from throughline.people.models import Rung
from throughline.people.words import LEVELS, LIKINGS, NOTHING_SAID
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """All that is held of the person who asks; who was not asked yet is led to five questions."""
    return _page(request, access.worker(request.user), towards=access.rung_named(request.GET.get("rung", "")))


@require_safe
def my_work_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return JsonResponse(plain(documents.document(queries.held(access.worker(request.user)))))


@require_safe
def my_work_csv(request: HttpRequest) -> HttpResponseBase:
    """What the person said of each kind of work, as a table."""
    said = queries.held(access.worker(request.user))
    return csv_response("my-work", documents.COLUMNS, documents.rows_of(said))


@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """Five questions in two minutes."""
    person = access.worker(request.user)
    cycle = queries.cycle_to_plan()
    form = FirstForm(request.POST if request.method == "POST" else None, kinds=access.kinds_in_use())
    if request.method == "POST" and form.is_valid():
        if form.is_empty:
            messages.info(request, NOTHING_SAID)
            return HttpResponseRedirect(reverse("my-work"))
        try:
            actions.begin(person, form.interests, cycle=cycle, said=form.cleaned_data, now=_now())
            messages.success(request, "Thank you. You can change every answer here.")
            return HttpResponseRedirect(reverse("my-work"))
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "cycle": cycle}
    return render(request, "people/first.html", context, status=422 if form.errors else 200)


@require_POST
def interests(request: HttpRequest) -> HttpResponse:
    """State what one likes, by kind of work."""
    person = access.worker(request.user)
    form = _interests_form(queries.held(person), request.POST)
    if form.is_valid():
        changed = actions.state_interests(person, form.values, now=_now())
        messages.success(request, "It is kept." if changed else "Nothing changed.")
        return _back("interests")
    return _page(request, person, interests=form)


@require_POST
def skills(request: HttpRequest) -> HttpResponse:
    """State what one can do, by kind of work."""
    person = access.worker(request.user)
    form = _skills_form(queries.held(person), request.POST)
    if form.is_valid():
        said = {key: value for key, value in form.values.items() if value is not None}
        actions.state_skills(person, said, now=_now())
        messages.success(request, "It is kept.")
        return _back("skills")
    return _page(request, person, skills=form)


@require_POST
def add_goal(request: HttpRequest) -> HttpResponse:
    """Set a growth goal."""
    person = access.worker(request.user)
    form = GoalForm(request.POST, kinds=access.kinds_in_use(), rungs=access.rungs_in_use())
    if form.is_valid():
        try:
            actions.set_goal(person, now=_now(), **form.cleaned_data)
            messages.success(request, "The goal is set.")
            return _back("goals")
        except Refused as refused:
            form.refuse(refused)
    return _page(request, person, goal=form)


@require_POST
def end_goal(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a goal is reached or no longer wanted."""
    goal = access.own_goal(request.user, id)
    actions.end_goal(goal.person, goal, note=request.POST.get("note", ""), now=_now())
    messages.success(request, "The goal is ended. It stays in your history.")
    return _back("goals")


@require_POST
def confirm_goal(request: HttpRequest, id: int) -> HttpResponse:
    """Say that a goal still holds."""
    goal = access.own_goal(request.user, id)
    actions.keep_going(goal.person, goal, now=_now())
    messages.success(request, "It still holds.")
    return _back("goals")


@require_POST
def visibility(request: HttpRequest) -> HttpResponse:
    """Say where one wants to be seen."""
    person = access.worker(request.user)
    form = WishesForm(request.POST)
    if form.is_valid():
        actions.wish(person, form.cleaned_data["visibility"], now=_now())
        messages.success(request, "It is kept.")
        return _back("visibility")
    return _page(request, person, wishes=form)


@require_POST
def sharing(request: HttpRequest) -> HttpResponse:
    """Let managers see one's raw answers, or no longer."""
    person = access.worker(request.user)
    form = SharingForm(request.POST)
    form.is_valid()
    actions.share(person, **form.cleaned_data, now=_now())
    messages.success(request, "It counts from now on.")
    return _back("sharing")


@require_POST
def weeks(request: HttpRequest, key: str) -> HttpResponse:
    """Say how many weeks one has in a cycle."""
    person = access.worker(request.user)
    cycle = cycle_for(person, key)
    form = WeeksForm(request.POST)
    if form.is_valid():
        try:
            actions.set_capacity(person, person, cycle, **form.cleaned_data, now=_now())
            messages.success(request, "Your weeks are kept.")
            return _back("weeks")
        except Refused as refused:
            form.refuse(refused)
    return _page(request, person, weeks=form, cycle=cycle)


def _page(
    request: HttpRequest,
    person: User,
    *,
    interests: ByKindForm | None = None,
    skills: ByKindForm | None = None,
    goal: GoalForm | None = None,
    wishes: WishesForm | None = None,
    weeks: WeeksForm | None = None,
    cycle: Cycle | None = None,
    towards: Rung | None = None,
) -> HttpResponse:
    said = queries.held(person)
    profile = said.profile
    cycle = cycle or queries.cycle_to_plan()
    capacity = next((each for each in said.capacities if cycle and each.cycle_id == cycle.pk), None)
    given: list[Any] = [interests, skills, goal, wishes, weeks]
    context = {
        "held": said,
        "cycle": cycle,
        "capacity": capacity,
        "interests": interests or _interests_form(said),
        "skills": skills or _skills_form(said),
        "goal": goal or GoalForm.towards(towards, kinds=access.kinds_in_use(), rungs=access.rungs_in_use()),
        "towards": towards,
        "stale": {each.pk for each in said.goals if unknowns.is_stale(each.at, _now().date())},
        "wishes": wishes or WishesForm(initial={"visibility": profile.visibility if profile else []}),
        "sharing": SharingForm(
            initial={
                "interests": bool(profile and profile.shares_interests),
                "goals": bool(profile and profile.shares_goals),
            }
        ),
        "weeks": weeks or (WeeksForm.of(capacity, weeks=queries.weeks_in(cycle)) if cycle else None),
        "looking_back": queries.waiting_for_taps(person),
        "has_taps": any(each.taps for each in said.kinds),
        "may_lead_team": access.may_lead(person),
        "has_ladder": access.rungs_in_use().exists(),
    }
    status = 422 if any(form is not None and form.errors for form in given) else 200
    return render(request, "people/my_work.html", context, status=status)


def _interests_form(said: queries.Held, data: Any = None) -> ByKindForm:
    stated = {each.kind.key: each.stated for each in said.kinds}
    kinds = [each.kind for each in said.kinds]
    return ByKindForm(data, kinds=kinds, words=LIKINGS, said=stated, auto_id="interest_%s")


def _skills_form(said: queries.Held, data: Any = None) -> ByKindForm:
    can = {each.kind.key: each.skill for each in said.kinds}
    kinds = [each.kind for each in said.kinds]
    return ByKindForm(data, kinds=kinds, words=LEVELS, said=can, auto_id="skill_%s")


def _back(part: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('my-work')}#{part}")


def _now() -> datetime:
    return datetime.now(UTC)
