"""The rules by name, what a finding says, and the verdict that follows from all findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Severity = Literal["error", "warning"]
Verdict = Literal["decidable", "undecidable", "untracked"]
Span = tuple[int, int]

RULES: Mapping[str, str] = MappingProxyType(
    {
        "D1": "bound to a metric, or to a named event with an acceptance test",
        "D2": "a target is present",
        "D3": "the baseline is measured",
        "D4": "baseline and target differ, in the direction that the verb says",
        "D5": "no placeholder stands for the target",
        "D6": "a relative change says from what",
        "D7": "unit and aggregation are stated",
        "D8": "population and window are stated",
        "D9": "the due date lies inside the period",
        "D10": "one owner",
        "D11": "no vague verb without a number",
        "D12": "no vague word without a test",
        "D13": "a result, not an activity",
        "D14": "all and every have a list behind them",
        "D15": "no hedges",
        "D16": "no open list",
        "D17": "one target",
        "D18": "the target is written here, not elsewhere",
        "D19": "what is counted can be observed",
        "D20": "a range says which bound passes",
        "D21": "a comparison says with what",
        "D22": "the judge and the judge's rule are named",
        "D23": "the data is live",
        "D24": "there is a way to go, and the metric moves",
        "D25": "neither certain nor out of reach",
        "D26": "one key result for a metric and slice",
        "D27": "a guardrail of another objective balances it",
        "D28": "two to five key results, and no number in the objective",
        "D29": "the team moves the metric, not outsiders",
        "D30": "the denominator of a ratio stands still",
        "D31": "a stranger understands the names",
        "D32": "the key results together are the objective",
        "D33": "the target can be told from noise",
        "D34": "two people decide alike",
    }
)
# What these find wrong is that nothing is measured yet; what is promised could still be decided.
UNTRACKED = frozenset({"D3", "D5", "D6", "D18", "D23"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. An error blocks publishing, a warning asks.

    `span` is where in the text the words stand, in characters from 0, the end not included; a finding
    about a field has `field` instead.
    """

    rule: str
    severity: Severity
    message: str
    suggestion: str
    span: Span | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Linted:
    """The verdict with the findings behind it, in the order of the text."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that block publishing."""
        return tuple(found for found in self.findings if found.severity == "error")


def judged(findings: Iterable[Finding]) -> Linted:
    """The findings in order, with the verdict that their errors give."""
    ordered = sorted(findings, key=_place)
    return Linted(verdict(ordered), tuple(ordered))


def verdict(findings: Iterable[Finding]) -> Verdict:
    """`undecidable` where two people could disagree, `untracked` where only the measuring is missing.

    >>> verdict([]), verdict([Finding("D5", "error", "", "")]), verdict([Finding("D16", "warning", "", "")])
    ('decidable', 'untracked', 'decidable')
    """
    wrong = {found.rule for found in findings if found.severity == "error"}
    if not wrong:
        return "decidable"
    return "untracked" if wrong <= UNTRACKED else "undecidable"


def as_document(linted: Linted) -> dict[str, object]:
    """The result as plain data, the one form that the command, the page and the plan files answer with."""
    return {"verdict": linted.verdict, "findings": [_plain(found) for found in linted.findings]}


def _plain(found: Finding) -> dict[str, object]:
    plain: dict[str, object] = {
        "rule": found.rule,
        "severity": found.severity,
        "span": None if found.span is None else list(found.span),
        "message": found.message,
        "suggestion": found.suggestion,
    }
    return plain if found.field is None else {**plain, "field": found.field}


def _place(found: Finding) -> tuple[bool, Span, int, str]:
    """In the text first, in its order; then by rule. What is the same comes out in the same order."""
    return found.span is None, found.span or (0, 0), int(found.rule[1:]), found.field or ""
