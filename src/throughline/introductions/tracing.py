"""Lines followed back through commits that only moved them, laid them out anew or hardly changed them.

After V-SZZ (Bao et al. 2022): where a commit made a line from a very similar one, the line before is asked
in turn. Commits that changed its words on the way bound the interval, since any of them may be the one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from throughline.engine.introduction.blame import Blamed
from throughline.engine.introduction.candidates import Candidate
from throughline.engine.introduction.hunks import Hunk, Patch
from throughline.engine.introduction.lines import LIKE, bare, is_long, likeness, says_the_same, tells
from throughline.introductions.blaming import blame, patches
from throughline.introductions.git import Clone, TooLong

MOST_STEPS = 30
MOST_BLAMES = 300
# Beside more lines than these nothing is compared: such a commit imports or generates code.
MOST_COMPARED = 200
MOST_MOVED = 200_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is in a commit, and how much it weighs."""

    revision: str
    path: str
    number: int
    weight: float = 1


@dataclass(slots=True)
class Trace:
    """What lines came to: candidates, and whether something stopped the tracing before its end."""

    candidates: list[Candidate] = field(default_factory=list)
    n_cut_short: int = 0


@dataclass(slots=True)
class Tracer:
    """Follows lines; a commit's patch is read once. `similar` lets it pass lines whose words changed."""

    clone: Clone
    similar: bool = True
    blames: int = 0
    _patches: dict[tuple[str, str], list[Patch] | None] = field(default_factory=dict)

    def traced(self, lines: Iterable[Line]) -> Trace:
        """The commits that the lines are from."""
        found, waiting = Trace(), list(lines)
        for _ in range(MOST_STEPS):
            if not waiting:
                return found
            waiting = [on for file in _by_file(waiting) for on in self._step(file, found)]
        found.n_cut_short += len(waiting)
        for line in waiting:
            commit = self.clone.commit(line.revision)
            found.candidates.append(Candidate(commit.id, commit.date, line.weight))
        return found

    def _step(self, file: list[Line], found: Trace) -> Iterator[Line]:
        revision, path = file[0].revision, file[0].path
        weights: defaultdict[int, float] = defaultdict(float)
        for line in file:
            weights[line.number] += line.weight
        self.blames += 1
        for each in blame(self.clone, revision, path, weights):
            before = self._before(each) if self.blames <= MOST_BLAMES else None
            if self.blames > MOST_BLAMES:
                found.n_cut_short += 1
            weight = weights[each.line]
            if before is None:
                found.candidates.append(Candidate(each.commit, each.date, weight))
                continue
            line, text = before
            if not says_the_same(text, each.text):
                found.candidates.append(Candidate(each.commit, each.date, 0))
            yield Line(line.revision, line.path, line.number, weight)

    def _before(self, each: Blamed) -> tuple[Line, str] | None:
        """The line that a commit made this one from, with its text; None where the commit brought it in."""
        parents = self.clone.commit(each.commit).parents
        if not parents:
            return None
        parent, old_path = each.previous or (parents[0], "")
        changed = self._changed(parent, each.commit)
        here = next((one for one in changed if one.new_path == each.path), None)
        hunk = next((one for one in here.hunks if one.holds_new(each.line_then)), None) if here else None
        if here is not None and here.old_path and hunk is not None:
            close = _closest(hunk, each.text, similar=self.similar)
            if close is not None:
                number, text = close
                return Line(parent, old_path or here.old_path, number), text
        return _moved(
            each,
            parent,
            changed,
            beside=_beside(hunk.new, each.line_then - hunk.new_start) if hunk else set(),
        )

    def _changed(self, parent: str, commit: str) -> list[Patch]:
        key = (parent, commit)
        if key not in self._patches:
            self._patches[key] = self._read(parent, commit)
        return self._patches[key] or []

    def _read(self, parent: str, commit: str) -> list[Patch] | None:
        try:
            read = patches(self.clone, parent, commit)
        except TooLong:
            return None
        n_lines = sum(len(hunk.old) for patch in read for hunk in patch.hunks)
        return read if n_lines <= MOST_MOVED else None


def _by_file(lines: list[Line]) -> list[list[Line]]:
    found: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        found[line.revision, line.path].append(line)
    return list(found.values())


def _closest(hunk: Hunk, text: str, *, similar: bool) -> tuple[int, str] | None:
    """The line that went for this one, where one is like enough; the likest, and of these the first."""
    if len(hunk.old) > MOST_COMPARED:
        return None
    best, found = 0.0, None
    for number, old in enumerate(hunk.old, start=hunk.old_start):
        share = 1.0 if says_the_same(old, text) and tells(text) else likeness(old, text) if similar else 0.0
        if share >= LIKE and share > best:
            best, found = share, (number, old)
    return found


def _moved(each: Blamed, parent: str, changed: list[Patch], *, beside: set[str]) -> tuple[Line, str] | None:
    """The same line elsewhere, taken away by the same commit: first in its own file, then in others.

    `beside` holds the lines next to it. One of them has to have moved with it, unless it is long: that two
    short lines are alike means little.
    """
    if not tells(each.text):
        return None
    wanted = bare(each.text)
    own_first = sorted(changed, key=lambda one: one.new_path != each.path)
    for patch in own_first:
        for hunk in patch.hunks:
            for place, text in enumerate(hunk.old):
                if bare(text) == wanted and (is_long(text) or beside & _beside(hunk.old, place)):
                    return Line(parent, patch.old_path or each.path, hunk.old_start + place), text
    return None


def _beside(lines: tuple[str, ...], place: int) -> set[str]:
    """The lines before and after a place of a hunk, but for those in which there is hardly anything."""
    near = (bare(lines[at]) for at in (place - 1, place + 1) if 0 <= at < len(lines))
    return {text for text in near if any(letter.isalnum() for letter in text)}
