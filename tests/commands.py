"""Commands in processes of their own that find the libraries read: reading them is most of what one costs."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

# What commands import that knows of no data folder; Django and the commands themselves start anew in each.
LIBRARIES = (
    "click",
    "django.contrib.auth",
    "django.db.models",
    "django.forms",
    "django.template",
    "duckdb",
    "numpy",
    "rich.table",
    "ruamel.yaml",
    "sqlglot",
    "sqlparse",
)


def answered(words: list[str], *, folder: Path, within: float = 120) -> subprocess.CompletedProcess[str]:
    """What a command says that is run in a folder, from a process that has read the libraries."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LIBRARIES))
    with TemporaryDirectory() as kept:
        said, told = Path(kept, "out"), Path(kept, "err")
        process = context.Process(target=_run, args=(words, folder, said, told))
        process.start()
        process.join(within)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, within)
        return subprocess.CompletedProcess(words, process.exitcode, said.read_text(), told.read_text())


def _run(words: list[str], folder: Path, said: Path, told: Path) -> None:
    """The command itself, with files for the streams that a shell would give it."""
    os.chdir(folder)
    # Documents speak of databases in the folder that one works in.
    os.environ["THROUGHLINE_SQL_FOLDERS"] = str(folder)
    for path, stream in ((said, sys.stdout), (told, sys.stderr)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    from throughline.cli import main

    main(words, prog_name="throughline")
