"""The document of a cycle: per objective why this, why not the others, how measured, why this target.

Nothing is written here twice: each answer is a field of the plan, and what is missing names its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from throughline.engine.markdown import escaped
from throughline.objectives.models import Cycle
from throughline.objectives.planned import PlannedKeyResult, PlannedObjective, plan_of
from throughline.planning.gaps import QUESTIONS, Gap, edit_address, gaps_in
from throughline.portfolio.models import Candidate

NOT_TAKEN = "not taken into the plan"


@dataclass(frozen=True, slots=True)
class Lost:
    """Work that was proposed and is not in the plan, with the reason as far as one was given."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A key result with what it says to each question; an empty text is written at the address."""

    planned: PlannedKeyResult
    answers: tuple[tuple[str, str], ...]
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """An objective in the document."""

    planned: PlannedObjective
    why: str
    edit: str
    key_results: tuple[Answered, ...]
    lost: tuple[Lost, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole document, with what is missing in it."""

    cycle: Cycle
    parts: tuple[Part, ...]
    # What was proposed for no objective of the cycle, and lost.
    lost: tuple[Lost, ...]
    gaps: tuple[Gap, ...]


def document_of(cycle: Cycle, *, now: datetime) -> Document:
    """The document as far as it is written."""
    plan = plan_of(cycle, now=now)
    losers = list(
        Candidate.objects.filter(cycle=cycle, initiative=None)
        .select_related("objective")
        .prefetch_related("impacts")
    )
    homes = {each.pk: each.key_result.objective_id for each in plan.key_results}
    parts, placed = [], set()
    for objective in plan.objectives:
        number = objective.objective.pk
        mine = [each for each in losers if number in _objectives_of(each, homes)]
        placed |= {each.pk for each in mine}
        parts.append(_part(objective, mine))
    rest = tuple(_lost(each) for each in losers if each.pk not in placed)
    return Document(cycle, tuple(parts), rest, tuple(gap for part in parts for gap in _gaps(part)))


def markdown(found: Document) -> str:
    """The document to be read or kept elsewhere; in no text of a person is anything Markdown."""
    return "\n".join(_lines(found)) + "\n"


def _objectives_of(candidate: Candidate, homes: dict[int, int | None]) -> set[int | None]:
    through = {homes.get(each.key_result_id) for each in candidate.impacts.all()}
    return through | {candidate.objective_id}


def _part(planned: PlannedObjective, losers: list[Candidate]) -> Part:
    objective = planned.objective
    every = [*planned.key_results, *planned.guardrails]
    own = [each for each in every if each.key_result.objective_id == objective.pk]
    return Part(
        planned=planned,
        why=objective.description.strip(),
        edit=edit_address(objective),
        key_results=tuple(_answered(each) for each in own),
        lost=tuple(map(_lost, losers)),
    )


def _answered(planned: PlannedKeyResult) -> Answered:
    said = planned.key_result.sketch or {}
    if planned.stand is not None:
        said = {name: getattr(planned.stand.version, name) for name in QUESTIONS}
    answers = tuple((asks, str(said.get(name) or "").strip()) for name, asks in QUESTIONS.items())
    return Answered(planned, answers, edit_address(planned.key_result))


def _lost(candidate: Candidate) -> Lost:
    return Lost(candidate.title, candidate.dropped_reason or NOT_TAKEN)


def _gaps(part: Part) -> Iterator[Gap]:
    objective = part.planned.objective
    yield from gaps_in(objective, has_key_results=bool(part.key_results))
    for each in part.key_results:
        missing = [asks for asks, text in each.answers if not text]
        yield from (Gap(each.planned.name, asks, each.address) for asks in missing)


def _lines(found: Document) -> Iterator[str]:
    cycle = found.cycle
    yield from (
        f"# {escaped(cycle.title)}",
        "",
        f"{cycle.start:%Y-%m-%d} to {cycle.end:%Y-%m-%d}, {cycle.state}.",
    )
    for part in found.parts:
        yield from _part_lines(part)
    if found.lost:
        yield from ("", "## Proposed, and not for any of these objectives", "")
        yield from map(_lost_line, found.lost)
    if found.gaps:
        yield from ("", "## Still missing", "")
        yield from (f"- {escaped(gap.of)}: {gap.asks}" for gap in found.gaps)


def _part_lines(part: Part) -> Iterator[str]:
    yield from ("", f"## {escaped(part.planned.objective.title)}", "")
    yield from _paragraphs(part.why or "Why this is still to be written.")
    for each in part.key_results:
        yield from ("", f"### {escaped(each.planned.name)}", "", f"{escaped(each.planned.sentence)}.")
        for asks, text in each.answers:
            yield from ("", f"**{asks.capitalize()}.** {escaped(text) or 'Still to be written.'}")
    if part.lost:
        yield from ("", "### Why not the others", "")
        yield from map(_lost_line, part.lost)


def _lost_line(lost: Lost) -> str:
    return f"- {escaped(lost.title)}: {escaped(lost.reason)}"


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(part for part in re.split(r"\n\s*\n", text) if part.strip()):
        yield from ("", escaped(paragraph)) if number else (escaped(paragraph),)
