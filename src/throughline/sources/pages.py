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
from throughline.accounts.models import Role, User
from throughline.engine.refusals import Refused
from throughline.jobs.actions import UNFINISHED
from throughline.site.exports import csv_response
from throughline.site.plain import plain
from throughline.sources import queries, uploads
from throughline.sources.access import import_for, upload_for, uploads_of, visible_imports
from throughline.sources.fields import BY_NAME
from throughline.sources.forms import FIELD_CHOICES, ImportOptions, PutIn, known_formats
from throughline.sources.models import Feed, Upload
from throughline.sources.previews import Preview, preview, spoken
from throughline.sources.rows import Problem
from throughline.sources.scan_previews import ScanPreview, scan_preview
from throughline.sources.wording import in_page
from throughline.ui.rows import A_PAGE, pages
from throughline.vulnerabilities.catalogues import kind_of
from throughline.vulnerabilities.models import Service

# Of names that a field offers.
MOST_SUGGESTED = 500


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Every file that came in, the newest first, and the files that wait."""
    page = Paginator(queries.files(visible_imports(request.user)), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "files": page.object_list,
        "pages": pages(page, request.GET),
        "has_tables": not all(file["tool"] for file in page.object_list),
        "has_scans": any(file["tool"] for file in page.object_list),
        "has_skipped": any(file["sum_skipped"] for file in page.object_list),
        **_waiting(request),
    }
    return render(request, "sources/imports.html", context)


def _waiting(request: HttpRequest) -> dict[str, list[Upload]]:
    """The person's files that wait, and apart from them those that cannot be read."""
    found = list(uploads_of(request.user).order_by("id"))
    return {
        "waiting": [upload for upload in found if not upload.options.get("unreadable")],
        "unreadable": [upload for upload in found if upload.options.get("unreadable")],
    }


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
    """Put files in: anew, or a mended one in the place of one that was refused."""
    owner = require(request.user, Role.MANAGER)
    form = PutIn(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        now = datetime.now(UTC)
        try:
            kept = uploads.keep_all(
                form.cleaned_data["file"], owner=owner, now=now, instead_of=_to_replace(request)
            )
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return HttpResponseRedirect(_next_step(kept, owner, now))
    return render(request, "sources/new.html", {"form": form}, status=422 if form.errors else 200)


def _next_step(kept: list[Upload], owner: User, now: datetime) -> str:
    """Where to go on with what was put in; catalogues of exploitation are stored at once."""
    jobs = {
        upload.pk: uploads.start_enriching(upload, owner=owner, now=now)
        for upload in kept
        if _is_catalogue(upload)
    }
    if len(kept) > 1:
        return reverse("imports")
    if jobs:
        return reverse("job", kwargs={"id": jobs[kept[0].pk]})
    return reverse("import-upload", kwargs={"id": kept[0].pk})


def _is_catalogue(upload: Upload) -> bool:
    with uploads.opened(upload) as stream:
        return kind_of(stream) is not None


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
    form = None if _reads_otherwise(request, found) else _keep_choices(request, found, seen)
    seen = _seen(found, now)
    if "go" in request.POST and form is not None and form.is_valid() and seen.is_good:
        job = uploads.start(found, owner=require(request.user, Role.MANAGER), now=now)
        return HttpResponseRedirect(reverse("job", kwargs={"id": job}))
    context = _edited(found, seen, form=form)
    part = "HX-Request" in request.headers
    status = 422 if "go" in request.POST else 200
    return render(request, "sources/editor.html" if part else "sources/upload.html", context, status=status)


def _reads_otherwise(request: HttpRequest, found: Upload) -> bool:
    """Whether another format was chosen; what was chosen before was not for it."""
    before = found.options.get("format", "")
    format = request.POST.get("format", before)
    if format == before or format not in dict(known_formats()):
        return False
    uploads.read_as(found, format)
    return True


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
        "format": dict(known_formats()).get(found.format, found.format.upper()),
        "next": _waiting(request)["waiting"],
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
    told = ("problems", "refusal")
    options: dict[str, Any] = {name: value for name, value in found.options.items() if name not in told}
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
    refused = [spoken(Problem(*problem)) for problem in found.options.get("problems", [])]
    services = list(Service.objects.values_list("name", flat=True)[:MOST_SUGGESTED])
    service = found.options.get("service", "")
    return {
        "upload": found,
        "preview": seen,
        "problems": refused or seen.problems,
        "problem_count": len(refused) or seen.left_out,
        "was_refused": bool(refused),
        "refusal": in_page(found.options.get("refusal", "")),
        "form": form or ImportOptions(initial=initial, columns=columns),
        "is_blocked": not seen.is_good or (bool(refused) and not seen.may_skip),
        "fields": FIELD_CHOICES,
        "formats": known_formats(),
        "services": services,
        "sources": list(Feed.objects.order_by().values_list("name", flat=True).distinct()[:MOST_SUGGESTED]),
        "is_new_service": bool(service) and not Service.objects.filter(name=service).exists(),
    }
