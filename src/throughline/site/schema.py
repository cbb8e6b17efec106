"""Which migrations this version knows, and which a database has had; without loading Django."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from throughline import __version__
from throughline.engine.refusals import Refused

Migrations = set[tuple[str, str]]
# These come with Django, which the lock pins.
DJANGOS = ("auth", "contenttypes", "sessions")
PACKAGE = Path(__file__).resolve().parent.parent


def known() -> Migrations:
    """The migrations of this version, by app and name."""
    return {(_label(path.parent.parent), path.stem) for path in PACKAGE.glob("*/migrations/0*.py")}


def _label(folder: Path) -> str:
    """What Django calls the app in a folder: its name, unless its configuration says otherwise."""
    config = folder / "apps.py"
    said = re.search(r'^    label = "(\w+)"$', config.read_text(), re.M) if config.exists() else None
    return said[1] if said else folder.name


def applied(database: Path) -> Migrations:
    """The migrations of ours that a database has had; none where it is new."""
    if not database.exists() or database.stat().st_size == 0:
        return set()
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        try:
            rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        except sqlite3.OperationalError:
            return set()
    return {(app, name) for app, name in rows if app not in DJANGOS}


def newest(migrations: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The newest migration of each app.

    >>> newest({("audit", "0001_initial"), ("audit", "0002_append_only")})
    {'audit': '0002_append_only'}
    """
    found: dict[str, str] = {}
    for app, name in sorted(migrations):
        found[app] = name
    return found


def refuse_newer(
    schema: Iterable[tuple[str, str]], *, what: str, way_out: str, place: str | None = None
) -> None:
    """Raises Refused where there is a migration that this version does not know."""
    unknown = sorted(set(schema) - known())
    if not unknown:
        return
    app, name = unknown[-1]
    more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    message = (
        f"{what} comes from a newer Throughline: this is {__version__}, "
        f"which does not know {app} {name}{more}"
    )
    raise Refused(f"{message}; {way_out}", place=place, code="newer")
