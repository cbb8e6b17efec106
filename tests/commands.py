"""Commands in processes of their own that find the product read: reading it is most of what one costs.

What a command reads and makes of the system itself is what tests/site, tests/accounts and tests/rules run.
"""

from __future__ import annotations

import functools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import BinaryIO

PROJECT = Path(__file__).resolve().parents[1]
BROKEN = 70


@dataclass(slots=True)
class Running:
    """A command under way."""

    line: socket.socket
    words: list[str]
    pid: int = 0

    def __post_init__(self) -> None:
        self.pid = int(self._told())

    def ended(self, within: float) -> int:
        """Its exit code, once it has ended; TimeoutExpired where it does not."""
        self.line.settimeout(within)
        try:
            # Where nothing is said and the line is closed, a signal has ended it.
            code = int(self._told() or BROKEN)
            # Its files are free once it is gone, which is after it has told.
            self.line.recv(1)
            return code
        except TimeoutError:
            self.send(9)
            raise subprocess.TimeoutExpired(self.words, within) from None
        finally:
            self.line.close()

    def send(self, signal: int) -> None:
        """A signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal)

    def _told(self) -> str:
        told = b""
        # One by one, since of a command that ends at once the next line is there already.
        while not told.endswith(b"\n") and (more := self.line.recv(1)):
            told += more
        return told.decode().strip()


def begun(
    words: list[str],
    *,
    folder: Path,
    out: BinaryIO,
    err: BinaryIO,
    environment: Mapping[str, str],
    ahead: int = 0,
    given: bytes = b"",
) -> Running:
    """A command that runs in a folder, on a clock so many days ahead, and writes into two files or pipes."""
    mine, its = socket.socketpair()
    with TemporaryFile() as order, TemporaryFile() as read, its:
        read.write(given)
        read.seek(0)
        asked = {"words": words, "folder": str(folder), "environment": dict(environment), "ahead": ahead}
        order.write(json.dumps(asked).encode())
        order.seek(0)
        files = [each.fileno() for each in (order, read, out, err, its)]
        socket.send_fds(_pattern(is_moved=bool(ahead)), [b"!"], files)
        # Before the files are closed here, they have to be there.
        return Running(mine, words)


def answered(
    words: list[str],
    *,
    folder: Path,
    within: float = 120,
    environment: Mapping[str, str] | None = None,
    ahead: int = 0,
    given: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    """What a command says that is run in a folder and reads what it is given."""
    # Documents speak of databases in the folder that one works in.
    known = environment or os.environ | {"THROUGHLINE_SQL_FOLDERS": str(folder)}
    with TemporaryDirectory() as kept:
        said, told = Path(kept, "out"), Path(kept, "err")
        with said.open("wb") as out, told.open("wb") as err:
            running = begun(
                words, folder=folder, out=out, err=err, environment=known, ahead=ahead, given=given
            )
            code = running.ended(within)
        return subprocess.CompletedProcess(words, code, said.read_text(), told.read_text())


@functools.cache
def _pattern(*, is_moved: bool) -> socket.socket:
    """By this the process is ordered of which commands are copies; it ends when this process does."""
    mine, its = socket.socketpair()
    with its:
        subprocess.Popen(
            [sys.executable, "-m", "tests.copied", str(its.fileno()), *(["moved"] if is_moved else [])],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT)))},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    return mine
