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
from throughline.sources.actions import Result, import_file
from throughline.sources.formats.tables import BadFile
from throughline.sources.models import Upload
from throughline.sources.rows import BadRows, Problem
from throughline.sources.wording import told_of
from throughline.vulnerabilities.exploitation import enrich_file

LONGEST_REFUSAL = 2000


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
        Upload.objects.filter(pk=upload).update(
            options={**found.options, **_why(refused, found.file_name)}, job=None
        )
        return {"address": f"/imports/uploads/{found.pk}/", "refused": str(refused)[:LONGEST_REFUSAL]}


def _why(refused: Refused, name: str) -> dict[str, Any]:
    """Why nothing was stored: by rows, or in a sentence about the whole file."""
    if isinstance(refused, BadRows):
        return {"problems": [_kept(problem) for problem in refused.problems]}
    if isinstance(refused, BadFile) and refused.line:
        return {"problems": [_kept(Problem.of(refused))]}
    return {"refusal": told_of(refused, name=name)}


def _kept(problem: Problem) -> list[Any]:
    return [problem.line, problem.message, problem.column, problem.value, problem.reason]


def _imported(upload: Upload, context: Context) -> dict[str, Any]:
    now = datetime.now(UTC)
    with uploads.opened(upload) as stream:
        wish = uploads.wish_of(upload)
        if not upload.options.get("format"):
            table = formats.open_table(stream, name=upload.file_name, skip_invalid=wish.skip_invalid)
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
    left_out = result.problems if isinstance(result, Result) else result.scan.problems
    told = {
        "left_out": [_kept(problem) for problem in left_out],
        "notices": list(result.notices),
        "new_services": list(result.new_services),
        "new_teams": list(result.new_teams),
    }
    Upload.objects.filter(pk=upload.pk).update(imported=last, options={**upload.options, **told})
    upload.refresh_from_db()
    uploads.discard(upload, actor=actor_name(upload.owner), now=now)
    enqueue("measure key results", {}, asked_by=None, now=now)
    return {"address": f"/imports/{last}/", "import": last, **result.counts}


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
