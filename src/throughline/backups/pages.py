"""Backups for administrators: which there are, making one, taking one out of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import require
from throughline.accounts.models import Role
from throughline.backups import actions, queries
from throughline.site.plain import plain

# What is older than that is said in a warning.
FRESH = timedelta(days=7)


@require_safe
def backups(request: HttpRequest) -> HttpResponse:
    """The last backup, those that are kept here, and how to make them regularly."""
    require(request.user, Role.ADMINISTRATOR)
    made = queries.made()
    last = made[0] if made else None
    context = {
        "kept": queries.kept(),
        "made": made,
        "last": last,
        "is_old": last is not None and datetime.now(UTC) - last.at > FRESH,
        "job": queries.under_way(),
        "home": settings.HOME,
        "may_download": settings.THROUGHLINE_BACKUP_DOWNLOADS,
    }
    return render(request, "backups/backups.html", context)


@require_safe
def backups_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    require(request.user, Role.ADMINISTRATOR)
    made = [{"at": each.at, "by": each.actor, **each.detail} for each in queries.made()]
    kept = [each.document() for each in queries.kept()]
    return JsonResponse(plain({"made": made, "kept": kept}))


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make one in the background; its job's page says how far it is."""
    person = require(request.user, Role.ADMINISTRATOR)
    job = actions.ask(person, now=datetime.now(UTC), back=reverse("backups"))
    return HttpResponseRedirect(reverse("job", kwargs={"id": job.pk}))


@require_safe
def download(request: HttpRequest, name: str) -> FileResponse:
    """The file; who took it stands in the audit record."""
    person = require(request.user, Role.ADMINISTRATOR)
    # A backup holds what no page shows an administrator, so whoever owns the folder allows it first.
    path = queries.path_of(name) if settings.THROUGHLINE_BACKUP_DOWNLOADS else None
    if path is None:
        raise Http404
    if request.method == "GET":
        actions.record_download(person, name, now=datetime.now(UTC))
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
