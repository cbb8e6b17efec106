"""The words of a sentence: what is measured, on which slice, how much, and by which day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from throughline.engine.language.fields import SEVERITIES
from throughline.engine.language.parsing import parse_condition, parse_measure
from throughline.engine.language.syntax import (
    Among,
    And,
    Arithmetic,
    Call,
    Comparison,
    Duration,
    Name,
    Node,
    Passage,
    Text,
)
from throughline.engine.language.writing import written
from throughline.engine.windows import due_text

# How a slice of a field is said in front of its value.
SAID = {"service": "in", "team": "of team", "source": "from", "cwe": "of", "component": "in"}
STATISTICS = {"mean": "Mean", "median": "Median", "p90": "90th percentile of", "sum": "Sum of"}
COUNTED = {"count": "Number of vulnerabilities", "share": "Share"}
WHOLE = {
    "average_open": "Known and open, on average",
    "average_latent": "Present and open, on average",
    "open_at_end": "Open at the end",
    "open_age": "Median age of the open",
    "sla": "Repaired within the SLA",
    "paid_classes_found": "Paid weakness classes that our own tools found",
}


def subject_of(measure: str, *, title: str, where: str) -> str:
    """What is measured and on which slice, without figures; a figure from elsewhere has its title only."""
    if not measure:
        return title
    call = parse_measure(measure)
    said = [title or measure_words(call), where_words(where), _way_of_counting(call)]
    return " ".join(words for words in said if words)


def _way_of_counting(call: Call) -> str:
    """A restricted mean is no plain mean, and its horizon is part of the promise."""
    match call:
        case Call("rmst", (_, Duration() as horizon)):
            return f"(restricted mean, {written(horizon)})"
        case Call("rmst", _):
            return "(restricted mean)"
        case Call("km_median", _):
            return "(open ones counted)"
    return ""


def measure_words(call: Call) -> str:
    """A measure in words.

    >>> measure_words(parse_measure("mean(mitigated - identified)"))
    'Mean time from identified to mitigated'
    >>> measure_words(parse_measure("count(award > 100)"))
    'Number of vulnerabilities where award > 100'
    """
    match call:
        case Call("rmst", (Passage(start, end), *_)):
            return f"Time from {start.name} to {end.name}"
        case Call("km_median", (Passage(start, end), *_)):
            return f"Median time from {start.name} to {end.name}"
        case Call(name, (Arithmetic("-", Name(end_name), Name(start_name)),)) if name in STATISTICS:
            return f"{STATISTICS[name]} time from {start_name} to {end_name}"
        case Call(name, (argument,)) if name in STATISTICS:
            return f"{STATISTICS[name]} {written(argument)}"
        case Call("count", ()):
            return "Number of vulnerabilities"
        case Call("count" | "share" as name, (condition, *_)):
            return f"{COUNTED[name]} where {written(condition)}"
        case Call("sla", (Duration() as limit,)):
            return f"Repaired within {written(limit)}"
        case Call(name, ()) if name in WHOLE:
            return WHOLE[name]
    return written(call)


def where_words(where: str) -> str:
    """A slice in words; what has no short form is said as it is written.

    >>> where_words("severity >= 'high' and service in ('web', 'api')")
    'of high and critical in web or api'
    >>> where_words("award > 100")
    'where award > 100'
    """
    if not where.strip():
        return ""
    tree = parse_condition(where)
    parts = tree.parts if isinstance(tree, And) else (tree,)
    said = [_slice_words(part) for part in parts]
    short = [words for words in said if words]
    rest = [written(part) for part, words in zip(parts, said, strict=True) if not words]
    return " ".join([*short, f"where {' and '.join(rest)}" if rest else ""]).strip()


def _slice_words(node: Node) -> str:
    field, values = _values(node)
    if field == "severity":
        levels = _levels(node, values)
        return f"of {_joined(levels, 'and')}" if levels else ""
    return f"{SAID[field]} {_joined(values, 'or')}" if field in SAID and values else ""


def _values(node: Node) -> tuple[str, list[str]]:
    match node:
        case Comparison(sign, Name(field), Text(value)) if sign == "=" or field == "severity":
            return field, [value]
        case Among(Name(field), choices, False) if all(isinstance(choice, Text) for choice in choices):
            return field, [choice.value for choice in choices if isinstance(choice, Text)]
    return "", []


def _levels(node: Node, values: Sequence[str]) -> list[str]:
    if not isinstance(node, Comparison):
        return list(values)
    at = SEVERITIES.index(values[0].lower()) if values[0].lower() in SEVERITIES else None
    if at is None:
        return []
    spans = {"=": SEVERITIES[at : at + 1], ">=": SEVERITIES[at:], ">": SEVERITIES[at + 1 :]}
    spans |= {"<=": SEVERITIES[: at + 1], "<": SEVERITIES[:at]}
    return list(spans.get(node.sign, ()))


def _joined(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def amount(value: float | None, unit: str) -> str:
    """A figure as it is said: three significant digits, whole numbers in full, a share in percent.

    >>> amount(41.26, "days"), amount(1234.5, "count"), amount(0.625, "share"), amount(None, "days")
    ('41.3', '1,234', '62.5 %', 'no value')
    """
    if value is None:
        return "no value"
    if unit == "share":
        return f"{_digits(value * 100)} %"
    return _digits(value)


def _digits(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text


def day_text(due: datetime) -> str:
    """A due instant as its day: the day that ends there."""
    text = due_text(due)
    day = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=UTC)
    return f"{day.day} {day:%b %Y}"


def unit_word(unit: str) -> str:
    """The word behind an amount, with the space before it; shares and counts have none.

    >>> unit_word("days"), unit_word("share"), unit_word("count")
    (' days', '', '')
    """
    return "" if unit in ("share", "count", "number", "") else f" {unit}"
