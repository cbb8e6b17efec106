"""Which backups there are, and which was the last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from throughline.audit.models import Entry
from throughline.backups import upgrading
from throughline.jobs.actions import UNFINISHED
from throughline.jobs.models import Job

KIND = "make a backup"
_OURS = re.compile(r"(throughline|before-upgrade)-\d{8}T\d{6}Z(-unproved)?\.zip")
KINDS = {"throughline": "proved by restoring it", "before-upgrade": "as it was before an upgrade"}
UNPROVED = "a proof fails in it"
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the data folder."""

    name: str
    bytes: int
    at: datetime
    what: str

    @property
    def megabytes(self) -> float:
        return self.bytes / 1e6

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {"file": self.name, "bytes": self.bytes, "at": self.at, "what": self.what}


def folder() -> Path:
    """Where the data folder keeps backups of itself."""
    return upgrading.folder_of(Path(settings.HOME))


def kept() -> list[Kept]:
    """The backups in the data folder, newest first."""
    found = [_kept(path) for path in folder().iterdir() if _OURS.fullmatch(path.name) and path.is_file()]
    return sorted(found, key=lambda each: each.at, reverse=True)


def path_of(name: str) -> Path | None:
    """The file of a backup by its name; None for anything else."""
    path = folder() / name
    return path if _OURS.fullmatch(name) and path.is_file() and not path.is_symlink() else None


def made() -> list[Entry]:
    """The entries of backups that were made, here and by command, newest first."""
    return list(Entry.objects.filter(action="backup made").order_by("-id")[:MOST_LISTED])


def under_way() -> Job | None:
    """The job that makes one now."""
    return Job.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("id").first()


def _kept(path: Path) -> Kept:
    found = path.stat()
    kind = next(kind for kind in KINDS if path.name.startswith(kind))
    what = UNPROVED if path.stem.endswith("-unproved") else KINDS[kind]
    return Kept(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC), what)
