"""What should I work on next? For the person herself, and for the two of a 1:1."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.models import User
from throughline.assignments import answers, suggestion_documents, wording
from throughline.assignments.access import published_plans
from throughline.assignments.answer_forms import NotNowForm
from throughline.assignments.asking import Asked, asked_of
from throughline.assignments.looking import Looked, looked_at
from throughline.assignments.models import Answer, Work
from throughline.assignments.seeing import person_for
from throughline.assignments.suggestion_charts import scores
from throughline.assignments.telling import planned_of, reasons_of
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.models import Cycle
from throughline.people import access
from throughline.people.queries import cycle_to_plan
from throughline.people.unknowns import What
from throughline.site.exports import csv_response
from throughline.site.plain import plain

# So many gaps are listed one by one.
MOST_GAPS = 6
_TOLD = {
    Answer.Said.ACCEPTED: "You take “{}”: the plan gives it to you from now on.",
    Answer.Said.NOT_NOW: "Not now: “{}” is left out of your suggestions in this cycle.",
    Answer.Said.TAKEN_BACK: "Taken back: “{}” is weighed like any other work again.",
}
_ABOUT_GOALS = (What.NO_GOAL, What.STALE_GOAL, What.GOAL_WITHOUT_WORK)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Three suggestions for oneself."""
    return _page(request, access.worker(request.user))


@require_safe
def of_person(request: HttpRequest, id: int) -> HttpResponse:
    """The same page in a 1:1, for who plans the team."""
    return _page(request, person_for(request.user, id))


@require_safe
def mine_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    return _json(request, access.worker(request.user))


@require_safe
def of_person_json(request: HttpRequest, id: int) -> JsonResponse:
    """The suggestions of somebody whose work one plans, for programs."""
    return _json(request, person_for(request.user, id))


@require_safe
def mine_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    return _csv(request, access.worker(request.user))


@require_safe
def of_person_csv(request: HttpRequest, id: int) -> HttpResponseBase:
    """The suggestions of somebody whose work one plans, as a table."""
    return _csv(request, person_for(request.user, id))


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Take a suggestion, say not now and why, or take an answer back."""
    person = access.worker(request.user)
    looked = _looked(request, person)
    work = _work(looked, request.POST.get("work", ""))
    said, form = request.POST.get("said", ""), NotNowForm.of(work.pk, request.POST)
    if said != Answer.Said.NOT_NOW or form.is_valid():
        reason = form.cleaned_data["reason"] if said == Answer.Said.NOT_NOW else ""
        try:
            assert looked is not None
            answers.say(person, looked.asked.cycle, work, said=said, reason=reason, now=_now())
            _tell(request, person, looked.asked, work, said)
            return HttpResponseRedirect(f"{reverse('next')}{_query(request)}#suggested")
        except Refused as refused:
            if refused.place != "reason":
                raise
            form.refuse(refused)
    return _page(request, person, refused=(work.pk, form))


def _tell(request: HttpRequest, person: User, before: Asked, work: Work, said: str) -> None:
    """Say what an answer does; of one that cannot be met the page itself says why."""
    aside = {(each.person, each.work) for each in asked_of(before.cycle).set_aside}
    title = before.titles[work.key]
    if (str(person.pk), work.key) in aside:
        messages.warning(request, f"Kept, but no plan meets your answer to “{title}”: below it says why.")
    else:
        messages.success(request, _TOLD[Answer.Said(said)].format(title))


def _page(
    request: HttpRequest, person: User, *, refused: tuple[int, NotNowForm] | None = None
) -> HttpResponse:
    looked = _looked(request, person)
    viewer = access.worker(request.user)
    context: dict[str, Any] = {
        "who": person,
        "is_herself": viewer.pk == person.pk,
        "query": _query(request),
        # A form that was refused is shown at an address that only takes answers.
        "address": f"{_address(viewer, person)}{_query(request)}",
        "may_lead": access.may_lead(viewer),
        "others": [each for each in access.workers() if each.pk != person.pk]
        if access.may_lead(viewer)
        else [],
        **(_context(looked, refused) if looked else {}),
    }
    return render(request, "assignments/next.html", context, status=422 if refused else 200)


def _context(looked: Looked, refused: tuple[int, NotNowForm] | None) -> dict[str, Any]:
    asked, said = looked.asked, looked.said
    published = published_plans(asked.cycle).first()
    planned = planned_of(asked, looked.found.document, looked.viewer, published)
    works = (each.work for each in said.suggestions)
    reasons = reasons_of(works, asked.cycle, planned=planned, now=_now())

    def form_of(work: Work) -> NotNowForm:
        return refused[1] if refused and refused[0] == work.pk else NotNowForm.of(work.pk)

    return {
        "asked": asked,
        "cycle": asked.cycle,
        "cycles": Cycle.objects.exclude(state=Cycle.State.CLOSED),
        "topic": f"cycle:{asked.cycle.pk}",
        "found": looked.found,
        "working": looked.found.working,
        "said": said,
        "suggestions": [(each, reasons[each.key], form_of(each.work)) for each in said.suggestions],
        "is_published": published is not None,
        "chart": scores(said.suggestions),
        "gaps": _gaps(looked)[:MOST_GAPS],
        "more_gaps": max(0, len(_gaps(looked)) - MOST_GAPS),
        "is_unasked": said.sight.is_herself and any(each.what == What.UNASKED for each in said.unknown),
        "may_answer": said.sight.is_herself and asked.cycle.state != Cycle.State.CLOSED,
    }


def _gaps(looked: Looked) -> list[tuple[str, str]]:
    """What is not known, in words, and where on her own page it is mended; of oneself only."""
    found = wording.together(looked.said.unknown)
    if not looked.said.sight.is_herself:
        return [(wording.asked_by_who_plans(looked.person.name, each), "") for each in found]
    return [(each.to_herself, _mended_at(each.what)) for each in found]


def _mended_at(what: What) -> str:
    if what == What.UNASKED:
        return reverse("my-work-first")
    return f"{reverse('my-work')}#{'goals' if what in _ABOUT_GOALS else 'interests'}"


def _json(request: HttpRequest, person: User) -> JsonResponse:
    looked = _looked(request, person)
    if looked is None:
        return JsonResponse({"cycle": None, "people": []})
    said = suggestion_documents.document(looked.asked, looked.found, looked.said)
    return JsonResponse(plain(said), status=200 if looked.found.is_current else 202)


def _csv(request: HttpRequest, person: User) -> HttpResponseBase:
    looked = _looked(request, person)
    if looked is not None and not looked.found.is_current:
        raise Refused("the match is being worked out anew: ask again in a moment", code="working")
    found = suggestion_documents.rows(looked.said) if looked else iter(())
    return csv_response("next", suggestion_documents.COLUMNS, found)


def _looked(request: HttpRequest, person: User) -> Looked | None:
    """What is looked at; None where no cycle is open and none is named."""
    key = request.GET.get("cycle", "")
    cycle = cycle_for(request.user, key) if key else cycle_to_plan()
    if cycle is None:
        return None
    return looked_at(access.worker(request.user), person, cycle, now=_now())


def _work(looked: Looked | None, key: str) -> Work:
    if looked is None or key not in looked.asked.works:
        raise Refused(f"there is no work '{key[:80]}' that can be answered to", place="work", code="unknown")
    return looked.asked.works[key]


def _address(viewer: User, person: User) -> str:
    return reverse("next") if viewer.pk == person.pk else reverse("next-person", args=[person.pk])


def _query(request: HttpRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _now() -> datetime:
    return datetime.now(UTC)
