"""What Prometheus answers, read into dated values. Pure.

Source: prometheus.io, HTTP API (`/api/v1/query`, `/api/v1/query_range`): numbers are text, since JSON has
neither NaN nor infinity; a vector has one sample a series, a matrix many, a scalar has no labels.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from throughline.connectors.dated import TOMORROW, Dated, Doubt, counted
from throughline.engine.dates import EARLIEST
from throughline.engine.refusals import Refused
from throughline.series import values as written
from throughline.series.files import Row

MOST_NAMED = 3
LONGEST_LABELS = 160
# What went wrong, by the word that Prometheus has for it.
_ERRORS = {
    "bad_data": "Prometheus cannot read the query",
    "execution": "Prometheus cannot work the query out",
    "timeout": "Prometheus gave the query up, since it took too long",
    "canceled": "Prometheus gave the query up",
    "unavailable": "Prometheus is not ready",
    "not_found": "Prometheus has nothing at this address",
}


def read(answer: Any, *, unit: str, now: datetime) -> Dated:
    """The values of the one series that an answer holds.

    NaN is no value, as of a day without builds, and is left out; an infinity is a value that cannot be.
    Raises Refused where there is no series, or more than one, and names their labels.
    """
    samples = _samples(_data(answer))
    rows: list[Row] = []
    doubts: list[Doubt] = []
    empty = 0
    for at, text in samples:
        number = _number(text)
        if math.isnan(number):
            empty += 1
        elif doubt := _doubt(at, text, number, unit=unit, now=now):
            doubts.append(doubt)
        else:
            rows.append(Row(at, number))
    if samples and empty == len(samples):
        raise Refused(
            "every value of the query is NaN (it divides nothing by nothing): ask for what there is, "
            "or for a longer time, such as avg_over_time(…[7d])",
            place="query",
            code="no_value",
        )
    said = f"NaN in {counted(empty, 'value')} of {len(samples):,}: left out, since nothing was measured then."
    return Dated(tuple(rows), (*_warnings(answer), *([said] if empty else [])), tuple(doubts))


def refusal(answer: Any) -> Refused | None:
    """Why Prometheus refused, in its own words; None where the answer is no refusal of its kind."""
    if not isinstance(answer, Mapping) or answer.get("status") != "error":
        return None
    kind, said = (str(answer.get(name, "")) for name in ("errorType", "error"))
    return Refused(
        f"{_ERRORS.get(kind, 'Prometheus refused the query')}: {said[:500] or kind or 'it does not say why'}",
        place="query",
        code="query",
    )


def labels(metric: Mapping[str, Any]) -> str:
    """The labels of a series as a query writes them.

    >>> labels({"__name__": "build_seconds", "job": "ci", "branch": "main"})
    'build_seconds{branch="main", job="ci"}'
    """
    pairs = ", ".join(f'{name}="{value}"' for name, value in sorted(metric.items()) if name != "__name__")
    text = f"{metric.get('__name__', '')}{{{pairs}}}"
    return text if len(text) <= LONGEST_LABELS else f"{text[:LONGEST_LABELS]}…"


def _data(answer: Any) -> Mapping[str, Any]:
    if refused := refusal(answer):
        raise refused
    data = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(data, Mapping) or "result" not in data:
        raise _no_prometheus("expected status and data with a result")
    return data


def _samples(data: Mapping[str, Any]) -> list[tuple[datetime, Any]]:
    kind, result = data.get("resultType"), data["result"]
    if kind == "scalar":
        return list(_pairs([result]))
    if kind not in ("vector", "matrix"):
        raise Refused(f"the query gives a {kind}, and a series needs numbers", place="query", code="query")
    if not isinstance(result, list) or not all(isinstance(each, Mapping) for each in result):
        raise _no_prometheus("expected a list of series")
    only = _only(result)
    if "histogram" in only or "histograms" in only:
        message = "the query gives histograms: ask for one number of them, as with histogram_quantile"
        raise Refused(message, place="query", code="query")
    return list(_pairs([only.get("value")] if kind == "vector" else only.get("values")))


def _only(result: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if not result:
        raise Refused(
            "Prometheus has no data for this query in the time that was asked for: look for a typo in its "
            "names, and whether what it measures is still scraped",
            place="query",
            code="no_data",
        )
    if len(result) > 1:
        named = "; ".join(labels(_metric(each)) for each in result[:MOST_NAMED])
        more = f" and {len(result) - MOST_NAMED:,} more" if len(result) > MOST_NAMED else ""
        raise Refused(
            f"the query gives {len(result):,} series ({named}{more}), and a key result needs one: choose one "
            "by a label, or put them together with sum(…), avg(…) or max(…)",
            place="query",
            code="several_series",
        )
    return result[0]


def _metric(series: Mapping[str, Any]) -> Mapping[str, Any]:
    found = series.get("metric")
    return found if isinstance(found, Mapping) else {}


def _pairs(found: Any) -> Iterator[tuple[datetime, Any]]:
    if not isinstance(found, list):
        raise _no_prometheus("expected a list of values")
    for pair in found:
        try:
            at, text = pair
            yield datetime.fromtimestamp(float(at), UTC), text
        except (TypeError, ValueError, OverflowError, OSError):
            raise _no_prometheus("expected an instant and a number") from None


def _warnings(answer: Any) -> Iterator[str]:
    """What Prometheus itself warns of, such as a part of several that did not answer."""
    found = answer.get("warnings")
    for each in found[:MOST_NAMED] if isinstance(found, list) else ():
        yield f"It warns: {str(each)[:300]}"


def _number(text: Any) -> float:
    try:
        # A number that is no text was rounded by somebody between; Prometheus writes text.
        return float(text) if isinstance(text, str) else math.inf
    except ValueError:
        return math.inf


def _doubt(at: datetime, text: Any, number: float, *, unit: str, now: datetime) -> Doubt | None:
    place, cell = f"{at:%Y-%m-%d %H:%M}", str(text)[:60]
    if at > now + TOMORROW:
        return Doubt(place, cell, "the instant lies in the future")
    if at.year < EARLIEST:
        return Doubt(place, cell, f"the instant lies before {EARLIEST}")
    if math.isinf(number):
        reason = f"'{cell}' is no number that can be counted with"
        hint = " (a division by nothing: let the query leave those out with `and … > 0`)"
        return Doubt(place, cell, reason + (hint if "inf" in cell.casefold() else ""))
    try:
        written.value_of(repr(number), unit=unit)
    except Refused as refused:
        return Doubt(place, cell, refused.message)
    return None


def _no_prometheus(expected: str) -> Refused:
    return Refused(
        f"the answer is not that of Prometheus ({expected}): look whether the address is that of its API",
        place="address",
        code="nonsense",
    )
