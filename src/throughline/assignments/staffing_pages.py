"""What work needs: the list of a cycle, and the form of an initiative or of the ownership of a key result."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.accounts.access import actor_name
from throughline.assignments import access
from throughline.assignments.proposing import proposal
from throughline.assignments.staffed import (
    ANY,
    MISSING,
    Staffed,
    counted,
    is_wanted,
    staffed,
    staffed_one,
    unowned,
    wanted_of,
)
from throughline.assignments.staffing import Item, cycle_of, describe, said_of, work_of
from throughline.assignments.staffing_documents import COLUMNS, documents, table
from throughline.assignments.staffing_forms import StaffingForm
from throughline.cycles.access import cycle_for
from throughline.engine.refusals import Refused
from throughline.objectives.access import item_for, key_result_for
from throughline.objectives.models import Cycle, Initiative
from throughline.outcomes.access import own_ungraded
from throughline.people.access import kinds_in_use, workers
from throughline.people.models import WorkKind
from throughline.people.queries import cycle_to_plan
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The work of the cycle that is planned, or of the one that runs."""
    cycle = cycle_to_plan()
    if cycle is None:
        return render(request, "assignments/staffing_none.html")
    return HttpResponseRedirect(reverse("cycle-work", args=[cycle.key]))


@require_safe
def cycle_work(request: HttpRequest, key: str) -> HttpResponse:
    """All work of a cycle with what is said of it and what is missing."""
    cycle = cycle_for(request.user, key)
    every = staffed(request.user, cycle)
    wanted, problem = "", ""
    try:
        wanted = wanted_of(request.GET.get("missing", ""))
    except Refused as refused:
        problem = refused.message
    counts = counted(every)
    context = {
        "cycle": cycle,
        "topic": f"cycle:{cycle.pk}",
        "cycles": Cycle.objects.order_by("-start", "key"),
        "rows": [each for each in every if is_wanted(each, wanted)],
        "every": every,
        "wanted": wanted,
        "problem": problem,
        "any": ANY,
        "counts": [(name, words, counts[name]) for name, words in MISSING.items() if counts[name]],
        "unowned": unowned(cycle),
        "may_staff": access.may_staff(request.user),
        "query": f"?missing={wanted}" if wanted else "",
    }
    return render(request, "assignments/staffing_list.html", context, status=400 if problem else 200)


@require_safe
def cycle_work_json(request: HttpRequest, key: str) -> JsonResponse:
    """The same for programs."""
    cycle, rows = _asked(request, key)
    return JsonResponse(plain({"cycle": cycle.key, "work": documents(rows)}))


@require_safe
def cycle_work_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The same as a table."""
    cycle, rows = _asked(request, key)
    return csv_response(f"work-{cycle.key}", COLUMNS, table(rows))


@require_http_methods(["GET", "HEAD", "POST"])
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    """Say what an initiative needs."""
    return _page(request, item_for(request.user, Initiative, key))


@require_http_methods(["GET", "HEAD", "POST"])
def key_result(request: HttpRequest, id: int) -> HttpResponse:
    """Say what owning a key result needs."""
    return _page(request, key_result_for(request.user, id))


@require_safe
def initiative_card(request: HttpRequest, key: str) -> HttpResponse:
    """What an initiative needs, as a part of its page."""
    return _card(request, item_for(request.user, Initiative, key))


@require_safe
def key_result_card(request: HttpRequest, id: int) -> HttpResponse:
    """What owning a key result needs, as a part of its page."""
    return _card(request, key_result_for(request.user, id))


def _card(request: HttpRequest, item: Item) -> HttpResponse:
    context = {
        "shown": staffed_one(request.user, item),
        "may_describe": access.may_describe(request.user, item),
        "to_grade": own_ungraded(request.user, item),
    }
    return render(request, "assignments/staffing_card.html", context)


def _page(request: HttpRequest, item: Item) -> HttpResponse:
    person = access.require_describe(request.user, item)
    shown = staffed_one(person, item)
    stored = work_of(item)
    said = said_of(stored) if stored else proposal(item)
    tied = {each for people in said.ties.values() for each in people}
    form = StaffingForm(
        request.POST if request.method == "POST" else None,
        work_kinds=_kinds({*said.kinds, *said.skills}),
        people=sorted({*workers(), *tied}, key=lambda each: (each.name, each.pk)),
        said=said,
    )
    if request.method == "POST" and form.is_valid():
        try:
            is_new = describe(actor_name(person), item, form.said, now=datetime.now(UTC))
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "It is kept." if is_new else "Nothing changed.")
            return HttpResponseRedirect(f"{shown.address}#staffing")
    context = {"form": form, "shown": shown, "cycle": cycle_of(item), "is_proposed": stored is None}
    return render(request, "assignments/staffing.html", context, status=422 if form.errors else 200)


def _kinds(also: set[str]) -> list[WorkKind]:
    """The kinds in use, and those that are retired since but said of the work."""
    return list(kinds_in_use() | WorkKind.objects.filter(key__in=also))


def _asked(request: HttpRequest, key: str) -> tuple[Cycle, list[Staffed]]:
    cycle, wanted = cycle_for(request.user, key), wanted_of(request.GET.get("missing", ""))
    return cycle, [each for each in staffed(request.user, cycle) if is_wanted(each, wanted)]
