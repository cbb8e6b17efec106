"""A panel as a file: who said what of which question, in which round, and what came of it.

Columns: question, panelist, p (a probability) or lo and hi (a 90 % interval); and, where there are any, round
and outcome. A row with p is of a probability, whatever bounds of it stand beside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from throughline.engine.pooling import not_a_probability
from throughline.engine.ranges import FARTHEST, WIDEST, reversed_interval
from throughline.engine.refusals import Refused
from throughline.engine.texts import require_readable
from throughline.forecasts.tables import Opened, Row, number, opened, parse_maps, require, settled
from throughline.sources.formats.tables import shown

Kind = Literal["probability", "range"]

FIELDS = ("question", "panelist", "p", "lo", "hi", "round", "outcome")
YES, NO = frozenset(["1", "true", "yes"]), frozenset(["0", "false", "no"])
MOST_FORECASTS, MOST_ON_A_PANEL = 200_000, 2_000
# Distributions are pooled by integration, which takes a thousand times as long as an average.
MOST_RANGES, MOST_ON_A_RANGE = 20_000, 200
LONGEST_NAME = 500


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one person said: a probability, or the bounds of a 90 % interval."""

    panelist: str
    p: float | None = None
    low: float = math.nan
    high: float = math.nan


@dataclass(slots=True)
class Question:
    """One question in one round, with everybody's forecasts; `outcome` is None while it is open."""

    name: str
    round: str
    kind: Kind
    forecasts: list[Forecast] = field(default_factory=list)
    outcome: float | None = None
    lines: dict[str, int] = field(default_factory=dict)
    resolved_at: int = 0

    @property
    def probabilities(self) -> list[float]:
        """What everybody said, of a question for a probability."""
        return [each.p for each in self.forecasts if each.p is not None]

    @property
    def lows(self) -> list[float]:
        """Everybody's lower bounds, of a question for a range."""
        return [each.low for each in self.forecasts]

    @property
    def highs(self) -> list[float]:
        """Everybody's upper bounds, of a question for a range."""
        return [each.high for each in self.forecasts]


@dataclass(frozen=True, slots=True)
class Panel:
    """The questions of a file in their order, and the rounds; none where the file has no such column."""

    questions: tuple[Question, ...]
    rounds: tuple[str, ...]


def read_panel(
    content: bytes, *, name: str, maps: Sequence[str] = (), only_round: str = "", with_outcome: bool = False
) -> Panel:
    """The panel in a CSV file, plain or gzip. Raises Refused, naming file, line and column.

    `maps` are texts such as `p=Probability`; `only_round` leaves the other rounds out; with `with_outcome`
    the file must say what came, which else is not looked at.
    """
    said = parse_maps(maps, fields=FIELDS)
    with opened(content, name=name) as table:
        columns = settled(table, fields=FIELDS, maps=said)
        _require_columns(table, columns, with_outcome=with_outcome)
        questions: dict[tuple[str, str], Question] = {}
        ranges = 0
        for count, row in enumerate(table.rows(columns), start=1):
            if count > MOST_FORECASTS:
                raise row.refused(f"more than {MOST_FORECASTS:,} forecasts: split the file", code="size")
            ranges += _add(questions, row, with_outcome=with_outcome) == "range"
            if ranges > MOST_RANGES:
                raise row.refused(f"more than {MOST_RANGES:,} intervals: split the file", code="size")
    rounds = tuple(dict.fromkeys(round_ for round_, _ in questions)) if "round" in columns else ()
    if only_round:
        _require_round(only_round, rounds, name=name)
    kept = tuple(each for each in questions.values() if only_round in ("", each.round))
    if not kept:
        message = "no forecasts: expected a header and below it a forecast a line"
        raise Refused(message, place=name, code="empty_panel")
    return Panel(kept, (only_round,) if only_round else rounds)


def _require_columns(table: Opened, columns: dict[str, str], *, with_outcome: bool) -> None:
    require(table, columns, "question", why="which says what a forecast is of")
    require(table, columns, "panelist", why="which says whose it is")
    if "p" not in columns and not {"lo", "hi"} <= set(columns):
        missing = next((each for each in ("lo", "hi") if each in columns), "")
        absent = {"lo": "hi", "hi": "lo", "": "p"}[missing]
        require(table, columns, absent, why="which holds the forecasts (p, or both of lo and hi)")
    if with_outcome:
        require(table, columns, "outcome", why="without which nothing can be scored")


def _require_round(wanted: str, rounds: Iterable[str], *, name: str) -> None:
    known = list(rounds)
    if wanted not in known:
        there = f"the rounds are {', '.join(known[:20])}" if known else "the file has no column 'round'"
        raise Refused(f"{name} has no round {shown(wanted)}: {there}", place="--round", code="no_round")


def _add(questions: dict[tuple[str, str], Question], row: Row, *, with_outcome: bool) -> Kind:
    """Keep the forecast of a row under its question; of which kind it is."""
    names = {each: row.cells.get(each, "") for each in ("question", "panelist", "round")}
    for each, text in names.items():
        if not text and each != "round":
            raise row.refused(f"the cell is empty: it says which {each}", column=each, code="empty_cell")
        if len(text) > LONGEST_NAME:
            message = f"a {each} has at most {LONGEST_NAME} characters"
            raise row.refused(message, column=each, code="too_long")
        _require_readable(text, row, column=each)
    forecast = _forecast(row, names["panelist"])
    kind: Kind = "range" if forecast.p is None else "probability"
    question = questions.setdefault(
        (names["round"], names["question"]), Question(names["question"], names["round"], kind)
    )
    _require_fit(question, forecast, kind, row)
    question.lines[forecast.panelist] = row.line
    question.forecasts.append(forecast)
    if with_outcome and row.cells["outcome"]:
        _resolve(question, row)
    return kind


def _require_readable(text: str, row: Row, *, column: str) -> None:
    try:
        require_readable(text, place=column)
    except Refused as refused:
        raise row.refused(refused.message, column=column, code=refused.code) from None


def _require_fit(question: Question, forecast: Forecast, kind: Kind, row: Row) -> None:
    in_round = f" in round {question.round}" if question.round else ""
    if question.kind != kind:
        first = next(iter(question.lines.values()))
        message = (
            f"{shown(question.name)} has a {kind} here and a {question.kind} on line {first}: a question "
            "asks for one of the two"
        )
        raise row.refused(message, code="two_kinds")
    if forecast.panelist in question.lines:
        message = (
            f"{shown(forecast.panelist)} has forecast {shown(question.name)}{in_round} on line "
            f"{question.lines[forecast.panelist]} already: keep one of the two"
        )
        raise row.refused(message, column="panelist", code="panelist_twice")
    most = MOST_ON_A_RANGE if kind == "range" else MOST_ON_A_PANEL
    if len(question.forecasts) >= most:
        raise row.refused(f"more than {most:,} people on one question: leave some out", code="size")


def _forecast(row: Row, panelist: str) -> Forecast:
    p, low, high = (row.cells.get(each, "") for each in ("p", "lo", "hi"))
    if p:
        return Forecast(panelist, p=_probability(row))
    if not low and not high:
        message = "neither a probability nor an interval: fill p, or lo and hi"
        raise row.refused(message, code="no_forecast")
    for each, text in (("lo", low), ("hi", high)):
        if not text:
            message = f"the interval lacks its bound {each}: fill both lo and hi"
            raise row.refused(message, column=each, code="no_bound")
    return Forecast(panelist, None, *_bounds(row))


def _probability(row: Row) -> float:
    text = row.cells["p"]
    if text.endswith("%"):
        share = replace(row, cells={"p": text[:-1].strip()})
        found = number(share, "p") / 100
        if not 0 <= found <= 1:
            message = f"{text} is no probability: write a number from 0 to 1"
            raise row.refused(message, column="p", code="bad_probability")
        return found
    found = number(row, "p")
    if not 0 <= found <= 1:
        raise row.refused(not_a_probability(found), column="p", code="bad_probability")
    return found


def _bounds(row: Row) -> tuple[float, float]:
    low, high = number(row, "lo"), number(row, "hi")
    if low > high:
        raise row.refused(reversed_interval(low, high), column="lo", code="reversed_interval")
    if max(abs(low), abs(high)) > FARTHEST:
        raise row.refused("the bounds of an interval are within 1e100 of 0", column="hi", code="bad_bound")
    if low > 0 and high / low > WIDEST:
        message = (
            f"from {low:g} to {high:g} says nothing: a 90 % interval spans at most a factor of {WIDEST:.0e}"
        )
        raise row.refused(message, column="hi", code="too_wide")
    return low, high


def _resolve(question: Question, row: Row) -> None:
    came = _happened(row) if question.kind == "probability" else number(row, "outcome")
    if question.outcome is not None and question.outcome != came:
        message = (
            f"{shown(question.name)} came out as {came:g} here and as {question.outcome:g} on line "
            f"{question.resolved_at}: a question has one outcome"
        )
        raise row.refused(message, column="outcome", code="two_outcomes")
    question.outcome, question.resolved_at = came, row.line


def _happened(row: Row) -> float:
    """1 where it happened, 0 where not: also written 1.0, true or yes. Raises Refused for anything else."""
    text = row.cells["outcome"].casefold()
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    if plain in YES:
        return 1.0
    if plain in NO or (plain == "" and text):
        return 0.0
    message = f"found {shown(row.cells['outcome'])}, expected 1 (it happened) or 0 (it did not)"
    raise row.refused(message, column="outcome", code="bad_outcome")
