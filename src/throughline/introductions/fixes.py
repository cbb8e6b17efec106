"""A fixing commit: what its trailers say, else the lines that it took away, traced to where they are from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from throughline.engine.introduction.candidates import Candidate, estimated, first_of
from throughline.engine.introduction.evidence import Evidence
from throughline.engine.introduction.hunks import Patch
from throughline.engine.introduction.lines import bare, carries, is_code
from throughline.engine.introduction.lockfiles.names import ecosystem_of
from throughline.engine.introduction.trailers import read_trailers
from throughline.engine.refusals import Refused
from throughline.introductions.answers import Answer
from throughline.introductions.beginnings import beginnings
from throughline.introductions.blaming import patches
from throughline.introductions.git import Clone, Commit, TooLong
from throughline.introductions.tracing import Line, Tracer

MOST_FILES = 50
MOST_LINES = 2_000
# How far from what was added a line is looked for that carries something.
NEAR = 5
OF_LOCKFILES = (
    "it changes lockfiles only, whose lines say nothing of a flaw: --lockfiles --advisories DIR tells since "
    "when a version with one was locked"
)
Reading = Callable[[str], list[str]]


def introduced(clone: Clone, given: str) -> Answer:
    """When what a commit mends came in. Raises Refused where there is no such commit."""
    id = clone.resolved(given)
    if id is None:
        message = (
            f"the clone has no commit '{given[:200]}': look for a typo, or fetch it with git fetch --tags"
        )
        raise Refused(message, place="--fix", code="no_commit")
    fix = clone.commit(id)
    named, notes = _named(clone, fix)
    if named:
        is_cut, more = beginnings(clone, named)
        found = first_of(named, Evidence.TRAILER)
        return Answer(given, "fix", {"fix": id}, found, (*notes, *(more if is_cut else ())))
    return _traced(clone, given, fix, notes)


def _named(clone: Clone, fix: Commit) -> tuple[list[Candidate], list[str]]:
    """The commits that the fix says it mends; a tag stands for the commit that was released."""
    found, notes = [], []
    for trailer in read_trailers(fix.message):
        id = clone.resolved(trailer.revision)
        if id is None or id == fix.id:
            notes.append(
                f"its trailer '{trailer.name}: {trailer.revision}' names no other commit of this clone"
            )
            continue
        commit = clone.commit(id)
        if commit.date > fix.date:
            notes.append(f"its trailer '{trailer.name}: {trailer.revision}' names a later commit, left aside")
            continue
        found.append(Candidate(commit.id, commit.date, 1))
    return found, notes


def _traced(clone: Clone, given: str, fix: Commit, notes: list[str]) -> Answer:
    about = {"fix": fix.id}
    # A merge mends by what it brought into its first parent.
    parent = fix.parents[0] if fix.parents else ""
    if not parent:
        reason = "it is the first commit at hand, so that nothing is before it"
        return Answer(given, "fix", about, estimated([], Evidence.TRACED_BLAME), (*notes, reason))
    try:
        lines, more = chosen(patches(clone, parent, fix.id), parent, reading=partial(_texts, clone, parent))
        trace = Tracer(clone).traced(lines)
    except TooLong as error:
        reason = f"git was stopped ({error}): --seconds gives it longer"
        return Answer(given, "fix", about, estimated([], Evidence.TRACED_BLAME), (*notes, reason))
    is_cut, said = beginnings(clone, trace.candidates)
    found = estimated(trace.candidates, Evidence.TRACED_BLAME, is_cut=is_cut)
    if trace.n_cut_short:
        more = [*more, f"{trace.n_cut_short:,} lines were not followed to their end"]
    return Answer(given, "fix", about, found, (*notes, *more, *said))


def _texts(clone: Clone, commit: str, path: str) -> list[str]:
    content = clone.content(commit, path) or b""
    return content.decode("utf-8", "surrogateescape").split("\n")


def chosen(changed: Sequence[Patch], parent: str, *, reading: Reading) -> tuple[list[Line], list[str]]:
    """The lines at fault as they are in the parent, and what is to be said of the choice.

    Those that went, comments and blank ones left out; where only lines came, the ones around them. Files of
    code go before tests and documents, which count where the fix changes nothing else. `reading` gives the
    lines of a file as they are in the parent.
    """
    known = [patch for patch in changed if patch.old_path]
    files = [patch for patch in known if is_code(patch.old_path or "")] or known
    if files and all(ecosystem_of(patch.old_path or "") for patch in files):
        return [], [OF_LOCKFILES]
    notes = [f"only {MOST_FILES} of its {len(files):,} files are read"] if len(files) > MOST_FILES else []
    files = files[:MOST_FILES]
    gone = list(_gone(files, parent))
    if not gone:
        gone = list(_around(files, parent, reading))
        if gone:
            notes.append("it takes no line away: the lines around those that it adds are traced instead")
    if not gone:
        notes.append("it changes no line that carries anything in a file that was there before")
    if len(gone) > MOST_LINES:
        notes.append(f"only {MOST_LINES:,} of its {len(gone):,} lines are traced")
    return gone[:MOST_LINES], notes


def _gone(files: Sequence[Patch], parent: str) -> Iterator[Line]:
    for patch in files:
        # What only stands elsewhere afterwards was not at fault.
        kept = {bare(line) for hunk in patch.hunks for line in hunk.new}
        for hunk in patch.hunks:
            for number, text in enumerate(hunk.old, start=hunk.old_start):
                if carries(text, patch.old_path or "") and bare(text) not in kept:
                    yield Line(parent, patch.old_path or "", number)


def _around(files: Sequence[Patch], parent: str, reading: Reading) -> Iterator[Line]:
    for patch in files:
        path = patch.old_path or ""
        places = [
            hunk.old_start
            for hunk in patch.hunks
            if not hunk.old and any(carries(line, path) for line in hunk.new)
        ]
        texts = reading(path) if places else []
        for place in places:
            above = range(place, max(place - NEAR, 0), -1)
            below = range(place + 1, min(place + NEAR, len(texts)) + 1)
            for side in (above, below):
                near = (number for number in side if carries(texts[number - 1], path))
                yield from (Line(parent, path, number) for number in [*near][:1])
