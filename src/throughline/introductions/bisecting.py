"""A bisection that somebody did: the first commit with the flaw, or those that it may still be.

Nothing is run here: what was tested stands in the log of git. Its marks are held against the clone, since a
log can be cut, edited, or of another repository.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from throughline.engine.introduction.bisects import BisectLog, Mark, read_bisect_log, says_flaw
from throughline.engine.introduction.candidates import Candidate, Introduction, estimated
from throughline.engine.introduction.evidence import Evidence
from throughline.engine.refusals import Refused
from throughline.introductions.answers import Answer, few_of
from throughline.introductions.beginnings import beginnings
from throughline.introductions.git import Clone
from throughline.introductions.walks import MOST_COMMITS, TooMany, Walked, between, is_within

MOST_BYTES = 5_000_000
SHORTEST = 7
_HEX = frozenset("0123456789abcdef")
_MAGIC = frozenset("*?[\\:")
AGAIN = "take out the line that is wrong and ask again"


@dataclass(frozen=True, slots=True)
class Bisection:
    """A log as it was given, `place` being how a refusal names it."""

    name: str
    place: str
    log: BisectLog


@dataclass(frozen=True, slots=True)
class _Marked:
    """The marks by whole hashes, each with the first that gave it.

    `tip` was marked bad last: from it git looks. `first` is what it found, empty while it is looking.
    """

    new: dict[str, Mark]
    old: dict[str, Mark]
    skipped: dict[str, Mark]
    tip: str
    first: str


def read_bisection(path: Path) -> Bisection:
    """The log in a file. Raises Refused."""
    place = f"--bisect {path}"
    try:
        # No more than this is read of what may be a pipe or a device.
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = {
            FileNotFoundError: "there is no such file",
            IsADirectoryError: "it is a folder: give the file that holds what `git bisect log` printed",
        }.get(type(error), f"it cannot be read ({error.strerror})")
        raise Refused(reason, place=place, code="no_file") from error
    if len(content) > MOST_BYTES:
        message = f"it is larger than {MOST_BYTES // 1_000_000} MB: expected what `git bisect log` printed"
        raise Refused(message, place=place, code="too_large")
    # A shell of Windows writes UTF-16 where it sends an output into a file.
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = content.decode(encoding, "replace")
    return Bisection(path.name, place, read_bisect_log(text, place))


def introduced(clone: Clone, given: Bisection) -> Answer:
    """The first commit with the flaw, where it is decided; else those that are left. Raises Refused."""
    marked = _marked(clone, given)
    about: dict[str, Any] = {
        "log": given.name,
        "bad": list(marked.new),
        "good": list(marked.old),
        "skipped": list(marked.skipped),
        "first_bad": None,
    }
    if not marked.new:
        note = f"no commit is marked {given.log.terms[0]} yet: nothing says where the flaw is"
        return Answer(given.name, "bisect", about, Introduction(), (note,))
    try:
        return _answer(clone, given, marked, about)
    except TooMany:
        message = (
            f"more than {MOST_COMMITS:,} commits are left between good and bad: test some more of them, or "
            "mark a later one good"
        )
        raise Refused(message, place=given.place, code="too_many") from None


def _answer(clone: Clone, given: Bisection, marked: _Marked, about: dict[str, Any]) -> Answer:
    log = given.log
    left = _left(clone, given, marked)
    rows, live = _looked_at(clone, log, marked, left)
    first = _first(given, marked, live)
    if first:
        live = {first}
    candidates = [Candidate(row.id, row.date, int(row.id in live)) for row in rows]
    is_cut, begins = beginnings(clone, [Candidate(row.id, row.date, 1) for row in rows if row.is_first])
    untested = tuple(_untested(clone, marked))
    found = estimated(candidates, Evidence.BISECT, is_cut=is_cut or bool(untested))
    about["first_bad"] = first or None
    return Answer(
        given.name, "bisect", about, found, (*_notes(log, marked, candidates, first), *untested, *begins)
    )


def _marked(clone: Clone, given: Bisection) -> _Marked:
    """The marks by the hashes of commits that are there, and none of them marked both ways."""
    log = given.log
    every = [*log.new, *log.old, *log.skipped, *([log.first] if log.first else [])]
    whole = {mark.commit.lower() for mark in every if len(mark.commit) in (40, 64)}
    there = clone.present(whole)
    tags = clone.tags() if any(mark.commit.lower() not in whole for mark in every) else ()
    ids: dict[Mark, str] = {}
    absent: list[Mark] = []
    for mark in every:
        id = _id(clone, mark.commit, there, tags)
        if id is None:
            absent.append(mark)
        else:
            ids[mark] = id
    if absent:
        _refuse_absent(given, absent)
    new, old, skipped = (_by_id(ids, marks) for marks in (log.new, log.old, log.skipped))
    for id in new:
        if id in old:
            earlier, later = sorted((new[id], old[id]), key=lambda mark: mark.line)
            message = (
                f"{id[:12]} is marked {later.word} here and {earlier.word} in line {earlier.line}: {AGAIN}"
            )
            _refuse(given, later, message, "contradiction")
    # What was skipped at first and tested later is tested.
    open = {id: mark for id, mark in skipped.items() if id not in new and id not in old}
    tip = ids[log.new[-1]] if log.new else ""
    return _Marked(new, old, open, tip, ids[log.first] if log.first else "")


def _by_id(ids: dict[Mark, str], marks: Sequence[Mark]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for mark in marks:
        found.setdefault(ids[mark], mark)
    return found


def _id(clone: Clone, named: str, there: frozenset[str], tags: Collection[str]) -> str | None:
    """The commit of a hash or of a tag; branches and HEAD are others by now."""
    name = named.lower()
    if len(name) in (40, 64) and not set(name) - _HEX:
        return name if name in there else None
    if named in tags:
        return clone.resolved(f"refs/tags/{named}")
    is_short = len(name) >= SHORTEST and not set(name) - _HEX
    found = clone.resolved(name) if is_short else None
    return found if found and found.startswith(name) else None


def _refuse_absent(given: Bisection, absent: Sequence[Mark]) -> NoReturn:
    mark = absent[0]
    more = f", and {len(absent) - 1:,} more that the log names" if len(absent) > 1 else ""
    if set(mark.commit.lower()) - _HEX:
        message = (
            f"'{mark.commit[:80]}' is no hash and no tag of this clone{more}: expected one of them, since "
            "branches and HEAD are other commits by now"
        )
    else:
        message = (
            f"the clone has no commit {mark.commit[:12]}, which is marked {mark.word}{more}: fetch it with "
            "git fetch --all --tags, or give the clone that was bisected"
        )
    _refuse(given, mark, message, "no_commit")


def _refuse(given: Bisection, mark: Mark, message: str, code: str) -> NoReturn:
    raise Refused(message, place=f"{given.place}, line {mark.line}", code=code)


def _left(clone: Clone, given: Bisection, marked: _Marked) -> list[Walked]:
    """The commits that every bad one holds and no good one: the flaw came in with one of them."""
    tip = marked.tip
    others = [id for id in marked.new if id != tip]
    left = between(clone, tip, marked.old)
    if not left:
        _refuse_mended(clone, given, marked, tip)
    if not others or clone.said("merge-base", "--octopus", *marked.new).split() == [tip.encode("ascii")]:
        return left
    for id in others:
        held = {row.id for row in between(clone, id, marked.old)}
        if not held:
            _refuse_mended(clone, given, marked, id)
        left = [row for row in left if row.id in held]
        if not left:
            last, other = marked.new[tip], marked.new[id]
            message = (
                f"{tip[:12]} and {id[:12]} (line {other.line}) are both marked {last.word} and share no "
                "commit that could have brought the flaw in: expected one that both hold and no good one "
                f"does; {AGAIN}"
            )
            _refuse(given, last, message, "contradiction")
    return left


def _refuse_mended(clone: Clone, given: Bisection, marked: _Marked, bad: str) -> NoReturn:
    good = next(id for id in marked.old if is_within(clone, [bad], [id]))
    mark, other = marked.new[bad], marked.old[good]
    message = (
        f"{bad[:12]} is marked {mark.word}, and {good[:12]}, which came after it, {other.word} (line "
        f"{other.line}): expected the {other.word} ones before the {mark.word} ones; where it was mended in "
        f"between bisect before that, else {AGAIN}"
    )
    _refuse(given, mark, message, "contradiction")


def _looked_at(
    clone: Clone, log: BisectLog, marked: _Marked, left: list[Walked]
) -> tuple[list[Walked], set[str]]:
    """The candidates, and those of them among which git looked.

    What merges brought is no place to look along first parents, and yet may hold the commit.
    """
    paths = () if _has_unread(log) else log.paths
    if not (paths or log.first_parent):
        return left, {row.id for row in left}
    here = {row.id for row in left}
    tip, ends = marked.tip, marked.old
    rows = [row for row in between(clone, tip, ends, paths=paths) if row.id in here]
    if not log.first_parent:
        return rows, {row.id for row in rows}
    line = between(clone, tip, ends, paths=paths, first_parent=True)
    return rows, {row.id for row in rows} & {row.id for row in line}


def _has_unread(log: BisectLog) -> bool:
    """Whether its paths are patterns, or lead out of the root: those are not read here."""
    return any(not path or path[0] == "/" or ".." in path or _MAGIC & set(path) for path in log.paths)


def _first(given: Bisection, marked: _Marked, live: set[str]) -> str:
    """The first commit with the flaw; empty where several may be it. Raises Refused at a contradiction."""
    said = given.log.first
    if said is None:
        return next(iter(live)) if len(live) == 1 else ""
    id = marked.first
    if id in live and (len(live) == 1 or _has_unread(given.log)):
        return id
    if id in live:
        reason = f"its marks leave {len(live):,} commits, any of which may be it"
    else:
        reason = "its marks rule that out"
    message = (
        f"it says that {id[:12]} is the first {said.word} commit, and {reason}: give the log whole as `git "
        "bisect log` prints it, or take this line out to have it read as unfinished"
    )
    _refuse(given, said, message, "contradiction")


def _untested(clone: Clone, marked: _Marked) -> Iterator[str]:
    """What has to be said of a good commit on another branch: the flaw may be older than where they part."""
    tip = marked.tip
    if is_within(clone, marked.old, [tip]):
        return
    aside = [id for id in marked.old if not is_within(clone, [id], [tip])]
    tested = [id for id in marked.old if id not in aside]
    parted: dict[str, str] = {}
    for id in aside:
        for base in clone.said("merge-base", "--all", tip, id).decode("ascii").split():
            if base not in marked.old and not is_within(clone, [base], tested):
                parted[base] = id
    if parted:
        base, id = next(iter(parted.items()))
        yield (
            f"{id[:12]} is {marked.old[id].word} and on another branch, and {base[:12]}, where they part, "
            "was not tested: the flaw may be older than that and have been mended on the other branch"
        )


def _notes(log: BisectLog, marked: _Marked, candidates: Sequence[Candidate], first: str) -> Iterator[str]:
    new, old = log.terms
    if not marked.old:
        yield f"no commit is marked {old}: it reaches back to the first commit"
    live = {each.commit for each in candidates if each.weight}
    if not candidates:
        yield f"no commit that is left touches {few_of(log.paths)}: nothing can be said"
    elif not first:
        yield from _undecided(marked, live)
    if not says_flaw(new):
        yield f"its term '{new[:40]}' is taken to mean that the flaw is there"
    if log.paths:
        only = f"only commits that touch {few_of(log.paths)} were looked at"
        yield only + (", and such paths are not read here" if _has_unread(log) else "")
    if log.first_parent:
        yield (
            "it looked along first parents only: what a merge brought in may have held it before, which "
            "bounds the interval"
        )


def _undecided(marked: _Marked, live: set[str]) -> Iterator[str]:
    n_skipped = len(live & set(marked.skipped))
    open = live - set(marked.skipped) - {marked.tip}
    n = f"{len(live):,} commits"
    if n_skipped and not open:
        yield f"only skipped commits are left to test: any of {n} may be the first, and all count alike"
        return
    skipped = f", {n_skipped:,} of them skipped" if n_skipped else ""
    yield f"the bisection is not finished: any of {n} may be the first{skipped}, and all count alike"
