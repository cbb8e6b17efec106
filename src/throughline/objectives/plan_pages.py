"""Company goals, long-term objectives, objectives and initiatives: written, changed, archived."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.models import User
from throughline.engine.linting import Finding, lint_objective
from throughline.engine.refusals import Refused
from throughline.objectives import edges, efforts, items
from throughline.objectives.access import cycle_named, item_for, may_change, require_change
from throughline.objectives.addresses import address_of
from throughline.objectives.items import AnyItem
from throughline.objectives.models import Cycle, Goal, Initiative, ItemKind, LongTermObjective, Objective
from throughline.objectives.plan_forms import FORMS, InitiativeForm, ItemForm, ObjectiveForm, people
from throughline.objectives.serving import goals_served, tenets_in_tension
from throughline.site.exports import csv_response

# What a person reads above the form of each kind.
LEADS = {
    ItemKind.GOAL: "What the whole organisation wants. It has an owner outside security, and a place where "
    "it can be read.",
    ItemKind.LONG_TERM: "A tenet of the security team, in words at which a person outside security nods.",
    ItemKind.OBJECTIVE: "What the quarter is to reach, in a sentence without a number: numbers belong to its "
    "key results.",
    ItemKind.INITIATIVE: "Work that should move key results: how far it should, what it costs, and the story "
    "that you would tell those who pay for it.",
}


@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """Company goals, and what of the plan serves each."""
    person = signed_in(request.user)
    every = list(Goal.objects.all())
    context = {
        "goals": goals_served([each for each in every if each.archived_at is None]),
        "archived": [each for each in every if each.archived_at],
        "may_change": may_change(person),
        "tab": "goals",
    }
    return render(request, "objectives/goals.html", context)


@require_safe
def goals_csv(request: HttpRequest) -> HttpResponseBase:
    """The goals as a table, as `throughline plan goals` reads one."""
    signed_in(request.user)
    found = Goal.objects.filter(archived_at=None)
    header = ["key", "title", "owner", "source", "description"]
    rows = ([each.key, each.title, each.owner_name, each.source, each.description] for each in found)
    return csv_response("goals", header, rows)


@require_safe
def long_term_objectives_csv(request: HttpRequest) -> HttpResponseBase:
    """The tenets as a table."""
    signed_in(request.user)
    found = LongTermObjective.objects.filter(archived_at=None)
    rows = ([each.key, each.title, each.kind, each.description] for each in found)
    return csv_response("long-term-objectives", ["key", "title", "kind", "description"], rows)


@require_safe
def long_term_objectives(request: HttpRequest) -> HttpResponse:
    """The tenets of the team, side by side, with what pulls against what."""
    person = signed_in(request.user)
    every = list(LongTermObjective.objects.all())
    context = {
        "columns": tenets_in_tension([each for each in every if each.archived_at is None]),
        "archived": [each for each in every if each.archived_at],
        "may_change": may_change(person),
        "tab": "long-term",
    }
    return render(request, "objectives/long_term.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str, cycle: str = "") -> HttpResponse:
    """The form of a new part of the plan; its POST adds it."""
    person = require_change(request.user)
    cycle = cycle or request.GET.get("cycle", "")
    within = cycle_named(person, cycle) if cycle else None
    form = FORMS[kind](request.POST or None, cycle=within)
    if request.method == "POST" and form.is_valid():
        try:
            made = _added(person, form, kind, within)
            _warn(request, made)
            return HttpResponseRedirect(_address(made))
        except Refused as refused:
            form.refuse(refused)
    return _form_page(request, form, kind=kind, cycle=within)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The form of a part of the plan; its POST changes it."""
    person = require_change(request.user)
    item = item_for(person, items.MODELS[kind], key)
    form = FORMS[kind](request.POST or None, item=item)
    if request.method == "POST" and form.is_valid():
        try:
            _changed(person, form, item)
            messages.success(request, "Saved.")
            _warn(request, item)
            return HttpResponseRedirect(_address(item))
        except Refused as refused:
            item.refresh_from_db()
            form.refuse(refused)
    return _form_page(request, form, kind=kind, cycle=getattr(item, "cycle", None), item=item)


@require_POST
def archive(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Take it out of the running plan, or take it up again."""
    person = require_change(request.user)
    item = item_for(person, items.MODELS[kind], key)
    done = items.restore if item.archived_at else items.archive
    done(actor_name(person), item, now=_now())
    word = "archived" if item.archived_at else "taken up again"
    messages.success(request, f"{item.title} is {word}.")
    return HttpResponseRedirect(_address(item, archived=True))


@transaction.atomic
def _added(person: User, form: ItemForm, kind: str, cycle: Cycle | None) -> AnyItem:
    given = form.fields_said
    if kind in (ItemKind.OBJECTIVE, ItemKind.INITIATIVE):
        given["cycle"] = cycle
    item: AnyItem = items.add_item(actor_name(person), kind, now=_now(), **given)
    _drawn(person, form, item)
    return item


@transaction.atomic
def _changed(person: User, form: ItemForm, item: AnyItem) -> None:
    items.change_item(actor_name(person), item, now=_now(), **form.fields_said)
    _drawn(person, form, item)


def _drawn(person: User, form: ItemForm, item: AnyItem) -> None:
    actor, now = actor_name(person), _now()
    edges.serve(actor, item, form.edges_said, now=now)
    if isinstance(form, ObjectiveForm):
        edges.guard(actor, item, form.guardrails_said, now=now)  # type: ignore[arg-type]
    if isinstance(form, InitiativeForm):
        assert isinstance(item, Initiative)
        efforts.assign(actor, item, form.people_said, now=now)


def _form_page(
    request: HttpRequest, form: ItemForm, *, kind: str, cycle: Cycle | None, item: AnyItem | None = None
) -> HttpResponse:
    label = ItemKind(kind).label
    context: dict[str, Any] = {
        "form": form,
        "kind": kind,
        "label": label,
        "heading": item.title if item else f"New {label.lower()}",
        "lead": LEADS[ItemKind(kind)],
        "cycle": cycle,
        "item": item,
        "back": _address(item) if item else _home_of(kind, cycle),
        "archive": f"{kind.replace('_', '-')}-archive",
        "names": people(),
        "doubts": _doubts(form) if kind == ItemKind.OBJECTIVE else [],
    }
    return render(request, "objectives/plan_form.html", context, status=422 if form.errors else 200)


def _warn(request: HttpRequest, item: AnyItem) -> None:
    """Say at once what its title will be asked about; it is kept all the same."""
    if isinstance(item, Objective):
        for each in lint_objective(item.title).findings:
            messages.warning(request, f"{each.message} {each.suggestion}")


def _doubts(form: ItemForm) -> list[Finding]:
    """What the linter asks about the title as it is written."""
    title = str(form["title"].value() or "")
    return list(lint_objective(title).findings) if title else []


def _address(item: AnyItem, *, archived: bool = False) -> str:
    kind = items.kind_of(item)
    if archived and kind == ItemKind.OBJECTIVE:
        return _home_of(kind, item.cycle)  # type: ignore[union-attr]
    return address_of(kind, key=item.key)


def _home_of(kind: str, cycle: Cycle | None) -> str:
    if cycle is not None:
        return f"/cycles/{cycle.key}/"
    homes = {ItemKind.GOAL: "/goals/", ItemKind.LONG_TERM: "/long-term-objectives/"}
    return homes.get(ItemKind(kind), "/initiatives/")


def _now() -> datetime:
    return datetime.now(UTC)
