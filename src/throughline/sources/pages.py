"""Imports: what came in when, and the way from a file to records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.accounts.access import actor_name, require, signed_in
from throughline.accounts.models import Role
from throughline.jobs.actions import UNFINISHED
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.sources import queries, uploads
from throughline.sources.access import import_for, upload_for, uploads_of, visible_imports
from throughline.sources.fields import BY_NAME
from throughline.sources.forms import FIELD_CHOICES, ImportOptions, PutIn
from throughline.sources.models import Upload
from throughline.sources.previews import Preview, preview
from throughline.sources.rows import Problem
from throughline.sources.scan_previews import ScanPreview, scan_preview
from throughline.vulnerabilities.catalogues import kind_of

PAGE_SIZE = 50


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Every file that came in, the newest first, and the files that wait."""
    page = Paginator(queries.files(visible_imports(request.user)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "files": page.object_list,
        "pages": {
            "first": page.start_index(),
            "last": page.end_index(),
            "total": page.paginator.count,
            "before": f"?page={page.previous_page_number()}" if page.has_previous() else "",
            "after": f"?page={page.next_page_number()}" if page.has_next() else "",
        },
        "waiting": uploads_of(request.user).order_by("-id"),
    }
    return render(request, "sources/imports.html", context)


@require_safe
def imports_json(request: HttpRequest) -> JsonResponse:
    """The list for programs."""
    return JsonResponse({"imports": [plain(queries.row(found)) for found in visible_imports(request.user)]})


@require_safe
def imports_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The list for spreadsheets."""
    found = visible_imports(request.user)
    rows = (list(queries.row(each).values()) for each in found.iterator())
    return csv_response("imports", queries.HEADER, rows)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Put a file in: anew, or mended in the place of one that was refused."""
    owner = require(request.user, Role.MANAGER)
    form = PutIn(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        mended = _to_replace(request)
        file, now = form.cleaned_data["file"], datetime.now(UTC)
        is_catalogue = kind_of(file) is not None
        kept = uploads.keep(file, owner=owner, now=now, instead_of=mended)
        if is_catalogue:
            job = uploads.start_enriching(kept, owner=owner, now=now)
            return HttpResponseRedirect(reverse("job", kwargs={"id": job}))
        return HttpResponseRedirect(reverse("import-upload", kwargs={"id": kept.pk}))
    return render(request, "sources/new.html", {"form": form}, status=422 if form.errors else 200)


def _to_replace(request: HttpRequest) -> Upload | None:
    before = request.POST.get("instead_of", "")
    # No upload has a number that long, and Python refuses to read far longer ones.
    return upload_for(request.user, int(before)) if before.isdecimal() and len(before) < 19 else None


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, id: int) -> HttpResponse:
    """Columns and fields of a file with the first rows as they will be stored; POST keeps the choices."""
    found = upload_for(request.user, id)
    if found.imported_id is not None:
        return HttpResponseRedirect(reverse("import", kwargs={"id": found.imported_id}))
    if found.job is not None and found.job.state in UNFINISHED:
        return HttpResponseRedirect(reverse("job", kwargs={"id": found.job_id}))
    now = datetime.now(UTC)
    seen = _seen(found, now)
    if request.method != "POST":
        return render(request, "sources/upload.html", _edited(found, seen))
    form = _keep_choices(request, found, seen)
    seen = _seen(found, now)
    if "go" in request.POST and form.is_valid() and seen.is_good:
        job = uploads.start(found, owner=require(request.user, Role.MANAGER), now=now)
        return HttpResponseRedirect(reverse("job", kwargs={"id": job}))
    context = _edited(found, seen, form=form)
    part = "HX-Request" in request.headers
    status = 422 if "go" in request.POST else 200
    return render(request, "sources/editor.html" if part else "sources/upload.html", context, status=status)


def _seen(found: Upload, now: datetime) -> Preview | ScanPreview:
    return scan_preview(found) if found.options.get("format") else preview(found, now=now)


@require_POST
def drop(request: HttpRequest, id: int) -> HttpResponse:
    """Remove a file that waits."""
    found = upload_for(request.user, id)
    uploads.discard(found, actor=actor_name(signed_in(request.user)), now=datetime.now(UTC))
    return HttpResponseRedirect(reverse("imports"))


@require_safe
def imported(request: HttpRequest, id: int) -> HttpResponse:
    """What one import did, with links to its records."""
    found = import_for(request.user, id)
    context = {
        "imported": found,
        "mapped": [(BY_NAME[field].titled, column) for field, column in found.mapping.items()],
        "listings": queries.listings_beside(found),
        "suspected": found.rekeys.filter(decided="").count(),
        "records": f"/vulnerabilities/?{urlencode({'where': queries.condition_of(found.feed)})}",
        **queries.told_about(found),
    }
    return render(request, "sources/import.html", context)


@require_safe
def imported_json(request: HttpRequest, id: int) -> JsonResponse:
    """The same for programs."""
    found = import_for(request.user, id)
    return JsonResponse({**plain(queries.row(found)), "mapping": found.mapping})


def _column_names(seen: Preview | ScanPreview) -> tuple[str, ...]:
    return tuple(column.name for column in seen.columns) if isinstance(seen, Preview) else ()


def _keep_choices(request: HttpRequest, found: Upload, seen: Preview | ScanPreview) -> ImportOptions:
    form = ImportOptions(request.POST, columns=_column_names(seen))
    options: dict[str, Any] = {name: value for name, value in found.options.items() if name != "problems"}
    form.is_valid()
    options |= {name: value for name, value in form.cleaned_data.items() if name not in form.errors}
    options["chosen"] = {
        column.name: field
        for column in (seen.columns if isinstance(seen, Preview) else ())
        if (field := request.POST.get(f"column-{column.index}")) is not None and field in dict(FIELD_CHOICES)
    }
    found.options = options
    found.save(update_fields=["options"])
    return form


def _edited(
    found: Upload, seen: Preview | ScanPreview, *, form: ImportOptions | None = None
) -> dict[str, Any]:
    columns = _column_names(seen)
    initial = {"zone": "UTC", "state": "confirmed", **found.options}
    refused = [Problem(*problem) for problem in found.options.get("problems", [])]
    return {
        "upload": found,
        "preview": seen,
        "problems": refused or seen.problems,
        "was_refused": bool(refused),
        "form": form or ImportOptions(initial=initial, columns=columns),
        "fields": FIELD_CHOICES,
        "put_in": PutIn(),
    }
