"""Working folders that a killed process leaves behind, and that the next one removes."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from throughline.engine.refusals import Refused

PREFIX = ".throughline-"
_LOCK = "lock"


@contextmanager
def working(beside: Path) -> Iterator[Path]:
    """A folder on the same disk, gone when the block ends; what killed processes left there goes as well."""
    try:
        forget_dead(beside)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
    except OSError as error:
        raise Refused(
            f"it cannot be written to ({error.strerror})", place=str(beside), code="unwritable"
        ) from None
    try:
        with (folder / _LOCK).open("w") as lock:
            # The system lets go of it however the process ends.
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget_dead(beside: Path) -> None:
    """Remove working folders that no process holds."""
    for folder in beside.glob(f"{PREFIX}*/"):
        try:
            with (folder / _LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        shutil.rmtree(folder, ignore_errors=True)


def require_space(folder: Path, wanted: int, *, what: str) -> None:
    """Raises Refused where the disk of a folder has too little room."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        found = f"{what} needs {wanted / 1e6:,.0f} MB free, found {free / 1e6:,.0f}"
        raise Refused(f"{found}: make room, or name another disk", place=str(folder), code="no_space")
