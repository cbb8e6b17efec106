"""The downloads of a report. Nothing is stored: a file is made when it is asked for."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.cycles.access import cycle_for
from throughline.reports import queries
from throughline.reports.access import current_cycle
from throughline.reports.files import FORMS, asked_of, name_of


@require_safe
def download(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The report as a file of one kind."""
    cycle = cycle_for(signed_in(request.user), key)
    asked = asked_of(request.GET.dict())
    told = queries.told(cycle, now=datetime.now(UTC))
    form = FORMS[ending]
    answer = HttpResponse(form.made(told, asked), content_type=form.content_type)
    if ending != "json":
        answer["Content-Disposition"] = f'attachment; filename="{name_of(told, ending, asked)}"'
    return answer


@require_safe
def current_pdf(request: HttpRequest) -> HttpResponse:
    """What one shows on Friday: this week's page of the quarter that runs, as PDF, in one click."""
    person = signed_in(request.user)
    found = current_cycle(person, today=datetime.now(UTC).date())
    if found is None:
        return HttpResponseRedirect(reverse("report-current"))
    return download(request, found.key, "pdf")
