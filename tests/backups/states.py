"""Earlier states of the tables, each as that version left them: with one of each thing that it knew in them.

Before a release, `python -m tests.backups.states NAME` adds the present one to `earlier/`.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

EARLIER = Path(__file__).parent / "earlier"
STATES = sorted(path.name.removesuffix(".sql.gz") for path in EARLIER.glob("*.sql.gz"))


def load(state: str, database: Path) -> Path:
    """Write a state to a new database."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(gzip.decompress((EARLIER / f"{state}.sql.gz").read_bytes()).decode())
    return database


def dump(database: Path) -> bytes:
    """A database as the statements that make it."""
    with closing(sqlite3.connect(database)) as connection:
        (mark,) = connection.execute("PRAGMA user_version").fetchone()
        text = "\n".join([*connection.iterdump(), f"PRAGMA user_version = {mark};\n"])
    return gzip.compress(text.encode(), mtime=0)


def main(name: str) -> None:
    """Make the present state in a folder of its own, through the actions of the suite's objects."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THROUGHLINE_HOME"] = folder
        from throughline.site.home import DATABASE, open_home

        open_home(Path(folder))
        from django.db import connection
        from tests.organisation import people
        from tests.rules.objects import made

        _told_by_a_clone(int(made(people())["vulnerability"]))
        connection.close()
        (EARLIER / f"{name}.sql.gz").write_bytes(dump(Path(folder) / DATABASE))


def _told_by_a_clone(vulnerability: int) -> None:
    """What a clone told of the flaw's beginning, which is on the record from then on."""
    from tests.organisation import NOW

    from throughline.engine.introduction.candidates import Candidate, Introduction
    from throughline.engine.introduction.evidence import Evidence
    from throughline.introductions.actions import store
    from throughline.introductions.answers import Answer

    then, later = (datetime(2026, month, 5, 12, tzinfo=UTC) for month in (3, 4))
    candidates = (Candidate("a" * 40, then, 7), Candidate("b" * 40, later, 2))
    found = Introduction(then, then, later, Evidence.TRACED_BLAME, candidates)
    answer = Answer("v1.1", "fix", {"fix": "c" * 40}, found)
    store([answer], repository="shop", actor="command line", number=vulnerability, now=NOW)


if __name__ == "__main__":
    main(sys.argv[1])
