"""What a report says, as plain data: every rendering is drawn from this and asks nothing else.

Words stand here as they are read, figures beside them as numbers. A frozen report is this as JSON.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from throughline.charts import Chart
from throughline.engine.directions import named
from throughline.engine.percentages import percent

PARTS = ("narrative", "learnt", "next")
TITLES = {"narrative": "What happened", "learnt": "What we learnt", "next": "What comes next"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One of the three texts: what a manager wrote, or else what the facts say by themselves."""

    part: str
    draft: str
    written: str = ""
    author: str = ""
    at: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.part]

    @property
    def said(self) -> str:
        return self.written or self.draft

    @property
    def is_draft(self) -> bool:
        return not self.written


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of the few figures that are read first."""

    name: str
    value: str
    note: str = ""
    # "good", "bad" or nothing: which way it moved.
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A post-mortem."""

    cause: str
    next_step: str
    lesson: str = ""
    worked: str = ""
    did_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A key result. `word` is its verdict once it is closed, and how it stands until then."""

    id: int
    key: str
    name: str
    sentence: str
    owner: str
    commitment: str
    aim: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    now: str
    interval: str
    score: float | None
    chance: float | None
    word: str
    said: str
    reason: str
    outlook: str = ""
    check_in: str = ""
    is_guardrail: bool = False
    original_grade: float | None = None
    override: str = ""
    # What became of it in the quarter before, where it was carried over.
    before: str = ""
    lesson: Lesson | None = None
    # Each change of its wording, the newest first.
    history: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    chart: Chart | None = None

    @property
    def tone(self) -> str:
        """Which colour goes with the word: never without it."""
        return TONES.get(self.word, "info")

    @property
    def mark(self) -> str:
        """Which shape goes with the word."""
        return MARKS.get(self.word, "ring")

    @property
    def is_kept(self) -> bool:
        """Whether it was not given up: what was given up counts in no figure."""
        return self.word != "dropped"

    @property
    def is_on_course(self) -> bool:
        return self.word in ("hit", "on_track")

    @property
    def aside(self) -> str:
        """Why a full score stands beside a status that is not good: it is of today, that of the end."""
        is_there = self.score is not None and self.score >= 1
        return "met today, may not last" if is_there and self.word in ("off_track", "at_risk") else ""

    @property
    def score_said(self) -> str:
        return "–" if self.score is None else f"{self.score:.2f}"

    @property
    def chance_said(self) -> str:
        return "" if self.chance is None else percent(self.chance)


TONES = {
    **dict.fromkeys(("hit", "on_track"), "good"),
    **dict.fromkeys(("missed", "off_track"), "bad"),
    **dict.fromkeys(("at_risk", "stale"), "warn"),
}
MARKS = {
    **dict.fromkeys(("hit", "on_track"), "check"),
    **dict.fromkeys(("missed", "off_track"), "cross"),
    **dict.fromkeys(("at_risk", "stale"), "triangle"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """An objective with its two scores, never averaged with each other, and its key results."""

    key: str
    title: str
    why: str
    owner: str
    serves: tuple[str, ...]
    committed: float | None
    aspirational: float | None
    breached: tuple[str, ...]
    results: tuple[Result, ...]

    @property
    def is_written(self) -> bool:
        """Whether it stands in the plan: key results that serve none are told under one that does not."""
        return bool(self.key)

    @property
    def scored(self) -> str:
        """Both scores in words; empty where there is none."""
        said = (("committed", self.committed), ("aspirational", self.aspirational))
        return ", ".join(f"{word} {value:.2f}" for word, value in said if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One line of the risk register."""

    statement: str
    mean: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The register in money: at the end of what is told, and at its beginning as it was known then."""

    n: int
    n_before: int
    stale: int
    mean: float
    tail: float
    mean_before: float | None
    tail_before: float | None
    mean_said: str
    tail_said: str
    sentence: str
    change: str
    scenarios: tuple[Scenario, ...]
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of the quarter in sums, and what is told of it to the board."""

    counts: tuple[tuple[str, int], ...]
    sentence: str
    effects: str
    stories: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The quarter that follows, as far as it is planned."""

    title: str
    state: str
    sentence: str
    objectives: tuple[str, ...]
    results: int
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a quarter's report says."""

    key: str
    title: str
    span: str
    state: str
    week: str
    # The instant of the figures, as JSON writes it.
    at: str
    data_as_of: str
    headline: str
    compared: str
    figures: tuple[Figure, ...]
    texts: tuple[Text, ...]
    objectives: tuple[Objective, ...]
    risk: Risk | None
    work: Work
    following: Next | None
    # (month, what was decided) of each monthly review.
    reviews: tuple[tuple[str, str], ...]

    @property
    def moment(self) -> datetime:
        """The instant of the figures."""
        return datetime.fromisoformat(self.at)

    @property
    def results(self) -> tuple[Result, ...]:
        """Every key result, in the order of the objectives."""
        return tuple(each for objective in self.objectives for each in objective.results)

    def text(self, part: str) -> Text:
        """One of the three texts."""
        return next(each for each in self.texts if each.part == part)


def document_of(report: Report) -> dict[str, Any]:
    """The report as JSON's own types."""
    document: dict[str, Any] = msgspec.to_builtins(report)
    return document


def report_from(document: dict[str, Any]) -> Report:
    """The report that was written as JSON."""
    return msgspec.convert(document, Report)


def cleaned(report: Report) -> Report:
    """The same report without characters that turn or steer the text around them.

    Files other than pages pass no middleware, and a slide's XML refuses control characters altogether.
    """
    return report_from(_clean(document_of(report)))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return named("".join(each for each in value if each in "\n\t" or unicodedata.category(each) != "Cc"))
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list | tuple) else value
