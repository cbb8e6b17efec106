"""Making a backup: copied, packed, restored beside it and checked; only then does it get its name."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from throughline import __version__
from throughline.backups import archive
from throughline.backups.copying import copy, rows_of, size_of
from throughline.backups.folders import require_space, working
from throughline.backups.manifest import FORM, Manifest, Member
from throughline.engine.refusals import Refused
from throughline.site import schema
from throughline.site.home import DATABASE, HOME_VARIABLE
from throughline.site.progress import Progress

NAMED = re.compile(r"throughline-\d{8}T\d{6}Z\.zip")
# Of a copy whose proofs fail: kept, for it may be all there is, and never taken for a good one.
UNPROVED = "-unproved"
RESTORING = "Restoring the copy, to see that it can be"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: its file, length and SHA-256, what it says of itself, and the proofs that fail in it."""

    path: Path
    bytes: int
    sha256: str
    manifest: Manifest
    failed: list[str]

    def document(self) -> dict[str, Any]:
        """The same for programs and for the audit record."""
        return {
            "file": self.path.name,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "made_at": self.manifest.made_at,
            "version": self.manifest.version,
            "rows": sum(self.manifest.rows.values()),
            "failed": self.failed,
        }


def name_at(now: datetime) -> str:
    """What a backup of this moment is called."""
    return f"throughline-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def make(home: Path, target: Path, *, now: datetime, progress: Progress) -> Made:
    """Back the folder up to a file while others work in it; the file is there whole, or as it was before.

    A copy whose proofs fail gets a name of its own, and what had the name stays. Raises Refused.
    """
    database = home / DATABASE
    with working(target.parent) as folder:
        # The copy, the packed copy, and what is restored of it.
        require_space(folder, 3 * size_of(database), what="a backup")
        packed = folder / "backup.zip"
        made = pack(database, packed, folder=folder, now=now, progress=progress)
        progress(0, 0, RESTORING)
        failed = restored_proofs(packed, folder / "restored", progress=progress)
        final = target.with_stem(target.stem + UNPROVED) if failed else target
        seal, length = _sealed(packed), packed.stat().st_size
        packed.replace(final)
        _keep_the_name(final.parent)
    return Made(final, length, seal, made, failed)


def pack(database: Path, packed: Path, *, folder: Path, now: datetime, progress: Progress) -> Manifest:
    """Copy the database in a working folder and pack it; not restored yet."""
    copied = folder / DATABASE
    copy(database, copied, progress=progress)
    total, done = copied.stat().st_size, 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done, total - 1), total, "Packing it")

    def describe(members: dict[str, Member]) -> Manifest:
        newest = schema.newest(schema.applied(copied))
        return Manifest(FORM, __version__, now, newest, rows_of(copied), members)

    made = archive.write(packed, copied, describe=describe, count=count)
    copied.unlink()
    return made


def restored_proofs(packed: Path, home: Path, *, progress: Progress) -> list[str]:
    """Restore a backup as its owner would, in a process of its own; the proofs that fail. Raises Refused."""
    words = ["restore", str(packed), "--home", str(home), "--json"]
    # -P and the path: this very program, whatever lies in the folder that somebody works in.
    command = [sys.executable, "-P", "-m", "throughline.cli", *words]
    environment = os.environ | {HOME_VARIABLE: str(home), "PYTHONPATH": str(schema.PACKAGE.parent)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)  # noqa: S603
    try:
        said, told = _waited(process, progress)
    finally:
        process.kill()
        process.wait()
    if process.returncode not in (0, 1) or not said.strip():
        reason = told.decode(errors="replace").strip().removeprefix("Error: ")
        raise Refused(f"the copy could not be restored, so nothing was kept: {reason}", code="unrestorable")
    return [check["name"] for check in json.loads(said)["checks"] if not check["ok"]]


def _waited(process: subprocess.Popen[bytes], progress: Progress) -> tuple[bytes, bytes]:
    while True:
        try:
            return process.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            # Whoever is told may ask to stop.
            progress(0, 0, RESTORING)


def _sealed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep_the_name(folder: Path) -> None:
    """A name outlives a power cut once its folder is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rotate(folder: Path, *, keep: int) -> list[str]:
    """Remove all but the newest backups that we named; the names of those that went."""
    ours = sorted(path for path in folder.glob("*.zip") if NAMED.fullmatch(path.name) and path.is_file())
    old = ours[: max(0, len(ours) - keep)]
    for path in old:
        path.unlink(missing_ok=True)
    return [path.name for path in old]
