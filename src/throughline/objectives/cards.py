"""How a key result is said on a page: the words around its figures, and where each leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.engine.percentages import percent, told_apart
from throughline.engine.promises import OnTheWay
from throughline.engine.refusals import Refused
from throughline.engine.sentences import day_text
from throughline.engine.windows import Span, parse_window
from throughline.objectives import grading, kinds, links
from throughline.objectives.cautions import said
from throughline.objectives.figures import Lexicon, lexicon, metric_of
from throughline.objectives.kinds import Kind
from throughline.objectives.models import Measurement, Version
from throughline.objectives.queries import Stand, aim_of
from throughline.ui import words

TONES = {"on_track": "good", "at_risk": "warn", "off_track": "bad"}
WINDOWS = {"period": "from the start until now", "all": "everything that is known"}


@dataclass(frozen=True, slots=True)
class Card:
    """A key result with the words that the templates need."""

    stand: Stand
    # The address of the records behind the value; empty where it can no longer be computed.
    rows: str = ""

    @property
    def version(self) -> Version:
        return self.stand.version

    @property
    def measurement(self) -> Measurement | None:
        return self.stand.measurement

    @property
    def tone(self) -> str:
        """The colour of the bar; a closed one takes it from its verdict, and silence has none."""
        if self.stand.key_result.closed_at is not None:
            return "good" if self.stand.verdict == "hit" else "bad"
        if self.may_not_last:
            return "warn"
        return TONES.get(self.stand.status.word, "")

    @property
    def may_not_last(self) -> bool:
        """Whether the target is met today and is likely to be missed at the end: a full bar is no alarm."""
        progress = self.stand.status.progress
        is_there = progress is not None and progress.raw >= 1
        return is_there and self.stand.status.basis == "chance" and self.stand.status.word != "on_track"

    @property
    def expected(self) -> float | None:
        """Where the straight line stands; a projection is held against the target itself."""
        if self.stand.key_result.closed_at or self.stand.projection:
            return None
        # Half of the time gone asks nothing of a bound, and nothing of an event.
        if self.version.kind not in (*kinds.MOVING, Kind.MILESTONE):
            return None
        return self.stand.status.expected

    @property
    def shown(self) -> float | None:
        return self.stand.paced.shown if self.stand.paced else None

    @property
    def due_day(self) -> str:
        return day_text(self.version.due)

    @property
    def metric(self) -> str:
        return links.metric_address(self.version, self.measurement)

    @property
    def phases(self) -> Sequence[OnTheWay]:
        """The targets on the way."""
        return grading.on_the_way(self.version)

    @property
    def scale(self) -> str:
        return "log-odds" if self.version.scale == "log_odds" else self.version.scale

    @property
    def n(self) -> int | str:
        """The records behind the value; what people enter has none."""
        found = self.measurement
        return found.n if found is not None and found.definition.get("source") is None else ""

    @property
    def baseline_how(self) -> str:
        if not self.version.baseline_measured:
            return "given by a person"
        at = self.version.baseline_as_of
        return f"measured{f' on {at.day} {at:%b %Y}' if at else ''}"

    @property
    def target_how(self) -> str:
        """How the target was written, where that says more than the figure."""
        text = self.version.target_text
        return f"written as {text}" if text.endswith("%") and self.version.unit != "share" else ""

    @property
    def past_target(self) -> str:
        baseline, target = self.version.way
        return "less" if target < baseline else "more"

    @property
    def window(self) -> str:
        """The window's name with the days that it covers today."""
        kind = str(parse_window(self.version.window))
        name = WINDOWS.get(kind, f"the last {kind}")
        found = self.measurement
        if self.is_series:
            return "the newest value"
        if found is None or (found.since is None and found.until is None):
            return name
        return f"{name}: {said(Span(found.since, found.until))}"

    @property
    def is_series(self) -> bool:
        """Whether the values come from elsewhere, so that there are no records behind them."""
        found = self.measurement
        return found is not None and found.definition.get("source") == "series"

    @property
    def aim(self) -> str:
        """What is to be reached, in one figure or a few words."""
        return aim_of(self.version)

    @property
    def likely_said(self) -> str:
        """Where it is likely to end, with 80 % of the ways; a short history has the straight line only."""
        found = self.stand.outlook
        if not found or found["value"] is None:
            return ""
        unit = self.version.unit
        return f"{words.figure(found['value'], unit)} ({words.interval(found['low'], found['high'], unit)})"

    @property
    def chance_said(self) -> str:
        """The chance to hit, and what the pace rests on where there is none."""
        found = self.stand.outlook
        if found:
            return f"{percent(found['chance'])} likely to hit"
        return "by the straight line" if self.stand.status.basis == "line" else ""

    @property
    def has_ended(self) -> bool:
        """Whether it is graded, so that nothing of it is still to come."""
        return self.stand.key_result.closed_at is not None

    @property
    def value_said(self) -> str:
        """The value of today; an event has happened or not."""
        if self.version.kind == Kind.BINARY:
            undone = "not done" if self.has_ended else "not yet"
            return "done" if self.stand.value else undone
        return words.figure(self.stand.value, self.version.unit)

    @property
    def progress_said(self) -> str:
        paced = self.stand.paced
        if paced is None:
            return "no progress to show yet"
        if self.version.kind == Kind.KEEP:
            return f"inside for {percent(paced.raw, 1 if 0 < paced.raw < 1 else 0)} of the time so far"
        if self.version.kind == Kind.MILESTONE:
            return (
                f"{percent(paced.raw)} of the weights done, {percent(self.expected or 0.0)} expected by now"
            )
        if self.version.kind in kinds.EVENTS:
            return "done" if paced.raw == 1 else "not done" if self.has_ended else "not done yet"
        way, expected = told_apart(paced.raw, 0.0 if self.expected is None else self.expected)
        if self.stand.projection:
            return f"{way} of the way at today's rate"
        asked = "" if self.expected is None else f", {expected} expected by now"
        return f"{way} of the way{' today, which may not last' if self.may_not_last else ''}{asked}"

    @property
    def graded_said(self) -> str:
        at = self.stand.key_result.closed_at
        return f"as known on {at.day} {at:%b %Y}" if at else ""

    @property
    def original_said(self) -> str:
        """The grade by the first wording, where there was another one."""
        original = self.stand.key_result.original_grade
        return "" if self.version.number == 1 or original is None else f"{original:.2f} by the first version"


def cards(found: list[Stand], known: Lexicon | None = None) -> list[Card]:
    """The key results with the addresses of their records."""
    known = known or lexicon()
    return [Card(stand, _rows(stand, known)) for stand in found]


def _rows(stand: Stand, known: Lexicon) -> str:
    version, measurement = stand.version, stand.measurement
    if measurement is None or stand.value is None or not kinds.is_measured(version.kind):
        return ""
    if version.metric in known.series:
        return links.series_address(version.metric)
    try:
        metric = metric_of(version.metric, where=version.where, at=version.at, words=known)
    except Refused:
        return ""
    return links.rows_address(metric, version, measurement, known=stand.key_result.closed_at)
