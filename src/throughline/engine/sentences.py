"""The words of a sentence: what is measured, on which slice, how much, and by which day."""

from __future__ import annotations

from datetime import UTC, datetime

from throughline.engine.conditions import (
    EXPLOITED,
    canonical,
    condition_words,
    date_words,
    held_words,
    joined,
    passage_end,
    severities_of,
    text_words,
    value_words,
)
from throughline.engine.language.parsing import parse_condition, parse_measure
from throughline.engine.language.syntax import (
    Among,
    And,
    Arithmetic,
    Call,
    Comparison,
    Duration,
    Holds,
    Name,
    Node,
    Not,
    Or,
    Passage,
    Text,
    Truth,
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
        case Call("period_rmst", (_, Duration() as horizon)):
            return f"(at the pace of the period, {written(horizon)})"
        case Call("period_rmst", _):
            return "(at the pace of the period)"
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
    'Number of vulnerabilities where the bounty paid is above 100'
    """
    match call:
        case Call("rmst" | "period_rmst", (Passage(start, end), *_)):
            return f"Time from {passage_end(start.name)} to {passage_end(end.name)}"
        case Call("km_median", (Passage(start, end), *_)):
            return f"Median time from {passage_end(start.name)} to {passage_end(end.name)}"
        case Call(name, (Arithmetic("-", Name(end_name), Name(start_name)),)) if name in STATISTICS:
            return f"{STATISTICS[name]} time from {passage_end(start_name)} to {passage_end(end_name)}"
        case Call(name, (argument,)) if name in STATISTICS:
            return f"{STATISTICS[name]} {value_words(argument).removeprefix('the ')}"
        case Call("count", ()):
            return "Number of vulnerabilities"
        case Call("count" | "share" as name, (condition, *_)):
            return f"{COUNTED[name]} {slice_words(condition)}"
        case Call("truncated_median" | "truncated_mean" as name, (Arithmetic("-", Name(), Name(start)), *_)):
            which = name.removeprefix("truncated_").capitalize()
            return f"{which} time from {passage_end(start)} to identified, the hidden ones reckoned with"
        case Call("found_within", (Duration() as limit, *_)):
            return f"Found within {written(limit)} of introduction, the hidden ones reckoned with"
        case Call("cohort_found_within", (Duration() as limit, *_)):
            return f"Found within {written(limit)}, by when it was introduced"
        case Call("sla", (Duration() as limit,)):
            return f"Repaired within {written(limit)}"
        case Call(name, ()) if name in WHOLE:
            return WHOLE[name]
    return written(call)


def where_words(where: str) -> str:
    """A slice in words: the shortest that each part has, and the rest behind a "where".

    >>> where_words("severity >= 'high' and service in ('web', 'api')")
    'of high and critical in web or api'
    >>> where_words("award > 100 and not kev")
    'not known to be exploited where the bounty paid is above 100'
    """
    return slice_words(parse_condition(where)) if where.strip() else ""


def slice_words(tree: Node) -> str:
    """As `where_words`, of a condition that was read already."""
    parts = tree.parts if isinstance(tree, And) else (tree,)
    said = [_short(part) for part in parts]
    rest = [part for part, words in zip(parts, said, strict=True) if not words]
    clause = condition_words(And(tuple(rest)) if len(rest) > 1 else rest[0]) if rest else ""
    return " ".join(words for words in (*said, f"where {clause}" if clause else "") if words)


def _short(node: Node) -> str:
    """A part of a slice in a few words, where there are some."""
    match node:
        case Not(Name("kev")) | Comparison("=", Name("kev"), Truth(False)):
            return EXPLOITED[1]
        case Name("kev") | Comparison("=", Name("kev"), Truth(True)):
            return EXPLOITED[0]
        case Holds(value, collection, negated):
            return held_words(collection.name, [value.value], negated=negated)
    field, values = _values(node)
    if field == "severity":
        return f"of {joined(values, 'and')}" if values else ""
    said = joined([text_words(value) for value in values], "or")
    return f"{SAID[field]} {said}" if field in SAID and all(values) and values else date_words(node)


def _values(node: Node) -> tuple[str, list[str]]:
    """The field that a part asks one of some texts of, and the texts."""
    match node:
        case Comparison(sign, Name(name), Text(value)) if canonical(name) == "severity":
            return "severity", severities_of(sign, value)
        case Comparison("=", Name(name), Text(value)):
            return canonical(name), [value]
        case Among(Name(name), choices, False) if all(isinstance(choice, Text) for choice in choices):
            return canonical(name), [choice.value for choice in choices if isinstance(choice, Text)]
        case Or(parts):
            each = [_values(part) for part in parts]
            same = {field for field, _ in each}
            return (each[0][0] if len(same) == 1 else ""), [value for _, found in each for value in found]
    return "", []


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
