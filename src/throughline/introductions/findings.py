"""A flagged line: the commit that wrote it, asked of `git blame` and exact."""

from __future__ import annotations

import re
from dataclasses import dataclass

from throughline.engine.introduction.candidates import estimated
from throughline.engine.introduction.evidence import Evidence
from throughline.engine.refusals import Refused
from throughline.introductions.answers import Answer
from throughline.introductions.beginnings import beginnings
from throughline.introductions.git import Clone
from throughline.introductions.tracing import Line, Tracer

_GIVEN = re.compile(r"(?P<file>.+):(?P<line>\d{1,9})(?:@(?P<revision>.+))?", re.S)


@dataclass(frozen=True, slots=True)
class Finding:
    """A line that a scanner or a person named, as it is in a revision."""

    given: str
    file: str
    line: int
    revision: str


def read_finding(given: str) -> Finding:
    """FILE:LINE@REV; without @REV, as it is at HEAD. Raises Refused.

    >>> read_finding("src/a.c:12@v1.0")
    Finding(given='src/a.c:12@v1.0', file='src/a.c', line=12, revision='v1.0')
    """
    match = _GIVEN.fullmatch(given)
    if match is None or int(match["line"]) == 0:
        message = f"expected FILE:LINE@REV such as src/url.c:120@v1.4, found '{given[:200]}'"
        raise Refused(message, place="--finding", code="finding")
    return Finding(given, match["file"].removeprefix("./"), int(match["line"]), match["revision"] or "HEAD")


def introduced(clone: Clone, finding: Finding) -> Answer:
    """When the flagged line was written; whoever only moved it or its white space did not. Raises Refused."""
    commit = clone.resolved(finding.revision)
    if commit is None:
        message = f"the clone has no commit '{finding.revision[:200]}'"
        raise Refused(message, place=f"--finding {finding.given[:200]}", code="no_commit")
    _require_line(clone, finding, commit)
    trace = Tracer(clone, similar=False).traced([Line(commit, finding.file, finding.line)])
    is_cut, notes = beginnings(clone, trace.candidates)
    about = {"file": finding.file, "line": finding.line, "revision": commit}
    found = estimated(trace.candidates, Evidence.FLAGGED_LINE, is_cut=is_cut)
    return Answer(finding.given, "finding", about, found, notes)


def _require_line(clone: Clone, finding: Finding, commit: str) -> None:
    place = f"--finding {finding.given[:200]}"
    content = clone.content(commit, finding.file)
    if content is None:
        message = (
            f"there is no file '{finding.file[:200]}' at {finding.revision[:80]}; paths begin at the root"
        )
        raise Refused(message, place=place, code="no_file")
    n_lines = content.count(b"\n") + (not content.endswith(b"\n") if content else 0)
    if finding.line > n_lines:
        message = f"'{finding.file[:200]}' has {n_lines:,} lines at {finding.revision[:80]}"
        raise Refused(f"{message}, there is no line {finding.line:,}", place=place, code="no_line")
