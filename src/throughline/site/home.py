"""The data folder: where it is, how it is made, and how its database is brought up to date."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from pathlib import Path

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


def open_home(home: Path | None = None) -> Path:
    """Point Django at a data folder and bring its database up to date; idempotent within a process."""
    home = (home or default_home()).resolve()
    os.environ[HOME_VARIABLE] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.site.settings")
    prepare(home)
    import django

    django.setup()
    _migrate()
    return home


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection

    wanted = _schema_mark()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA user_version")
            if cursor.fetchone()[0] == wanted:
                return
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA user_version = {wanted}")


def _schema_mark() -> int:
    """A number that changes with the set of migrations: loading them all costs a third of a second."""
    package = Path(__file__).resolve().parent.parent
    names = sorted(str(path.relative_to(package)) for path in package.glob("*/migrations/0*.py"))
    return int.from_bytes(hashlib.sha256("\n".join(names).encode()).digest()[:4], "big") >> 1
