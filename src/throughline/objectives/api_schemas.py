"""Key results as programs send and read them: the fields of Terms, and the document of a page's .json."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field

from throughline.annotations.schemas import AnnotationOf
from throughline.api.comparing import BeforeOf
from throughline.api.subject import Figure, Instant, Sent, Told

Kind = Literal["move", "keep", "milestone", "binary", "baseline", "forecast"]
Commitment = Literal["committed", "aspirational"]
Day = Annotated[str, Field(max_length=40, description="2026-12-31, or an instant.")]
# A number, or a text such as -30%, 85% or measured.
Amount = Annotated[float | Annotated[str, Field(max_length=40)], Field(description="A number, or -30%, 85%.")]


class NewPhase(Sent):
    """A target on the way."""

    due: Day
    target: Amount


class NewStep(Sent):
    """A weighted step of a milestone; weights add up to 100."""

    title: str = Field(min_length=1, max_length=240)
    weight: float = Field(gt=0, le=100)
    key: str = Field("", max_length=80)


class Terms(Sent):
    """What is promised. Which fields decide depends on `kind`; see docs/key-results.md."""

    kind: Kind = "move"
    metric: str = Field("", max_length=2000, description="A series, a metric, or an expression.")
    where: str = Field("", max_length=2000, description="A slice of the records.")
    at: str = Field("", max_length=80)
    window: str = Field("", max_length=20)
    baseline: Amount = "measured"
    target: Amount = ""
    phases: list[NewPhase] = Field([], max_length=60)
    scale: Literal["", "probability", "log_odds"] = ""
    bound_low: Amount = ""
    bound_high: Amount = ""
    allowed_outside: float = Field(0, ge=0, le=10_000, description="Days.")
    steps: list[NewStep] = Field([], max_length=60)
    acceptance: str = Field("", max_length=2000)
    start: Day = ""
    due: Day = ""
    owner: str = Field("", max_length=120)
    judge: str = Field("", max_length=120)
    title: str = Field("", max_length=240)
    commitment: Commitment = "committed"
    weight: float = Field(1, ge=0, le=1_000_000)
    why: str = Field("", max_length=2000)
    why_target: str = Field("", max_length=2000)
    how_measured: str = Field("", max_length=2000)
    cadence_days: int = Field(0, ge=0, le=366)

    def said(self) -> dict[str, Any]:
        """The fields that were sent, as the actions take them."""
        return self.model_dump(exclude_unset=True)


class NewKeyResult(Terms):
    """A key result that is put into force and measured at once."""

    key: str = Field("", max_length=80, description="How files name it; made of the title if left out.")
    objective: str = Field("", max_length=240, description="The key or title of an objective.")


class NewSketch(Terms):
    """A key result of a planned cycle, as far as it is written."""

    key: str = Field("", max_length=80)


class NewVersion(Terms):
    """What changes, and why; fields that are left out stay."""

    objective: str = Field("", max_length=240)
    reason: Literal["wrong measure", "placeholder filled", "scope changed", "target moved"]
    text: str = Field(min_length=1, max_length=500, description="The reason in your own words.")


class Done(Sent):
    """A step that is done, or the event that happened, with where anybody can see it."""

    step: str = Field("", max_length=240)
    evidence: str = Field(min_length=1, max_length=500)
    at: str = Field("", max_length=40)


class Progress(Told):
    """The way that is gone, from 0 to 1; `raw` may lie outside."""

    raw: Figure
    shown: Figure


class Likely(Told):
    """Where it will end by its own history."""

    value: Figure = None
    low: Figure = None
    high: Figure = None
    n: int | None = None


class Revised(Told):
    """What the closed window says today, where that is not what was graded."""

    value: Figure
    low: Figure
    high: Figure
    grade: Figure
    at: Instant


class Promised(Told):
    """The terms of a version."""

    kind: str
    commitment: str
    weight: Figure
    metric: str
    where: str
    at: str | None
    window: str
    baseline: Figure
    baseline_measured: bool
    target: Figure
    target_text: str
    phases: list[dict[str, Any]]
    bound_low: Figure
    bound_high: Figure
    allowed_outside: Figure
    steps: list[dict[str, Any]]
    acceptance: str
    judge: str
    scale: str
    why: str
    why_target: str
    how_measured: str
    unit: str
    better: str
    start: str
    due: str
    judged_at: Instant
    owner: str
    cadence_days: Figure
    version: int


class KeyResultSummary(Promised):
    """A key result as it stands: what was promised, what is measured, and what follows."""

    id: int
    title: str
    sentence: str
    key: str
    objective: str
    status: str
    basis: str
    reason: str
    unreviewed: bool
    verdict: str
    value: Figure
    low: Figure
    high: Figure
    n: int | None
    n_open: int | None
    aim: str
    score: Figure
    progress: Progress
    expected: Figure
    chance: Figure
    likely: Likely
    projected: Figure
    grade: Figure
    graded_at: Instant | None
    original_grade: Figure
    overridden_grade: Figure
    override_reason: str | None
    revised: Revised | None
    measured_at: Instant | None
    data_as_of: Instant | None
    data_version: Any
    definition: dict[str, Any] | None
    warnings: list[dict[str, Any]]


class VersionOf(Promised):
    """One version with its author and reason."""

    number: int
    title: str
    reason: str
    text: str
    author: str
    created_at: Instant


class CompletionOf(Told):
    """Somebody said that a step is done, or took that back."""

    id: int
    step: str
    at: Instant
    evidence: str
    author: str
    recorded_at: Instant
    withdrawn_at: Instant | None
    withdrawn_by: str


class MeasurementOf(Told):
    """What the metric said, and what it was computed from."""

    at: Instant
    version: int
    value: Figure
    low: Figure
    high: Figure
    n: int | None
    n_open: int | None
    since: Instant | None
    until: Instant | None
    data_version: Any
    data_as_of: Instant | None
    facts: Any
    warnings: list[dict[str, Any]]
    definition: dict[str, Any] | None


class EarlierOf(Told):
    """How a key result stood a month before: its value, its score, and the score expected then."""

    at: Instant
    value: BeforeOf | None
    score: Figure
    expected: Figure


class KeyResultDocument(KeyResultSummary):
    """The same with its versions, completions and measurements."""

    before: EarlierOf | None
    annotations: list[AnnotationOf]
    versions: list[VersionOf]
    completions: list[CompletionOf]
    measurements: list[MeasurementOf]


class SketchDocument(Told):
    """A key result of a planned cycle, as far as it is written."""

    id: int
    key: str
    name: str
    sentence: str
    objective: str
    cycle: str
    terms: dict[str, Any]
