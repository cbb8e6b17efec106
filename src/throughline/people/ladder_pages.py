"""The ladder: tracks as columns and levels as rows, brought in and out as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

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

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.people import access, documents, rungs
from throughline.people.forms import LadderFileForm
from throughline.people.ladder import OURS, ladder_text
from throughline.people.models import Rung
from throughline.site.exports import csv_response
from throughline.site.plain import plain


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ladder as a table: each row a level, in it a rung of each track or None."""

    name: str
    tracks: tuple[str, ...]
    rows: tuple[tuple[int, tuple[tuple[str, Rung | None], ...]], ...]


@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: HttpRequest) -> HttpResponse:
    """The ladders in use; POST brings one in from a file."""
    person = access.worker(request.user)
    form = LadderFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        access.require_lead(person)
        form = LadderFileForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                brought = rungs.bring(actor_name(person), file.read(), file=file.name or "file", now=_now())
                messages.success(request, f"{brought}.")
                return HttpResponseRedirect(reverse("ladder"))
            except Refused as refused:
                for line in str(refused).splitlines():
                    form.add_error("file", line)
    return _page(request, person, form)


@require_safe
def ladder_json(request: HttpRequest) -> JsonResponse:
    """The rungs in use for programs."""
    access.worker(request.user)
    found = [documents.rung_document(each) for each in access.rungs_in_use()]
    return JsonResponse(plain({"rungs": found}))


@require_safe
def ladder_csv(request: HttpRequest) -> HttpResponseBase:
    """The same as a table."""
    access.worker(request.user)
    return csv_response("ladder", documents.RUNG_COLUMNS, documents.rung_rows(access.rungs_in_use()))


@require_safe
def ladder_yaml(request: HttpRequest) -> HttpResponse:
    """A ladder as a file that can be brought in again: the one named by `ladder`, else our own."""
    access.worker(request.user)
    try:
        text = ladder_text(rungs.ladder_named(request.GET.get("ladder", OURS)))
    except Refused as refused:
        raise Http404(refused.message) from None
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ladder.yaml"'
    return response


@require_POST
def retire(request: HttpRequest) -> HttpResponse:
    """Speak of a ladder no more."""
    lead, name = access.require_lead(request.user), request.POST.get("ladder", "")
    if rungs.retire(actor_name(lead), name, now=_now()):
        messages.success(request, f"“{name}” is retired. Goals keep its rungs.")
    return HttpResponseRedirect(reverse("ladder"))


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Bring the ladder back that comes with the product."""
    lead = access.require_lead(request.user)
    try:
        messages.success(request, f"{rungs.bring_ours(actor_name(lead), now=_now())}.")
    except Refused as refused:
        messages.error(request, refused.message)
    return HttpResponseRedirect(reverse("ladder"))


def _page(request: HttpRequest, person: User, form: LadderFileForm) -> HttpResponse:
    found = _drawn(access.rungs_in_use())
    context = {
        "ladders": found,
        "ours": OURS,
        "has_ours": any(each.name == OURS for each in found),
        "kinds": {each.key: each.title for each in access.kinds_in_use()},
        "form": form,
        "may_lead_team": access.may_lead(person),
    }
    return render(request, "people/ladder.html", context, status=422 if form.errors else 200)


def _drawn(found: Iterable[Rung]) -> list[Drawn]:
    by_name: dict[str, dict[tuple[str, int], Rung]] = {}
    for each in found:
        by_name.setdefault(each.source, {})[each.track, each.level] = each
    return [_table(name, by_step) for name, by_step in by_name.items()]


def _table(name: str, by_step: dict[tuple[str, int], Rung]) -> Drawn:
    tracks = tuple(dict.fromkeys(track for track, _ in by_step))
    levels = sorted({level for _, level in by_step})
    return Drawn(
        name,
        tracks,
        tuple((level, tuple((track, by_step.get((track, level))) for track in tracks)) for level in levels),
    )


def _now() -> datetime:
    return datetime.now(UTC)
