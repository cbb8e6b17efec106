"""The whole record taken out: asked for, made in the background, fetched as one archive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.accounts.access import actor_name
from throughline.exports import queries
from throughline.exports.access import export_for, require_export
from throughline.exports.actions import Format
from throughline.exports.asking import ask, file_name, record_fetched
from throughline.exports.dictionary import dictionary, markdown
from throughline.exports.tables import TABLES
from throughline.site.plain import plain


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What was exported of late, and the form that asks for another."""
    require_export(request.user)
    made = queries.exports()
    return render(request, "exports/exports.html", {"made": made, "tables": TABLES})


@require_safe
def exports_json(request: HttpRequest) -> JsonResponse:
    """The same for programs."""
    require_export(request.user)
    return JsonResponse(plain({"exports": [_document(each) for each in queries.exports()]}))


@require_safe
def dictionary_md(request: HttpRequest) -> HttpResponse:
    """The data dictionary to be read."""
    require_export(request.user)
    return HttpResponse(markdown(), content_type="text/markdown; charset=utf-8")


@require_safe
def dictionary_json(request: HttpRequest) -> JsonResponse:
    """The data dictionary for programs."""
    require_export(request.user)
    return JsonResponse(dictionary())


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask for an export; one that is under way is shown instead of a second."""
    person = require_export(request.user)
    format = request.POST.get("format", "")
    if format not in [each.value for each in Format]:
        messages.error(request, "Choose Parquet or CSV.")
        return HttpResponseRedirect(reverse("exports"))
    job = ask(person, Format(format), now=datetime.now(UTC))
    # Only whoever asked for it, and administrators, see how far a job is.
    if job.asked_by_id != person.pk:
        messages.info(request, "An export is under way already: it appears here when it is done.")
        return HttpResponseRedirect(reverse("exports"))
    return HttpResponseRedirect(reverse("job", kwargs={"id": job.pk}))


@require_safe
def download(request: HttpRequest, id: int) -> FileResponse:
    """The archive of an export, while it is kept; who fetches it stands in the audit record."""
    person = require_export(request.user)
    job = export_for(person, id)
    path = queries.archive_of(job)
    if path is None:
        raise Http404
    opened = path.open("rb")
    if request.method == "GET":
        record_fetched(actor_name(person), job, now=datetime.now(UTC))
    return FileResponse(opened, as_attachment=True, filename=file_name(job), content_type="application/zip")


def _document(made: queries.Made) -> dict[str, Any]:
    address = reverse("export-download", kwargs={"id": made.job.pk}) if made.path else None
    return {**queries.document(made), "address": address}
