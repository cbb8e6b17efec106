"""Which release came before another, and when between the two a flaw came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from throughline.engine.introduction.candidates import Candidate, Introduction, gathered, weighted_median
from throughline.engine.introduction.evidence import Evidence

_DOTTED = re.compile(r"\d+(?:[._]\d+)+")
_NUMBER = re.compile(r"\d+")
_BEFORE = re.compile(
    r"[-._~+]?(?:alpha|beta|pre|preview|rc|cr|dev|snapshot|nightly|canary|milestone|eap)(?![a-z])"
    r"|[-._~+]?(?:a|b|c|m)\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Release:
    """A tag as its name reads: `family` is what stands before its number, with its folder.

    >>> release_of("v1.2-rc1"), release_of("web/v1.2").family
    (Release(family='', version='1.2', is_early=True), 'web/')
    >>> release_of("curl-8_4_0").family, release_of("log4j-2.0").version, release_of("1.1.1w").is_early
    ('curl', '2.0', False)
    """

    family: str
    version: str
    is_early: bool


def release_of(tag: str) -> Release:
    """What the name of a tag says. One without a number is of the family of those in its folder."""
    folder, slash, name = tag.rpartition("/")
    found = _DOTTED.search(name) or _NUMBER.search(name)
    if found is None:
        return Release(f"{folder}{slash}\0", name, False)
    before, after = name[: found.start()].lower(), name[found.end() :]
    # `1.2` became `v1.2` in many a project.
    family = f"{folder.lower()}{slash}{before.removesuffix('v').rstrip('-_.@')}"
    return Release(family, found[0], bool(_BEFORE.match(after)))


def earlier(tag: str, others: Iterable[str]) -> tuple[list[str], list[str]]:
    """The releases named like a tag, and the early ones of it (release candidates) that are left aside.

    Those count where the tag is an early one itself.

    >>> earlier("v1.2", ["v1.1", "v1.2-rc1", "tools/v1.1"])
    (['v1.1'], ['v1.2-rc1'])
    """
    own = release_of(tag)
    like = [(other, release_of(other)) for other in others]
    like = [(other, read) for other, read in like if read.family == own.family]
    if own.is_early:
        return [other for other, _ in like], []
    return [other for other, read in like if not read.is_early], [
        other for other, read in like if read.is_early
    ]


def near(tag: str, others: Iterable[str]) -> str:
    """What a tag may have been meant to be, in brackets; an empty text where nothing is like it.

    >>> near("v1.3", ["v1.1", "v1.2", "begin"]), near("1.2", ["v1.2"])
    (' (did you mean v1.2 or v1.1?)', ' (did you mean v1.2?)')
    """
    by_lower = {other.lower(): other for other in others}
    found = [by_lower[each] for each in get_close_matches(tag.lower(), by_lower, n=3, cutoff=0.6)]
    named = " or ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
    return f" (did you mean {named}?)" if found else ""


def came_with(found: Sequence[Candidate], *, oldest: datetime | None, newest: datetime) -> Introduction:
    """The day by which half of the commits of a release had been made, within the two releases.

    A commit is older than the release before where its branch was merged later: it counts as of that release.

    >>> from datetime import UTC, datetime
    >>> days = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 5, 9)]
    >>> found = came_with([Candidate(str(day), day, 1) for day in days], oldest=days[1], newest=days[2])
    >>> found.introduced.day, found.oldest.day, found.newest.day
    (5, 5, 9)
    """
    within = [replace(each, date=min(max(each.date, oldest or each.date), newest)) for each in found]
    middle = weighted_median(within)
    return Introduction(middle, oldest, newest, Evidence.FIRST_AFFECTED_RELEASE, gathered(found))
