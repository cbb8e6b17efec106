"""What `git bisect log` prints, read: which commits have the flaw, which do not, which could not be tested.

The commands are what counts, as for `git bisect replay`, so that a log from which a wrong line was taken is
read without it. Comments name the commits that the start was given, since HEAD and branches move.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from throughline.engine.refusals import Refused

MOST_MARKS = 1_000
MOST_SKIPPED = 20_000
_COMMAND = re.compile(r"git[ -]bisect\s+(?P<word>\S+)\s*(?P<rest>.*)")
_MARKED = re.compile(r"#\s*(?P<word>[^\s:]+):\s*\[(?P<commit>[0-9a-fA-F]{7,64})\]")
_FIRST = re.compile(r"#\s*first (?P<word>\S+) commit:\s*\[(?P<commit>[0-9a-fA-F]{7,64})\]")
_NEW, _OLD, _SKIP = ("bad", "new"), ("good", "old"), "skip"
_TERM = re.compile(r"--term-(?P<side>new|bad|old|good)(?:=(?P<word>.*))?")
# Whoever bisects with such a word looks for what mended a flaw, and not for what brought it in.
_MENDED = re.compile(
    r"(?:un|not-?)(?:affected|vulnerable|broken|flawed|buggy)|(?:bug-?)?fix(?:ed)?|good|mended|repaired|resolved"
    r"|patched|solved|safe|secure|clean|correct|ok(?:ay)?|work(?:s|ing)|pass(?:es|ed|ing)?",
    re.IGNORECASE,
)
_FLAWED = re.compile(
    r"(?:un|not-?)(?:fixed|patched|mended|resolved|safe)|insecure|bad|broken|affected|vulnerable|flawed|buggy|bug"
    r"|fail(?:s|ed|ing)?|crash(?:es|ed|ing)?|wrong",
    re.IGNORECASE,
)
_IGNORED = frozenset(["next", "terms", "log", "visualize", "view"])


@dataclass(frozen=True, slots=True)
class Mark:
    """A commit as the log names it, the word that it was given, and the line that says so."""

    line: int
    word: str
    commit: str


@dataclass(frozen=True, slots=True)
class BisectLog:
    """The marks of one bisection, in their order: with the flaw, without it, not to be tested.

    `first` is what git found in the end, None while it is looking. `paths` and `first_parent` say at which
    commits it was told to look.
    """

    new: tuple[Mark, ...] = ()
    old: tuple[Mark, ...] = ()
    skipped: tuple[Mark, ...] = ()
    first: Mark | None = None
    terms: tuple[str, str] = (_NEW[0], _OLD[0])
    paths: tuple[str, ...] = ()
    first_parent: bool = False


@dataclass(slots=True)
class _Reading:
    place: str
    terms: dict[str, str] = field(default_factory=dict)
    before: list[Mark] = field(default_factory=list)
    new: list[Mark] = field(default_factory=list)
    old: list[Mark] = field(default_factory=list)
    skipped: list[Mark] = field(default_factory=list)
    first: Mark | None = None
    paths: tuple[str, ...] = ()
    first_parent: bool = False
    started: int = 0

    def refuse(self, line: int, message: str, code: str) -> NoReturn:
        raise Refused(message, place=f"{self.place}, line {line}", code=code)

    @property
    def named(self) -> tuple[str, str]:
        """The words for the newer and for the older commits."""
        return self.terms.get("new", _NEW[0]), self.terms.get("old", _OLD[0])

    def side(self, word: str) -> list[Mark] | None:
        """Where the marks of a word go; None for a word that marks nothing."""
        new, old = self.named
        if word == new or (word in _NEW and not self.terms):
            return self.new
        if word == old or (word in _OLD and not self.terms):
            return self.old
        return None


def read_bisect_log(text: str, place: str) -> BisectLog:
    """The log of one bisection; `place` is how a refusal names it. Raises Refused.

    >>> said = read_bisect_log("git bisect bad 1234567\\ngit bisect good 89abcde\\n", "a.log")
    >>> said.new, said.old
    ((Mark(line=1, word='bad', commit='1234567'),), (Mark(line=2, word='good', commit='89abcde'),))
    """
    reading = _Reading(place)
    rows = [(number, row.strip()) for number, row in enumerate(text.split("\n"), start=1) if row.strip()]
    if not rows:
        message = "it is empty: `git bisect log` prints what was marked, until `git bisect reset` forgets it"
        raise Refused(message, place=place, code="empty")
    # The terms stand after the comments that use them.
    for number, row in rows:
        command = _COMMAND.fullmatch(row)
        if command and command["word"] == "start":
            _read_options(reading, number, command["rest"])
    for number, row in rows:
        _read_row(reading, number, row)
    return _whole(reading)


def _read_options(reading: _Reading, number: int, rest: str) -> None:
    words = iter(_words(reading, number, rest))
    for word in words:
        if word == "--":
            return
        if match := _TERM.fullmatch(word):
            side = "new" if match["side"] in _NEW else "old"
            reading.terms[side] = match["word"] or next(words, "")
        reading.first_parent |= word == "--first-parent"


def _words(reading: _Reading, number: int, rest: str) -> list[str]:
    try:
        return shlex.split(rest)
    except ValueError:
        reading.refuse(
            number, f"a quote is opened and not closed: expected what git wrote, found '{rest[:80]}'", "row"
        )


def _read_row(reading: _Reading, number: int, row: str) -> None:
    if row.startswith("#"):
        _read_comment(reading, number, row)
        return
    command = _COMMAND.fullmatch(row)
    if command is None:
        message = (
            "expected a line of a bisect log such as 'git bisect good 1a2b3c4', found "
            f"'{row[:80]}': write the log with `git bisect log > FILE`"
        )
        reading.refuse(number, message, "row")
    word, words = command["word"], _words(reading, number, command["rest"])
    if word == "start":
        _read_start(reading, number, words)
        return
    if word in _IGNORED:
        return
    side = reading.skipped if word == _SKIP else reading.side(word)
    if side is None:
        new, old = reading.named
        message = (
            f"expected {old}, {new} or skip, found '{word[:80]}': take the line out, or name its term in the"
        )
        reading.refuse(number, f"{message} line of the start (--term-new, --term-old)", "term")
    if not words:
        reading.refuse(number, f"expected a commit after '{word}', found none: write its hash", "no_commit")
    side += [Mark(number, word, each) for each in words]
    # Whoever goes on after git was done asks anew.
    reading.first = None


def _read_comment(reading: _Reading, number: int, row: str) -> None:
    if match := _FIRST.match(row):
        reading.first = Mark(number, match["word"], match["commit"])
    elif (match := _MARKED.match(row)) and not reading.started:
        reading.before.append(Mark(number, match["word"], match["commit"]))


def _read_start(reading: _Reading, number: int, words: list[str]) -> None:
    if reading.started:
        message = f"a second bisection begins here, the first in line {reading.started}: give each log a file"
        reading.refuse(number, message, "several_logs")
    reading.started = number
    named, paths = list(_arguments(words)), tuple(words[words.index("--") + 1 :]) if "--" in words else ()
    told = [(side, mark) for mark in reading.before if (side := reading.side(mark.word)) is not None]
    if told:
        for side, mark in told:
            side.append(mark)
        # Without a -- paths follow the commits.
        paths = paths or tuple(named[len(told) :])
    else:
        new, old = reading.named
        reading.new += [Mark(number, new, each) for each in named[:1]]
        reading.old += [Mark(number, old, each) for each in named[1:]]
    reading.paths = paths


def _arguments(words: list[str]) -> Iterator[str]:
    """The words of a start that are no options, up to the paths."""
    given = iter(words)
    for word in given:
        if word == "--":
            return
        match = _TERM.fullmatch(word)
        if match and match["word"] is None:
            next(given, "")
        elif not word.startswith("--"):
            yield word


def _whole(reading: _Reading) -> BisectLog:
    for marks, most in ((reading.new + reading.old, MOST_MARKS), (reading.skipped, MOST_SKIPPED)):
        if len(marks) > most:
            what = "skipped commits" if marks is reading.skipped else "tested commits"
            message = f"at most {most:,} {what} are read: take out those that another one decides"
            reading.refuse(sorted(marks, key=lambda each: each.line)[most].line, message, "too_many")
    seen = {mark.word for mark in reading.new + reading.old}
    terms = ("new", "old") if seen & {"new", "old"} else reading.named
    _require_way(reading, terms)
    return BisectLog(
        new=tuple(reading.new),
        old=tuple(reading.old),
        skipped=tuple(reading.skipped),
        first=reading.first,
        terms=terms,
        paths=reading.paths,
        first_parent=reading.first_parent,
    )


def _require_way(reading: _Reading, terms: tuple[str, str]) -> None:
    """Whether the later commits are those with the flaw."""
    new, old = terms
    is_undecided = terms == ("new", "old")
    if not is_undecided and not is_mended(new, old):
        return
    fix = f"--fix {reading.first.commit[:12]}" if reading.first else "--fix with the commit that it finds"
    line = next((mark.line for mark in reading.new + reading.old), reading.started or 1)
    if is_undecided:
        message = (
            "its terms are old and new, which do not say whether the newer commits have the flaw or are rid "
            "of it: expected good and bad; where new means bad write so in its lines, where it means mended "
            f"ask {fix}"
        )
    else:
        message = (
            f"its terms are {old[:40]} and then {new[:40]}, so that it looks for what mended the flaw: "
            f"expected a bisection from good to bad; ask {fix}, whose lines are traced to where they came in"
        )
    reading.refuse(line, message, "other_way")


def is_mended(new: str, old: str) -> bool:
    """Whether the words say that the newer commits are the ones without the flaw.

    >>> is_mended("fixed", "broken"), is_mended("unfixed", "ok"), is_mended("slow", "fast")
    (True, False, False)
    """
    if _FLAWED.fullmatch(new):
        return False
    return bool(_MENDED.fullmatch(new) or _FLAWED.fullmatch(old))


def says_flaw(new: str) -> bool:
    """Whether the word of the newer commits says by itself that they have the flaw."""
    return bool(_FLAWED.fullmatch(new))
