"""Since when a flaw is there: what was found of it, and saying it by hand."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import at_least, require
from throughline.accounts.models import Role
from throughline.engine.refusals import Refused
from throughline.introductions import actions, queries
from throughline.introductions.forms import AUTO_ID, IntroducedForm
from throughline.introductions.showing import about
from throughline.site.plain import plain
from throughline.vulnerabilities.access import vulnerability_for
from throughline.vulnerabilities.models import Vulnerability


@require_safe
def introduction(request: HttpRequest, id: int) -> HttpResponse:
    """The evidence of one record, with the form that corrects it."""
    return _page(request, vulnerability_for(request.user, id))


@require_safe
def introduction_json(request: HttpRequest, id: int) -> HttpResponse:
    """The same for programs."""
    return JsonResponse(plain(queries.document(vulnerability_for(request.user, id))))


@require_POST
def say(request: HttpRequest, id: int) -> HttpResponse:
    """Say by hand when it came in."""
    person = require(request.user, Role.MEMBER)
    found = vulnerability_for(person, id)
    form = IntroducedForm(request.POST, auto_id=AUTO_ID)
    if form.is_valid():
        try:
            actions.correct(person, found.pk, **form.cleaned_data, now=datetime.now(UTC))
        except Refused as refused:
            form.refuse(refused)
        else:
            undo = reverse("vulnerability-introduced-undo", args=[id])
            messages.success(request, "Written down.", extra_tags=undo)
            return HttpResponseRedirect(reverse("vulnerability", args=[id]))
    return _page(request, found, form=form, status=422)


@require_POST
def take_back(request: HttpRequest, id: int) -> HttpResponse:
    """Let what was found or imported stand again."""
    person = require(request.user, Role.MEMBER)
    found = vulnerability_for(person, id)
    actions.take_back(person, found.pk, now=datetime.now(UTC))
    messages.success(request, "Taken back.")
    return HttpResponseRedirect(reverse("vulnerability", args=[id]))


def _page(
    request: HttpRequest, found: Vulnerability, *, form: IntroducedForm | None = None, status: int = 200
) -> HttpResponse:
    may_say = at_least(request.user, Role.MEMBER)
    context = about(found, may_say=may_say, form=form)
    return render(request, "introductions/introduction.html", context, status=status)
