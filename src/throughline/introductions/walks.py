"""The commits between two places of a history: those that one holds and the other does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.introduction.blame import instant_of
from throughline.introductions.git import Clone

MOST_COMMITS = 200_000


class TooMany(Exception):
    """More commits lie between than are read."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A commit on the way; `is_first` says that the history at hand begins with it."""

    id: str
    date: datetime
    is_first: bool


def between(
    clone: Clone,
    tip: str,
    ends: Iterable[str],
    *,
    first_parent: bool = False,
    paths: Sequence[str] = (),
) -> list[Walked]:
    """The commits that the tip holds, itself among them, and none of the ends. Raises TooMany.

    `first_parent` leaves out what merges brought, `paths` what changes none of them.
    """
    words = ["--timestamp", "--parents", f"--max-count={MOST_COMMITS + 1}"]
    said = clone.said(
        "rev-list", *words, *(["--first-parent"] if first_parent else []), "--stdin", "--", *paths,
        given=_given([tip], ends),
    )  # fmt: skip
    rows = [row.split() for row in said.decode("ascii", "replace").splitlines()]
    if len(rows) > MOST_COMMITS:
        raise TooMany
    return [Walked(row[1], instant_of(row[0]), len(row) == 2) for row in rows]


def is_within(clone: Clone, commits: Collection[str], others: Collection[str]) -> bool:
    """Whether each of these commits is one of the others, or is held by one."""
    if not commits or not others:
        return not commits
    return not clone.said("rev-list", "--max-count=1", "--stdin", given=_given(commits, others))


def _given(tips: Iterable[str], ends: Iterable[str]) -> bytes:
    return "".join([*(f"{tip}\n" for tip in tips), *(f"^{end}\n" for end in ends)]).encode("ascii")
