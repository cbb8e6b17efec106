"""A patch without context lines, read: which lines went, and which came in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from throughline.engine.introduction.quoting import unquoted

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `old` from `old_start` on became the lines `new` from `new_start` on.

    Where nothing went, `old_start` is the line after which the new ones stand, as git counts.
    """

    old_start: int
    old: tuple[str, ...]
    new_start: int
    new: tuple[str, ...]

    def holds_new(self, line: int) -> bool:
        """Whether a line of the new file is one of those that came."""
        return self.new_start <= line < self.new_start + len(self.new)


@dataclass(frozen=True, slots=True)
class Patch:
    """What a commit did to a file: None for the path of the side on which there is none."""

    old_path: str | None
    new_path: str | None
    hunks: tuple[Hunk, ...]


def read_patch(said: bytes) -> list[Patch]:
    """The files of `git diff-tree -p -U0`, binary ones left out."""
    return list(_patches(said.decode("utf-8", "surrogateescape").split("\n")))


def _patches(rows: list[str]) -> Iterator[Patch]:
    at, old, new, hunks = 0, None, None, []  # type: int, str | None, str | None, list[Hunk]
    while at < len(rows):
        row = rows[at]
        at += 1
        if row.startswith("diff --git "):
            if hunks:
                yield Patch(old, new, tuple(hunks))
            old, new, hunks = None, None, []
        elif row.startswith("--- "):
            old = _path(row[4:], "a/")
        elif row.startswith("+++ "):
            new = _path(row[4:], "b/")
        elif match := _HUNK.match(row):
            # Counted, since a line of the file may itself look like the head of a patch.
            hunk, at = _hunk(match, rows, at)
            hunks.append(hunk)
    if hunks:
        yield Patch(old, new, tuple(hunks))


def _hunk(match: re.Match[str], rows: list[str], at: int) -> tuple[Hunk, int]:
    n_old, n_new = (int(count) if count is not None else 1 for count in (match[2], match[4]))
    old: list[str] = []
    new: list[str] = []
    while at < len(rows) and (len(old) < n_old or len(new) < n_new or rows[at].startswith("\\")):
        row = rows[at]
        if row.startswith("-"):
            old.append(row[1:])
        elif row.startswith("+"):
            new.append(row[1:])
        elif not row.startswith("\\"):
            break
        at += 1
    return Hunk(int(match[1]), tuple(old), int(match[3]), tuple(new)), at


def _path(said: str, prefix: str) -> str | None:
    # A name with a space in it ends with a tab.
    name = unquoted(said.rstrip("\r").removesuffix("\t"))
    return None if name == "/dev/null" else name.removeprefix(prefix)
