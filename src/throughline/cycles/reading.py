"""A snapshot in the words of people outside security: what, why, how far, how one will know, who helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.cycles.queries import Talk
from throughline.engine.catalogue import READY_MADE
from throughline.engine.definitions import Definition
from throughline.objectives.models import Counterpart

TENETS = {
    "actual_risk": "makes us safer",
    "perceived_risk": "lets others trust that we are safe",
    "delivery": "keeps delivery fast",
}
MEANT = {
    "committed": "We commit to it: all of it is expected.",
    "aspirational": "We aim high: most of it would be good.",
}


@dataclass(frozen=True, slots=True)
class Half:
    """What another team was asked for, as frozen, with its answer of today."""

    frozen: Mapping[str, Any]
    today: Counterpart | None
    may_answer: bool

    @property
    def state(self) -> str:
        return str(self.today.state if self.today else self.frozen["state"])


@dataclass(frozen=True, slots=True)
class ReadKeyResult:
    """A key result as a sentence, with the answers to what people ask about it."""

    frozen: Mapping[str, Any]
    answers: tuple[tuple[str, str], ...]
    meant: str
    halves: tuple[Half, ...]
    talk: Talk | None
    # As the machine reads it: the sentence says the same in words.
    formal: tuple[tuple[str, str], ...]

    @property
    def of(self) -> str:
        return f"key_result:{self.frozen['id']}"

    @property
    def anchor(self) -> str:
        return self.of.replace(":", "-")


@dataclass(frozen=True, slots=True)
class ReadObjective:
    """An objective with what it is for."""

    frozen: Mapping[str, Any]
    key_results: tuple[ReadKeyResult, ...]
    halves: tuple[Half, ...]
    talk: Talk | None

    @property
    def of(self) -> str:
        return f"objective:{self.frozen.get('id', 0)}"

    @property
    def anchor(self) -> str:
        return self.of.replace(":", "-")


@dataclass(frozen=True, slots=True)
class Page:
    """The published page."""

    content: Mapping[str, Any]
    span: str
    tenets: tuple[tuple[Mapping[str, Any], str], ...]
    objectives: tuple[ReadObjective, ...]
    work: tuple[tuple[Mapping[str, Any], tuple[Half, ...]], ...]


def readable(
    content: Mapping[str, Any],
    *,
    talk: Mapping[str, Talk],
    halves: Mapping[int, Counterpart],
    teams: set[int],
) -> Page:
    """A snapshot's content as the page says it."""

    def shared(part: Mapping[str, Any]) -> tuple[Half, ...]:
        return tuple(_half(each, halves.get(each["id"]), teams) for each in part["counterparts"])

    def key_result(said: Mapping[str, Any]) -> ReadKeyResult:
        of = f"key_result:{said['id']}"
        meant = MEANT.get(said["terms"].get("commitment", "committed"), "")
        return ReadKeyResult(
            said,
            tuple(_answers(said["terms"])),
            meant,
            shared(said),
            talk.get(of),
            formal=_formal(said["terms"]),
        )

    return Page(
        content=content,
        span=_span(content["cycle"]["start"], content["cycle"]["end"]),
        tenets=tuple((each, TENETS.get(each["kind"], "")) for each in content["long_term_objectives"]),
        objectives=tuple(
            ReadObjective(
                each,
                tuple(key_result(said) for said in each["key_results"]),
                shared(each),
                talk.get(f"objective:{each.get('id', 0)}"),
            )
            for each in content["objectives"]
        ),
        work=tuple((each, shared(each)) for each in content["initiatives"]),
    )


def _answers(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    named = _ready_made(terms.get("metric", ""))
    measured = terms.get("how_measured") or (named.description if named else "")
    said = [
        ("Why this", terms.get("why", "")),
        ("Why this target", terms.get("why_target", "")),
        ("How we will know", measured or terms.get("acceptance", "")),
    ]
    return [(question, text) for question, text in said if text]


def _formal(terms: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The exact metric, slice and window; nothing where the words leave nothing out."""
    if not terms.get("metric"):
        return ()
    said = [("Metric", "metric"), ("Where", "where"), ("Date", "at"), ("Window", "window")]
    return tuple((name, str(terms[field])) for name, field in said if terms.get(field))


def _ready_made(metric: str) -> Definition | None:
    """The metric of the catalogue that is named, or whose expression it is."""
    same = (each for each in READY_MADE.values() if each.measure == metric and not each.where)
    return READY_MADE.get(metric) or next(same, None)


def _half(frozen: Mapping[str, Any], today: Counterpart | None, teams: set[int]) -> Half:
    # What is asked for today may be another thing than what was published, and is answered where it stands.
    may = (
        today is not None
        and today.team_id in teams
        and today.state != Counterpart.State.CONFIRMED
        and today.asked_for == _as_published(frozen).asked_for
    )
    return Half(frozen, today, may)


def _as_published(frozen: Mapping[str, Any]) -> Counterpart:
    return Counterpart(
        outcome=frozen["outcome"],
        owner_name=frozen["owner"],
        due=date.fromisoformat(frozen["due"]),
        description=frozen["description"],
    )


def _span(start: str, end: str) -> str:
    """Both days of a cycle in words.

    >>> _span("2027-01-01", "2027-03-31")
    '1 Jan to 31 Mar 2027'
    """
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%b}{year} to {last.day} {last:%b %Y}"
