"""What the linter says of a plan in a file, each finding at the line that it is about.

No data folder is asked, so what only measuring can tell (is the data live, is it noise) is left to the gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.engine.linting import Fields, Finding, Linted, Sibling, judged, lint_fields, lint_objective
from throughline.plans.format.problems import Place
from throughline.plans.format.reading import Block, Plan

# The names of the linter's fields where the file has others.
_NAMES = {"acceptance_test": "acceptance", "target_text": "target", "owners": "owner", "population": "where"}


MEASURED = "measured"
# What these ask for is there once the machine has measured.
_OF_A_BASELINE = ("D3", "D6")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding with its place; an error keeps the cycle from being set."""

    place: Place
    of: str
    finding: Finding

    def __str__(self) -> str:
        found = self.finding
        return f"{self.place}: {found.rule} {found.severity}: {found.message} {found.suggestion} ({self.of})"


def doubts(plan: Plan) -> list[Doubt]:
    """Everything that the rules find, in the order of the files."""
    found = [*_objectives(plan), *_key_results(plan)]
    return sorted(found, key=lambda doubt: (doubt.place, doubt.finding.rule))


def _objectives(plan: Plan) -> Iterator[Doubt]:
    for block in plan["objectives"]:
        for finding in lint_objective(block["title"]).findings:
            yield Doubt(block.at("title"), f"objective:{block.key}", finding)


def linted(plan: Plan) -> Iterator[tuple[Block, Linted]]:
    """The verdict on each key result, by its fields and its title, beside the others of its objective."""
    by_objective: dict[str, list[Block]] = {}
    for block, objective in plan.key_results():
        by_objective.setdefault(objective, []).append(block)
    for objective, blocks in by_objective.items():
        for block in blocks:
            others = [each for each in blocks if each is not block]
            found = lint_fields(_fields(block, others, plan, objective)).findings
            is_measured = block["baseline"] == MEASURED
            yield (
                block,
                judged([each for each in found if not is_measured or each.rule not in _OF_A_BASELINE]),
            )


def _key_results(plan: Plan) -> Iterator[Doubt]:
    for block, verdict in linted(plan):
        for finding in verdict.findings:
            name = _NAMES.get(finding.field or "", finding.field or "title")
            yield Doubt(block.at(name), f"key_result:{block.key}", finding)


def _fields(block: Block, others: list[Block], plan: Plan, objective: str) -> Fields:
    start, end = _days(plan, objective)
    target = block["target"] or block["bound_high"] or block["bound_low"]
    given: dict[str, Any] = {
        "kind": block["kind"],
        "text": block["title"],
        "metric": block["metric"],
        "acceptance_test": block["acceptance"] or ("every step is done" if block["steps"] else ""),
        "judge": block["judge"],
        "where": block["where"],
        "population": block["where"] or "all",
        "window": block["window"] or "period",
        # A metric has its unit and its aggregation.
        "unit": "?",
        "aggregation": "?",
        "baseline": _number(block["baseline"]),
        "target_text": target,
        "start": start,
        "end": end,
        "due": _day(block["due"]) or end,
        "owners": (block["owner"],) if block["owner"] else (),
        "siblings": tuple(Sibling(each["metric"], each["where"]) for each in others if each["metric"]),
    }
    return Fields(**given)


def _days(plan: Plan, objective: str) -> tuple[date | None, date | None]:
    """The days of the cycle of an objective, where the files have it."""
    cycle = next((each["cycle"] for each in plan["objectives"] if each.key == objective), None)
    days = next((each for each in plan["cycles"] if each.key == cycle), None)
    return (_day(days["start"]), _day(days["end"])) if days else (None, None)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if len(text) == 10 else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
