"""Exports in the background: written, packed, and kept for a day."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.urls import reverse

from throughline.accounts.access import actor_name
from throughline.accounts.models import User
from throughline.engine.refusals import Refused
from throughline.exports.access import may_export
from throughline.exports.actions import Format, export
from throughline.exports.queries import KEPT, KIND, folder
from throughline.jobs.registry import Context, job


@job(KIND)
def export_record(context: Context, format: str, person: int) -> dict[str, Any]:
    """Write an export for a person who may have it, as one archive; nothing is left where it is cancelled."""
    # What she may do now counts, not what she might when she asked.
    asked_by = User.objects.filter(pk=person).first()
    if asked_by is None or not may_export(asked_by):
        raise Refused("Only managers and administrators export the record.", code="forbidden")
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=folder(), suffix=".part") as held:
        target = Path(held) / "export"
        done = export(
            actor_name(asked_by), target, Format(format), now=now, progress=context.progress, place="export"
        )
        packed = Path(held) / "export.zip"
        _pack(target, packed, Format(format), context)
        kept = folder() / f"{secrets.token_hex(16)}.zip"
        packed.rename(kept)
    message = f"{len(done.rows)} tables with {done.total:,} rows."
    return {"message": message, "address": reverse("exports"), "file": kept.name, "rows": done.total}


def _pack(source: Path, target: Path, format: Format, context: Context) -> None:
    # Parquet is packed already.
    method = zipfile.ZIP_STORED if format is Format.PARQUET else zipfile.ZIP_DEFLATED
    files = sorted(source.iterdir())
    with zipfile.ZipFile(target, "w", method) as archive:
        for count, path in enumerate(files):
            context.progress(count, len(files), "packing")
            archive.write(path, f"throughline-export/{path.name}")


@job("forget exports", every=timedelta(hours=6))
def forget_exports(context: Context) -> dict[str, Any]:
    """Remove archives that are a day old, and what a server that was killed left half."""
    before = (datetime.now(UTC) - KEPT).timestamp()
    old = [path for path in folder().iterdir() if path.stat().st_mtime < before]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return {"forgotten": len(old)}
