"""A consistent copy of the database while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from throughline.engine.refusals import Refused
from throughline.site.progress import Progress

# How many steps of SQLite's machine lie between two words on how far it is: some hundredths of a second.
_STEPS = 200_000


def copy(database: Path, target: Path, *, progress: Progress) -> None:
    """Write what the database holds at this instant to a new file; writers neither wait nor disturb it.

    VACUUM INTO reads in one transaction, where the backup API begins anew at each write of another process;
    and it leaves behind what was deleted, which the pages of the file would still hold.
    """
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        watch = _Watch(target, size_of(database), progress)
        connection.set_progress_handler(watch, _STEPS)
        try:
            connection.execute("VACUUM INTO ?", [str(target)])
        except sqlite3.Error as error:
            if watch.ended is not None:
                raise watch.ended from None
            raise Refused(
                f"the database cannot be copied ({error})", place=str(database), code="copy"
            ) from error


def size_of(database: Path) -> int:
    """How long the database is with what still waits beside it."""
    return sum(path.stat().st_size for path in (database, Path(f"{database}-wal")) if path.exists())


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
        ).fetchall()
        return {
            table: connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608 (our own names)
            for (table,) in tables
        }


class _Watch:
    """Says how far a copy is; what the one who is told raises ends it, once SQLite has returned."""

    def __init__(self, target: Path, total: int, progress: Progress) -> None:
        self.target, self.total, self.progress = target, max(total, 1), progress
        self.ended: BaseException | None = None

    def __call__(self) -> int:
        done = self.target.stat().st_size if self.target.exists() else 0
        try:
            self.progress(min(done, self.total - 1), self.total, "Copying the database")
        except BaseException as ended:
            self.ended = ended
            return 1
        return 0
