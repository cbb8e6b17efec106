"""All that is asked of a clone at once, answered in the order in which it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from throughline.engine.introduction.candidates import Introduction
from throughline.engine.refusals import Refused, together
from throughline.introductions import advised, dependencies, findings, fixes
from throughline.introductions.advisories import read_advisories
from throughline.introductions.answers import Answer, document
from throughline.introductions.git import SECONDS, Clone, TooLong, opened
from throughline.site.progress import Progress

__all__ = ["Asked", "answered", "document"]

MOST_SUBJECTS = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of which clone. `seconds` is how long git may take for one answer."""

    repo: Path
    fixes: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    advisories: Path | None = None
    # Whether advisories are asked of every dependency as well, and not of this clone's own commits alone.
    lockfiles: bool = False
    commit_graph: bool = False
    trusted: bool = False
    seconds: float = SECONDS


def answered(asked: Asked, *, progress: Progress) -> tuple[list[Answer], tuple[str, ...]]:
    """An answer for each subject, and notes on the whole. Raises Refused."""
    lines = _findings(asked)
    try:
        with opened(asked.repo, trusted=asked.trusted, seconds=asked.seconds) as clone:
            return _answered(clone, asked, lines, progress)
    except TooLong as error:
        message = f"git was stopped ({error}): --seconds gives it longer"
        raise Refused(message, place="--repo", code="too_long") from error


def _answered(
    clone: Clone, asked: Asked, lines: list[findings.Finding], progress: Progress
) -> tuple[list[Answer], tuple[str, ...]]:
    if asked.commit_graph:
        clone.write_commit_graph()
    n = len(asked.fixes) + len(lines)
    found: list[Answer] = []
    for fix in asked.fixes:
        progress(len(found), n, "tracing fixes")
        found.append(fixes.introduced(clone, fix))
    for finding in lines:
        progress(len(found), n, "blaming lines")
        found.append(_of_finding(clone, finding))
    if asked.advisories is None:
        return found, ()
    more, notes = _of_advisories(clone, asked.advisories, lockfiles=asked.lockfiles, progress=progress)
    return [*found, *more], notes


def _of_advisories(
    clone: Clone, folder: Path, *, lockfiles: bool, progress: Progress
) -> tuple[list[Answer], tuple[str, ...]]:
    """Those that name commits of the clone, then those on what its lockfiles held."""
    kept = dependencies.kept_by(clone, progress=progress) if lockfiles else None
    read = read_advisories(folder, dependencies.packages_of(kept) if kept else (), progress=progress)
    own, of_others = advised.introduced(clone, read.ranged)
    if kept is None:
        nothing = () if read.ranged else ("none of these advisories names a commit",)
        return own, (*read.notes, *of_others, *nothing)
    held, notes = dependencies.introduced(clone, kept, read.flaws)
    return [*own, *held], (*notes, *read.notes)


def _of_finding(clone: Clone, finding: findings.Finding) -> Answer:
    try:
        return findings.introduced(clone, finding)
    except TooLong as error:
        note = f"git was stopped ({error}): --seconds gives it longer"
        return Answer(finding.given, "finding", {}, Introduction(), (note,))


def _findings(asked: Asked) -> list[findings.Finding]:
    n = len(asked.fixes) + len(asked.findings)
    if n > MOST_SUBJECTS:
        raise Refused(f"at most {MOST_SUBJECTS:,} subjects are asked about at once; these are {n:,}")
    return list(together(*(lambda each=each: findings.read_finding(each) for each in asked.findings)))
