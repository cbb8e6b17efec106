"""Which lines of a source file carry something, and whether one line was made from another."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import PurePosixPath

# Where `#` begins a comment; in C it begins an #include or an #if.
_HASHES = frozenset(
    [
        ".py",
        ".pyi",
        ".rb",
        ".sh",
        ".bash",
        ".zsh",
        ".pl",
        ".pm",
        ".r",
        ".yml",
        ".yaml",
        ".toml",
        ".cfg",
        ".conf",
    ]
) | frozenset([".tf", ".ex", ".exs", ".jl", ".mk", ".cmake", ".ps1"])
_DASHES = frozenset([".sql", ".lua", ".hs", ".elm", ".ada", ".adb", ".vhd"])
_SEMICOLONS = frozenset([".asm", ".s", ".ini", ".el", ".lisp", ".clj", ".scm"])
_PERCENTS = frozenset([".tex", ".erl", ".m"])
_COMMENT = re.compile(r"//|/\*|\*/|\*(?:\s|$)|<!--|-->")
_WORD = re.compile(r"\w+|[^\w\s]")
_SPACE = re.compile(r"\s+")
# What V-SZZ asks for before it takes one line to be another's successor.
LIKE = 0.75
# A line with less in it is found again by chance.
_TELLING = 8
_LONG = 40
_LONGEST = 400


def carries(line: str, path: str) -> bool:
    """Whether a line may hold a flaw: it is neither blank nor a comment, and more than brackets.

    >>> carries("  }", "a.c"), carries("/* why */", "a.c"), carries("#if LOUD", "a.c")
    (False, False, True)
    >>> carries("# why", "a.py")
    False
    """
    text = line.strip()
    if not any(letter.isalnum() for letter in text) or _COMMENT.match(text):
        return False
    suffix, name = PurePosixPath(path).suffix.lower(), PurePosixPath(path).name
    if suffix in _HASHES or name in ("Makefile", "Dockerfile"):
        return not text.startswith("#")
    marks = ((_DASHES, "--"), (_SEMICOLONS, ";"), (_PERCENTS, "%"))
    return not any(suffix in suffixes and text.startswith(mark) for suffixes, mark in marks)


def bare(line: str) -> str:
    """A line without any white space, by which it is known again wherever it was moved to.

    >>> bare("  if (a  < b)")
    'if(a<b)'
    """
    return _SPACE.sub("", line)


def tells(line: str) -> bool:
    """Whether there is enough in a line to know it again elsewhere."""
    return sum(letter.isalnum() for letter in line) >= _TELLING


def is_long(line: str) -> bool:
    """Whether so much is in a line that another like it is no chance; git asks for as much of a copy."""
    return sum(letter.isalnum() for letter in line) >= _LONG


def says_the_same(one: str, other: str) -> bool:
    """Whether two lines have the same words, whatever stands between them: one is the other, laid out anew.

    >>> says_the_same("if(a < b){", "if (a < b)"), says_the_same("a < b", "a <= b")
    (True, False)
    """
    return _said(one) == _said(other)


def _said(line: str) -> list[str]:
    # Braces, brackets and what ends a statement move in a new layout; operators do not.
    return [word for word in _WORD.findall(line) if word not in "(){}[],;"]


def likeness(one: str, other: str) -> float:
    """How alike two lines are, from 0 to 1, white space left out: 2·common / (length + length).

    >>> likeness("return a;", "return  a;"), likeness("", "x")
    (1.0, 0.0)
    """
    first, second = bare(one)[:_LONGEST], bare(other)[:_LONGEST]
    if not first or not second:
        return float(first == second)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The bound costs nothing beside the ratio, which is quadratic.
    return matcher.ratio() if matcher.quick_ratio() >= LIKE else 0.0


_OTHER_FOLDERS = frozenset(
    ["doc", "docs", "documentation", "test", "tests", "testing", "spec", "specs", "__tests__", "testdata"]
) | frozenset(["fixtures", "examples"])
_OTHER_SUFFIXES = frozenset(
    [".md", ".rst", ".txt", ".adoc", ".pod", ".1", ".3", ".html", ".css", ".svg", ".lock", ".sum", ".csv"]
) | frozenset([".json", ".po", ".pem", ".snap", ".d", ".am", ".in"])
_OTHER_NAMES = re.compile(
    r"(?:changes?|changelog|news|readme|authors|thanks|release-?notes)\b|test_|.*[._-]test\b", re.I
)


def is_code(path: str) -> bool:
    """Whether a flaw is mended there; what a fix says in tests and documents shows no lines at fault.

    >>> is_code("lib/url.c"), is_code("tests/unit/url.c"), is_code("docs/url.md"), is_code("CHANGES")
    (True, False, False, False)
    """
    file = PurePosixPath(path)
    if _OTHER_FOLDERS & {part.lower() for part in file.parts[:-1]}:
        return False
    return file.suffix.lower() not in _OTHER_SUFFIXES and not _OTHER_NAMES.match(file.name)
