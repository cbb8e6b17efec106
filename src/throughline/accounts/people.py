"""The pages where administrators add people and teams."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts import actions, queries
from throughline.accounts.access import actor_name, require, signed_in
from throughline.accounts.forms import Invitation, NewTeam, Person
from throughline.accounts.models import Role, User
from throughline.engine.refusals import Refused
from throughline.messages.actions import invite as invite_by_mail
from throughline.messages.mail import is_configured
from throughline.site.exports import csv_response


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with what they may do and see."""
    require(request.user, Role.ADMINISTRATOR)
    return _people_page(request)


@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Add somebody and show their one-time link, this once."""
    require(request.user, Role.ADMINISTRATOR)
    form = Invitation(request.POST)
    if form.is_valid():
        try:
            return _invited(request, form)
        except Refused as refused:
            form.refuse(refused)
    return _people_page(request, invitation=form)


def _invited(request: HttpRequest, form: Invitation) -> HttpResponse:
    actor, now = actor_name(signed_in(request.user)), datetime.now(UTC)
    name, email = form.cleaned_data["name"], form.cleaned_data["email"]
    user = actions.add_person(actor, name=name, email=email, now=now, **form.standing())
    if form.cleaned_data["by_mail"]:
        return _mailed(request, user)
    return _link_page(request, user)


def _mailed(request: HttpRequest, user: User) -> HttpResponse:
    """Send the way in by e-mail; where no mail goes out from here, show it to be handed over."""
    try:
        invite_by_mail(signed_in(request.user), user, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, refused.message)
        return _link_page(request, user)
    messages.success(request, f"A one-time link is on its way to {user.email}.")
    return HttpResponseRedirect(reverse("people"))


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, id: int) -> HttpResponse:
    """One person's role, teams, and whether they may sign in."""
    require(request.user, Role.ADMINISTRATOR)
    user = get_object_or_404(User, pk=id)
    form = Person(request.POST or None, initial=_standing(user))
    if request.method == "POST" and form.is_valid():
        try:
            active = form.cleaned_data["is_active"]
            actor, now = actor_name(signed_in(request.user)), datetime.now(UTC)
            actions.change_person(actor, user, is_active=active, now=now, **form.standing())
            messages.success(request, f"{user.name} is saved.")
            return HttpResponseRedirect(reverse("people"))
        except Refused as refused:
            form.refuse(refused)
    return render(
        request, "accounts/person.html", {"somebody": user, "form": form, "has_mail": is_configured()}
    )


@require_POST
def person_link(request: HttpRequest, id: int) -> HttpResponse:
    """Make somebody a new one-time link and show it, this once; or send it."""
    require(request.user, Role.ADMINISTRATOR)
    user = get_object_or_404(User, pk=id, is_active=True)
    return _mailed(request, user) if request.POST.get("by_mail") else _link_page(request, user)


@require_POST
def add_team(request: HttpRequest) -> HttpResponse:
    """Add a team."""
    require(request.user, Role.ADMINISTRATOR)
    form = NewTeam(request.POST)
    if form.is_valid():
        try:
            actions.add_team(
                actor_name(signed_in(request.user)), form.cleaned_data["name"], now=datetime.now(UTC)
            )
            return HttpResponseRedirect(reverse("people"))
        except Refused as refused:
            form.refuse(refused)
    return _people_page(request, team=form)


@require_safe
def people_json(request: HttpRequest) -> JsonResponse:
    """The same list for programs."""
    require(request.user, Role.ADMINISTRATOR)
    return JsonResponse({"people": [queries.described(user) for user in queries.people()]})


@require_safe
def people_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list for spreadsheets."""
    require(request.user, Role.ADMINISTRATOR)
    columns = ["name", "email", "role", "teams", "sees_all_teams", "is_active", "last_sign_in"]
    rows = (
        {**queries.described(user), "teams": "; ".join(t.name for t in user.teams.all())}
        for user in queries.people()
    )
    return csv_response("people", columns, ([row[column] for column in columns] for row in rows))


def _standing(user: User) -> dict[str, object]:
    teams = list(user.teams.all())
    return {
        "role": user.role,
        "teams": teams,
        "sees_all_teams": user.sees_all_teams,
        "is_active": user.is_active,
    }


def _link_page(request: HttpRequest, user: User) -> HttpResponse:
    path = actions.make_sign_in_link(user, now=datetime.now(UTC), actor=actor_name(signed_in(request.user)))
    context = {"somebody": user, "link": request.build_absolute_uri(path)}
    return render(request, "accounts/link_made.html", context)


def _people_page(
    request: HttpRequest, *, invitation: Invitation | None = None, team: NewTeam | None = None
) -> HttpResponse:
    bad = invitation is not None or team is not None
    context = {
        "people": queries.people(),
        "teams": queries.teams(),
        "invitation": invitation or Invitation(auto_id="invite_%s"),
        "team_form": team or NewTeam(auto_id="team_%s"),
        "inviting": invitation is not None,
        "has_mail": is_configured(),
    }
    return render(request, "accounts/people.html", context, status=422 if bad else 200)
