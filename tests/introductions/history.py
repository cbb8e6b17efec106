"""Repositories whose history is known: written by `git fast-import`, one commit a day of 2024."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2024, 1, 1, 12, tzinfo=UTC)
OURS = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def git(folder: Path, *words: str, given: bytes | None = None) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words],
        input=given,
        capture_output=True,
        env=os.environ | OURS,
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def on(day: int) -> str:
    """The instant of a day's commit, as the command writes it."""
    return f"{START + timedelta(days=day - 1):%Y-%m-%dT%H:%M:%SZ}"


@dataclass
class History:
    """Commits by name, in the order in which they are made; `ids` is there once it is written."""

    folder: Path
    ids: dict[str, str] = field(default_factory=dict)
    _marks: dict[str, int] = field(default_factory=dict)
    _stream: list[bytes] = field(default_factory=list)

    def commit(
        self,
        name: str,
        day: int,
        files: Mapping[str, str | None],
        *,
        message: str = "",
        parents: Sequence[str] | None = None,
        branch: str = "main",
        moved: Mapping[str, str] | None = None,
    ) -> None:
        """Files that a commit writes (None: removes) and moves; without parents it follows its branch."""
        mark = self._marks[name] = len(self._marks) + 1
        seconds = int((START + timedelta(days=day - 1)).timestamp())
        said = (message or name).encode()
        rows = [f"commit refs/heads/{branch}", f"mark :{mark}"]
        rows += [f"{who} A. Person <a@example.org> {seconds} +0000" for who in ("author", "committer")]
        self._stream.append("\n".join([*rows, f"data {len(said)}", ""]).encode() + said + b"\n")
        for number, parent in enumerate(parents or ()):
            self._stream.append(f"{'merge' if number else 'from'} :{self._marks[parent]}\n".encode())
        for old, new in (moved or {}).items():
            self._stream.append(f"R {old} {new}\n".encode())
        for path, content in files.items():
            self._stream.append(_change(path, content))

    def write(self) -> History:
        self.folder.mkdir(parents=True, exist_ok=True)
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        marks = self.folder / ".git" / "marks"
        stream = b"".join(self._stream)
        git(self.folder, "fast-import", "--quiet", f"--export-marks={marks}", given=stream)
        ids = dict(row.split() for row in marks.read_text().splitlines())
        self.ids = {name: ids[f":{mark}"] for name, mark in self._marks.items()}
        git(self.folder, "symbolic-ref", "HEAD", "refs/heads/main")
        return self


def _change(path: str, content: str | None) -> bytes:
    quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if content is None:
        return f"D {quoted}\n".encode()
    data = content.encode()
    return f"M 100644 inline {quoted}\ndata {len(data)}\n".encode() + data + b"\n"
