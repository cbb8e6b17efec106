"""Data folders whose database has its tables: making them costs seconds, copying a file does not."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DATABASE = "throughline.sqlite3"
MAKING = "import sys, pathlib; from throughline.site import home; home.open_home(pathlib.Path(sys.argv[1]))"


def ready(home: Path) -> Path:
    """The folder as the first command leaves it, without key and records; one with a database stays as it is.

    That a command makes the tables itself is what tests/site and tests/accounts are about.
    """
    if not (home / DATABASE).exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(pattern(), home / DATABASE)
    return home


@functools.cache
def pattern() -> Path:
    """The database that all processes of this run copy; the first that needs it makes it."""
    home = Path(os.environ["THROUGHLINE_PATTERN"])
    with home.with_suffix(".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not (home / "whole").exists():
            environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
            subprocess.run([sys.executable, "-c", MAKING, str(home)], check=True, env=environment)
            (home / "whole").touch()
    return home / DATABASE
