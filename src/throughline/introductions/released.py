"""The first release with a flaw: it came in after the release before it, and at or before that one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.introduction.candidates import Candidate
from throughline.engine.introduction.releases import came_with, earlier, near
from throughline.engine.refusals import Refused
from throughline.introductions.answers import Answer, few_of
from throughline.introductions.git import Clone, Commit
from throughline.introductions.walks import MOST_COMMITS, TooMany, Walked, between

# What every one of more tags is like is not looked at.
MOST_NEAR = 20_000
# One of this many with the newest dates is the nearest, unless clocks were far from right.
MOST_BEFORE = 200


@dataclass(frozen=True, slots=True)
class _Before:
    """The nearest release before: its tag and date; `ends` are the commits of all that none other holds.

    `early` are the release candidates between.
    """

    tag: str
    date: datetime
    ends: tuple[str, ...]
    early: tuple[str, ...]


def introduced(clone: Clone, given: str) -> Answer:
    """When what a release was the first to have came in. Raises Refused where there is no such tag."""
    tag, commit = _tagged(clone, given)
    before = _before(clone, tag, commit)
    try:
        rows = between(clone, commit.id, before.ends if before else [])
    except TooMany:
        message = (
            f"it holds more than {MOST_COMMITS:,} commits that no release before it has, too many to read"
        )
        raise Refused(message, place=_place(given), code="too_many") from None
    is_cut = before is None and any(clone.is_cut(row.id) for row in rows)
    begin = before.date if before else min(row.date for row in rows if row.is_first)
    oldest = None if is_cut else min(begin, commit.date)
    candidates = [Candidate(row.id, row.date, 1) for row in rows]
    found = came_with(candidates, oldest=oldest, newest=commit.date)
    about = {"tag": tag, "commit": commit.id, "previous": before.tag if before else None}
    notes = _of_shallow() if is_cut else _notes(tag, commit, before, rows)
    return Answer(given, "release", about, found, tuple(notes))


def _place(given: str) -> str:
    return f"--affected {given[:200]}"


def _tagged(clone: Clone, given: str) -> tuple[str, Commit]:
    tags, name = clone.tags(), given.removeprefix("refs/").removeprefix("tags/")
    if name in tags:
        return name, clone.commit(tags[name][0])
    if not tags:
        message = "the clone has no tags of commits: fetch them with git fetch --tags"
    else:
        meant = near(name[:200], [tag for tag in tags if tag.isprintable()][-MOST_NEAR:])
        message = (
            f"the clone has no tag '{name[:200]}'{meant}: look for a typo, or fetch it with git fetch --tags"
        )
    raise Refused(message, place=_place(given), code="no_tag")


def _before(clone: Clone, tag: str, commit: Commit) -> _Before | None:
    """The nearest of the releases that a release holds; None where there is none before it."""
    held = {name: at for name, at in clone.tags(merged=commit.id).items() if at[0] != commit.id}
    like, early = earlier(tag, held)
    names = {held[name][0]: name for name in reversed(like)}
    newest = sorted(names, key=lambda id: held[names[id]][1])[-MOST_BEFORE:]
    if not newest:
        return None
    ends = clone.said("merge-base", "--independent", *newest).decode("ascii").split()
    nearest = max(ends, key=lambda id: (held[names[id]][1], names[id]))
    date = held[names[nearest]][1]
    return _Before(names[nearest], date, tuple(ends), tuple(name for name in early if held[name][1] > date))


def _notes(tag: str, commit: Commit, before: _Before | None, rows: Sequence[Walked]) -> Iterator[str]:
    half = f"by the estimate half of the {len(rows):,} commits since then had been made"
    if len(rows) == 1:
        half = "it is one commit"
    if before is None:
        yield (
            "it holds no release before it that is named like it: it reaches to the first commit of the "
            f"repository, and may be older than the repository; {half}"
        )
        return
    yield f"after {before.tag} of {before.date:%Y-%m-%d} and by {tag} of {commit.date:%Y-%m-%d}; {half}"
    n_older = sum(row.date < before.date for row in rows)
    if n_older:
        were = "was" if n_older == 1 else "were"
        yield (
            f"{n_older:,} of these commits {were} made before {before.tag} and merged after it: with such a "
            "one it would be older than that"
        )
    if before.early:
        are, one = ("is no release", "it") if len(before.early) == 1 else ("are no releases", "one")
        yield (
            f"{few_of(before.early)} between them {are} and left aside: ask of {one} by its name where it "
            "has the flaw"
        )


def _of_shallow() -> Iterator[str]:
    yield (
        "the clone is shallow and holds no release before it, so that it may be older: run `git fetch "
        "--unshallow --tags` in it and ask again"
    )
