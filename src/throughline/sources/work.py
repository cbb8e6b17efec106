"""Imports in the background."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from throughline.accounts.access import actor_name
from throughline.engine.refusals import Refused
from throughline.jobs.actions import enqueue
from throughline.jobs.registry import Context, job
from throughline.site.plain import plain
from throughline.sources import formats, uploads
from throughline.sources.actions import import_file
from throughline.sources.models import Upload
from throughline.sources.rows import BadRows, Problem
from throughline.vulnerabilities.exploitation import enrich_file


@job("import")
def import_upload(context: Context, upload: int) -> dict[str, Any]:
    """Import an uploaded file; where it is refused, the editor's page says why, and the file stays."""
    found = Upload.objects.select_related("owner", "imported").filter(pk=upload).first()
    if found is None:
        raise Refused("The file is no longer here: put it in again.")
    if found.imported_id is not None:
        return {"address": f"/imports/{found.imported_id}/"}
    try:
        return _imported(found, context)
    except Refused as refused:
        told = (
            refused.problems
            if isinstance(refused, BadRows)
            else [Problem(None, str(refused), None, None, refused.message)]
        )
        problems = [[p.line, p.message, p.column, p.value, p.reason] for p in told]
        Upload.objects.filter(pk=upload).update(options={**found.options, "problems": problems}, job=None)
        return {"address": f"/imports/uploads/{found.pk}/"}


def _imported(upload: Upload, context: Context) -> dict[str, Any]:
    now = datetime.now(UTC)
    with uploads.opened(upload) as stream:
        is_report = bool(upload.options.get("format"))
        table = None if is_report else formats.open_table(stream, name=upload.file_name)
        wish = uploads.wish_of(upload, table)
        result = import_file(
            stream,
            name=upload.file_name,
            wish=wish,
            actor=actor_name(upload.owner),
            now=now,
            progress=context.progress,
        )
    last = result.imports[-1]
    told = {
        "notices": list(result.notices),
        "new_services": list(result.new_services),
        "new_teams": list(result.new_teams),
    }
    Upload.objects.filter(pk=upload.pk).update(imported=last, options={**upload.options, **told})
    upload.refresh_from_db()
    uploads.discard(upload, actor=actor_name(upload.owner), now=now)
    enqueue("measure key results", {}, asked_by=None, now=now)
    return {"address": f"/imports/{last}/", **result.counts}


@job("enrich")
def enrich_upload(context: Context, upload: int) -> dict[str, Any]:
    """Store an uploaded catalogue of exploitation; its file goes, whether it was taken or refused."""
    found = Upload.objects.select_related("owner").filter(pk=upload).first()
    if found is None:
        raise Refused("The file is no longer here: put it in again.")
    now = datetime.now(UTC)
    actor = actor_name(found.owner)
    try:
        with uploads.opened(found) as stream:
            done = enrich_file(stream, name=found.file_name, actor=actor, now=now)
    finally:
        uploads.discard(found, actor=actor, now=now)
    if done.changed:
        enqueue("measure key results", {}, asked_by=None, now=now)
    return {"message": done.sentence(), **plain(done.document())}


@job("forget uploads", every=timedelta(days=1))
def forget_uploads(context: Context) -> dict[str, Any]:
    """Remove files that nobody imported within a day."""
    return {"forgotten": uploads.forget(now=datetime.now(UTC))}
