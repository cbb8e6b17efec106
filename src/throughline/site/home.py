"""The data folder: where it is, how it is made, and how its database is brought up to date."""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from throughline.engine.refusals import Refused
from throughline.site import schema

_NEWER = "install that version again, or restore a backup from before into a new folder"
HOME_VARIABLE = "THROUGHLINE_HOME"
DATABASE = "throughline.sqlite3"
OURS = {
    "secret.key",
    "sealing.key",
    "address",
    DATABASE,
    f"{DATABASE}-wal",
    f"{DATABASE}-shm",
    "columns",
    "uploads",
    "backups",
    "exports",
    "connectors",
}


def default_home() -> Path:
    """The folder named by THROUGHLINE_HOME, else ~/.local/share/throughline."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "throughline"


def prepare(home: Path) -> None:
    """Make the folder; what is ours in it is for its owner only, and itself where it holds nothing else."""
    os.umask(0o077)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    inside = list(home.iterdir())
    ours = [path for path in inside if path.name in OURS]
    # Never a folder of other things as well: it may be somebody's whole home, or /tmp.
    for path in [*ours, *([home] if len(ours) == len(inside) else [])]:
        _close_to_others(path)


def _close_to_others(path: Path) -> None:
    found = path.lstat()
    is_closable = found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode)
    if is_closable and found.st_mode & 0o077:
        path.chmod(found.st_mode & 0o700)


def secret_key(home: Path) -> str:
    """The signing key of this home, made at first use and kept beside the database."""
    path = home / "secret.key"
    if not path.exists():
        prepare(home)
        # O_EXCL: of two processes that start together, one writes and the other reads.
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def open_home(home: Path | None = None, *, keeps_copy: bool = True) -> Path:
    """Point Django at a data folder and bring its database up to date; idempotent within a process.

    What is upgraded is kept as it was in `backups/`, unless it comes from a backup anyway. Raises Refused for
    a folder of a newer version, and for one that a server still serves as an older one.
    """
    home = (home or default_home()).resolve()
    os.environ[HOME_VARIABLE] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.site.settings")
    prepare(home)
    import django

    django.setup()
    _bring_up_to_date(home, keeps_copy=keeps_copy)
    return home


def _bring_up_to_date(home: Path, *, keeps_copy: bool) -> None:
    from django.db import connection

    wanted = schema_mark()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        if cursor.fetchone()[0] == wanted:
            return
    had = schema.applied(home / DATABASE)
    schema.refuse_newer(had, what=f"the data folder {home}", way_out=_NEWER)
    if had and schema.known() - had:
        with _nobody_serves(home):
            _upgrade(home, keeps_copy=keeps_copy, wanted=wanted)
    else:
        _migrate(wanted)


def _upgrade(home: Path, *, keeps_copy: bool, wanted: int) -> None:
    from throughline.backups.upgrading import keep_copy

    kept = keep_copy(home) if keeps_copy else None
    try:
        _migrate(wanted)
    except Exception as error:
        if kept is None:
            raise
        message = (
            f"the upgrade broke ({error}); the folder as it was is in {kept}: restore that into a new folder"
        )
        raise Refused(message, place=str(home), code="upgrade") from error


def _migrate(wanted: int) -> None:
    from django.db import connection

    from throughline.site import migrating

    with _collecting_seldom():
        migrating.migrate()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {wanted}")


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Each step draws models anew, in cycles: looked for after so many, they cost a fifth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def _nobody_serves(home: Path) -> Iterator[None]:
    """Held while tables change: a server of the version before would write into what it does not know."""
    try:
        # Its server holds this file; see `throughline serve`.
        with (home / "address").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise Refused(
            "its tables have to be brought up to date, and a server of the version before still runs "
            "here (or another process does it already): stop that server, and try again",
            place=str(home),
            code="served",
        ) from None


def schema_mark() -> int:
    """A number that changes with the set of migrations: loading them all costs a third of a second."""
    names = sorted(f"{app}/migrations/{name}.py" for app, name in schema.known())
    return int.from_bytes(hashlib.sha256("\n".join(names).encode()).digest()[:4], "big") >> 1
