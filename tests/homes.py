"""Data folders whose database has its tables: making them costs seconds, copying a file does not."""

from __future__ import annotations

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
        shutil.copy(_pattern(), home / DATABASE)
    return home


@functools.cache
def _pattern() -> Path:
    """The database that this process of the suite copies, in the folder that ends with it."""
    home = Path(os.environ["THROUGHLINE_HOME"]) / "pattern"
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    subprocess.run([sys.executable, "-c", MAKING, str(home)], check=True, env=environment)
    return home / DATABASE
