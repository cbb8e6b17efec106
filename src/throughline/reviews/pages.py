"""Pages of what is said: my check-ins, and for one key result the check-in, the grade, the post-mortem."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, at_least, require, signed_in
from throughline.accounts.addresses import is_ours
from throughline.accounts.models import Role
from throughline.engine.refusals import Refused
from throughline.objectives.access import key_result_for, visible
from throughline.objectives.history import person_of
from throughline.objectives.models import Cycle, KeyResult
from throughline.objectives.queries import stand_of, stands
from throughline.reviews import actions, queries
from throughline.reviews.access import answered_key_result
from throughline.reviews.carrying import carry as carry_over
from throughline.reviews.forms import CheckInForm, DropForm, OverrideForm, PostMortemForm, first_post_mortem
from throughline.reviews.models import CheckIn, PostMortem
from throughline.site.exports import csv_response

COLUMNS = ("key_result", "title", "at", "author", "confidence", "value", "line")


@require_safe
def check_ins(request: HttpRequest) -> HttpResponse:
    """My running key results with a form each; with ?of=all those of everybody, to read."""
    person, now = signed_in(request.user), _now()
    everybody = request.GET.get("of") == "all"
    found = stands(visible(person).filter(closed_at=None), now=now)
    asked = queries.asked(found, now=now) if everybody else queries.asked_of(person, found, now=now)
    context = {
        "asked": [(each, each.is_due(now), _check_in_form(each.last)) for each in asked],
        "everybody": everybody,
        "may_answer_all": at_least(person, Role.MANAGER),
        "may_answer": at_least(person, Role.MEMBER),
        "person": person,
    }
    return render(request, "reviews/check_ins.html", context)


@require_safe
def check_ins_json(request: HttpRequest) -> JsonResponse:
    """All check-ins for programs."""
    return JsonResponse({"check_ins": [dict(zip(COLUMNS, row, strict=True)) for row in _rows(request)]})


@require_safe
def check_ins_csv(request: HttpRequest) -> HttpResponseBase:
    """All check-ins as a table."""
    return csv_response("check-ins", COLUMNS, _rows(request))


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, id: int) -> HttpResponse:
    """The value is there; the owner adds a confidence and a line."""
    found = answered_key_result(request.user, id)
    person = signed_in(request.user)

    def said(form: CheckInForm) -> str:
        actions.check_in(actor_name(person), found, person=person, now=_now(), **form.cleaned_data)
        return "Checked in."

    last = found.check_ins.order_by("at", "id").last()
    return _form(request, found, CheckInForm, said, "reviews/check_in.html", {"last": last})


@require_http_methods(["GET", "HEAD", "POST"])
def post_mortem(request: HttpRequest, id: int) -> HttpResponse:
    """What the key result taught."""
    found = answered_key_result(request.user, id)
    actor = actor_name(signed_in(request.user))

    def said(form: PostMortemForm) -> str:
        actions.write_post_mortem(actor, found, now=_now(), **form.cleaned_data)
        return "The post-mortem is written."

    written = PostMortem.objects.filter(key_result=found).first()
    context = {"initial": first_post_mortem(written), "ended": _has_ended(found)}
    return _form(request, found, PostMortemForm, said, "reviews/post_mortem.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def override(request: HttpRequest, id: int) -> HttpResponse:
    """Another grade beside the computed one, with its reason."""
    person = require(request.user, Role.MANAGER)
    found = _in_force(key_result_for(person, id))

    def said(form: OverrideForm) -> str:
        actions.override(actor_name(person), found, now=_now(), **form.cleaned_data)
        return "Both grades are shown from now on."

    return _form(request, found, OverrideForm, said, "reviews/override.html", {"ended": _has_ended(found)})


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, id: int) -> HttpResponse:
    """Give a key result up before its end."""
    person = require(request.user, Role.MANAGER)
    found = _in_force(key_result_for(person, id))

    def said(form: DropForm) -> str:
        actions.drop(actor_name(person), found, now=_now(), **form.cleaned_data)
        return "The key result is given up; it stays in the history."

    return _form(request, found, DropForm, said, "reviews/drop.html", {"ended": _has_ended(found)})


@require_POST
def carry(request: HttpRequest, id: int) -> HttpResponse:
    """Take a key result up again in a planned cycle."""
    person = require(request.user, Role.MANAGER)
    found = _in_force(key_result_for(person, id))
    into = Cycle.objects.filter(key=request.POST.get("into", "")).first()
    if into is None:
        raise Refused("choose the cycle that it is carried into", place="into")
    carry_over(actor_name(person), found, into=into, now=_now())
    messages.success(request, f"It is sketched in {into.title}, to be measured anew.")
    return HttpResponseRedirect(_next(request, found))


def _form(
    request: HttpRequest,
    found: KeyResult,
    kind: type[Any],
    said: Callable[[Any], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """One form about a key result: shown, sent and thanked for, or shown again with what was refused."""
    form = kind(request.POST) if request.method == "POST" else kind(initial=context.pop("initial", None))
    context.pop("initial", None)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, said(form))
        except Refused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(_next(request, found))
    context |= {"form": form, "stand": stand_of(found, now=_now()), "next": request.GET.get("next", "")}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _next(request: HttpRequest, found: KeyResult) -> str:
    """Back to where the person came from, if that is a page of ours, else to the key result."""
    asked = request.POST.get("next", "")
    return asked if is_ours(asked) else reverse("key-result", args=[found.pk])


def _check_in_form(last: CheckIn | None) -> CheckInForm:
    return CheckInForm(initial={"confidence": round(100 * last.confidence)} if last else None)


def _in_force(found: KeyResult) -> KeyResult:
    if found.sketch is not None:
        raise Http404
    return found


def _has_ended(found: KeyResult) -> bool:
    return found.closed_at is not None or found.dropped_at is not None


def _rows(request: HttpRequest) -> list[tuple[Any, ...]]:
    found = CheckIn.objects.filter(key_result__in=visible(request.user)).select_related("key_result")
    titles = {stand.key_result.pk: stand.title for stand in stands(visible(request.user), now=_now())}
    return [
        (
            each.key_result.key,
            titles.get(each.key_result_id, ""),
            each.at,
            person_of(each.author_name),
            each.confidence,
            each.value,
            each.line,
        )
        for each in found
    ]


def _now() -> datetime:
    return datetime.now(UTC)
