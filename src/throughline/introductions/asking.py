"""All that is asked of a clone at once, answered in the order in which it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from throughline.engine.introduction.candidates import Introduction
from throughline.engine.refusals import Refused, together
from throughline.introductions import advised, bisecting, dependencies, findings, fixes, released
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
    bisects: tuple[Path, ...] = ()
    releases: tuple[str, ...] = ()
    advisories: Path | None = None
    # Whether advisories are asked of every dependency as well, and not of this clone's own commits alone.
    lockfiles: bool = False
    commit_graph: bool = False
    trusted: bool = False
    seconds: float = SECONDS

    @property
    def n_subjects(self) -> int:
        """How many are named, those that advisories bring left out."""
        return len(self.fixes) + len(self.findings) + len(self.bisects) + len(self.releases)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was asked in words or files of a person, read before the clone is."""

    findings: tuple[findings.Finding, ...]
    bisections: tuple[bisecting.Bisection, ...]


def answered(asked: Asked, *, progress: Progress) -> tuple[list[Answer], tuple[str, ...]]:
    """An answer for each subject, and notes on the whole. Raises Refused."""
    read = _read(asked)
    try:
        with opened(asked.repo, trusted=asked.trusted, seconds=asked.seconds) as clone:
            return _answered(clone, asked, read, progress)
    except TooLong as error:
        message = f"git was stopped ({error}): --seconds gives it longer"
        raise Refused(message, place="--repo", code="too_long") from error


def _answered(
    clone: Clone, asked: Asked, read: _Read, progress: Progress
) -> tuple[list[Answer], tuple[str, ...]]:
    if asked.commit_graph:
        clone.write_commit_graph()
    found: list[Answer] = []
    for doing, answers in (
        ("tracing fixes", (fixes.introduced(clone, each) for each in asked.fixes)),
        ("blaming lines", (_of_finding(clone, each) for each in read.findings)),
        ("reading bisections", (bisecting.introduced(clone, each) for each in read.bisections)),
        ("looking between releases", (released.introduced(clone, each) for each in asked.releases)),
    ):
        progress(len(found), asked.n_subjects, doing)
        for answer in answers:
            found.append(answer)
            progress(len(found), asked.n_subjects, doing)
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


def _read(asked: Asked) -> _Read:
    n = asked.n_subjects
    if n > MOST_SUBJECTS:
        raise Refused(f"at most {MOST_SUBJECTS:,} subjects are asked about at once; these are {n:,}")
    lines = (lambda each=each: findings.read_finding(each) for each in asked.findings)
    logs = (lambda path=path: bisecting.read_bisection(path) for path in asked.bisects)
    read = together(*lines, *logs)
    return _Read(read[: len(asked.findings)], read[len(asked.findings) :])
