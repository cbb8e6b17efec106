"""Triage by rule: what a rule is about, as source, check and path; the first that fits decides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from throughline.engine.identity import normal_path

NAMES = ("source", "rule", "path", "cwe", "component")
_FIELDS = {"path": "file"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a rule is about; what is empty may be anything.

    Each part is a text in which * stands for any characters (in a path for those of one folder, ** for any
    folders) and ? for one; case says nothing.
    """

    source: str = ""
    rule: str = ""
    path: str = ""
    cwe: str = ""
    component: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it would take everything."""
        return not any(getattr(self, name).strip("* ?/") for name in NAMES)

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Whether a record with these values is what the rule is about.

        >>> Pattern(rule="B1*", path="tests/**").fits({"rule": "B101", "file": "./tests/unit/test_a.py"})
        True
        >>> Pattern(path="*.py").fits({"file": "src/a.py"})
        False
        """
        for name in NAMES:
            wanted = getattr(self, name)
            if wanted and not _fits(name, wanted, str(values.get(_FIELDS.get(name, name)) or "")):
                return False
        return True


def _fits(name: str, wanted: str, found: str) -> bool:
    if name == "path":
        return bool(_path_expression(wanted).fullmatch(normal_path(found)))
    return bool(_expression(wanted).fullmatch(found))


@lru_cache(maxsize=1000)
def _expression(wanted: str) -> re.Pattern[str]:
    return re.compile(_block(wanted.strip(), ".", is_last=True), re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=1000)
def _path_expression(wanted: str) -> re.Pattern[str]:
    said = re.sub(r"(?:\*\*/)+", "**/", re.sub(r"\*{3,}", "**", normal_path(wanted) or wanted.strip()))
    said += "/**" if wanted.strip().endswith("/") else ""
    first, *rest = re.split(r"((?:^|(?<=/))\*\*/|\*\*)", said)
    pattern = _block(first, "[^/]", is_last=not rest)
    for at in range(0, len(rest), 2):
        is_last = at + 2 == len(rest)
        folders = "(?:.*?/)??" if rest[at] == "**/" else ".*?"
        pattern += _settled(folders + _block(rest[at + 1], "[^/]", is_last=is_last), not is_last)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _block(said: str, one: str, *, is_last: bool) -> str:
    """An expression for a text with * and ?, each of which stands for what `one` takes."""
    first, *rest = (
        "".join(one if mark == "?" else re.escape(mark) for mark in part) for part in re.split(r"\*+", said)
    )
    behind = [_settled(f"{one}*?{part}", not is_last or at < len(rest)) for at, part in enumerate(rest, 1)]
    return first + "".join(behind)


def _settled(pattern: str, is_settled: bool) -> str:
    # The first place of a part is as good as any later one, so that none but the last is looked for twice.
    return f"(?>{pattern})" if is_settled else pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force: what it is about, and the state that it gives.

    `days` ends an acceptance so long after the decision.
    """

    id: int
    version: int
    name: str
    pattern: Pattern
    state: str
    reason: str
    days: int | None = None

    @property
    def author(self) -> str:
        """Who a decision is by, as history keeps it."""
        return f"rule:{self.id} {self.name} (version {self.version})"


def deciding(rules: Iterable[Rule], values: Mapping[str, Any]) -> Rule | None:
    """The first rule that fits a record which nobody decided about yet; None where none does."""
    if values.get("state") != "potential" or values.get("triaged_at"):
        return None
    return next((rule for rule in rules if rule.pattern.fits(values)), None)


@dataclass(frozen=True, slots=True)
class Past:
    """What a rule would have done to the past: how many fit, and what people decided about those."""

    fit: int
    undecided: int
    agreed: int
    confirmed: int
    otherwise: int

    @property
    def sentence(self) -> str:
        """In words.

        >>> Past(fit=312, undecided=300, agreed=8, confirmed=4, otherwise=0).sentence
        'It would have decided 312, of which people later confirmed 4 and judged 8 the same way.'
        """
        if not self.fit:
            return "Nothing that came in so far fits."
        parts = [f"people later confirmed {self.confirmed:,}"]
        if self.agreed:
            parts.append(f"judged {self.agreed:,} the same way")
        if self.otherwise:
            parts.append(f"judged {self.otherwise:,} otherwise")
        last = f" and {parts[-1]}" if len(parts) > 1 else ""
        return f"It would have decided {self.fit:,}, of which {', '.join(parts[:-1]) or parts[0]}{last}."


def past(pattern: Pattern, state: str, records: Iterable[Mapping[str, Any]]) -> Past:
    """What a rule would have decided about records, beside what people decided."""
    fit = undecided = agreed = confirmed = otherwise = 0
    for values in records:
        if not pattern.fits(values):
            continue
        fit += 1
        if not by_person(values):
            undecided += 1
        elif values.get("state") == state:
            agreed += 1
        elif values.get("state") in ("confirmed", "accepted"):
            confirmed += 1
        else:
            otherwise += 1
    return Past(fit, undecided, agreed, confirmed, otherwise)


def by_person(values: Mapping[str, Any]) -> bool:
    """Whether a person decided: by hand here, or where the record came from."""
    return bool(values.get("triaged_at")) and values.get("triaged_basis") != "inferred"


def suggested(values: Mapping[str, Any]) -> Pattern:
    """The pattern that a rule made from one record begins with: its source, its check, its folder.

    >>> suggested({"source": "Bandit", "rule": "B101", "file": "tests/unit/test_a.py"}).path
    'tests/unit/**'
    """
    folder, slash, _ = normal_path(str(values.get("file") or "")).rpartition("/")
    return Pattern(
        source=str(values.get("source") or ""),
        rule=str(values.get("rule") or ""),
        path=f"{folder}/**" if slash else "",
        component="" if values.get("rule") else str(values.get("component") or ""),
    )


def ordered(rules: Sequence[Rule]) -> list[Rule]:
    """Rules in the order in which they are asked: the most specific first, then the oldest."""
    return sorted(rules, key=lambda rule: (-sum(bool(getattr(rule.pattern, n)) for n in NAMES), rule.id))
