"""What `git blame --porcelain` says, read: https://git-scm.com/docs/git-blame#_the_porcelain_format"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from throughline.engine.introduction.quoting import unquoted

_LENGTHS = (40, 64)


@dataclass(frozen=True, slots=True)
class Blamed:
    """A line with the commit that it is from.

    `line` is where it is now, `path` and `line_then` where it was in that commit; `previous` is the parent in
    which the file was too, with its path there, None where the commit made the file.
    """

    line: int
    commit: str
    date: datetime
    path: str
    line_then: int
    previous: tuple[str, str] | None
    text: str


@dataclass(slots=True)
class _About:
    date: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    previous: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_blame(said: bytes) -> list[Blamed]:
    """Each line of the answer. What is no UTF-8 is kept by its bytes (surrogateescape)."""
    found: list[Blamed] = []
    about: dict[str, _About] = {}
    commit, line, line_then = "", 0, 0
    paths: dict[str, str] = {}
    for row in said.decode("utf-8", "surrogateescape").split("\n"):
        if row.startswith("\t"):
            known = about[commit]
            path = paths.get(commit, "")
            previous = known.previous.get(path)
            found.append(Blamed(line, commit, known.date, path, line_then, previous, row[1:]))
            continue
        word, _, rest = row.partition(" ")
        if len(word) in _LENGTHS and _is_hash(word):
            commit = word
            about.setdefault(commit, _About())
            numbers = rest.split(" ")
            line_then, line = int(numbers[0]), int(numbers[1])
        elif word == "committer-time":
            about[commit].date = instant_of(rest)
        elif word == "previous":
            parent, _, then = rest.partition(" ")
            about[commit].previous[""] = (parent, unquoted(then))
        elif word == "filename":
            paths[commit] = unquoted(rest)
            # A commit is told of once a path: what came before the name belongs to it.
            before = about[commit].previous.pop("", None)
            if before is not None:
                about[commit].previous[paths[commit]] = before
    return found


def instant_of(seconds: str) -> datetime:
    """The instant of Unix seconds; what no calendar holds is its first day."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _is_hash(word: str) -> bool:
    return not set(word) - set("0123456789abcdef")
