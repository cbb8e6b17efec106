"""Key results in words before anything is measured: the name, and the promise as far as it is written."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.engine.catalogue import READY_MADE
from throughline.engine.refusals import Refused
from throughline.engine.sentences import day_text, subject_of
from throughline.objectives.models import KeyResult, Version
from throughline.objectives.sketches import terms_of_sketch
from throughline.objectives.terms import MEASURED, Terms, Undecidable

UNWRITTEN = "a key result still to be written"


def names_of(found: Iterable[KeyResult]) -> dict[int, str]:
    """A short name for each, by its number; two questions whatever their number."""
    key_results = list(found)
    versions = Version.objects.filter(key_result__in=key_results).order_by("number")
    newest = {version.key_result_id: version for version in versions}
    return {
        each.pk: _name(newest[each.pk].title, newest[each.pk].metric, newest[each.pk].where, each.key)
        if each.pk in newest
        else name_of_sketch(each)
        for each in key_results
    }


def name_of_sketch(key_result: KeyResult) -> str:
    """The title of a sketch, or what it measures."""
    said = key_result.sketch or {}
    return _name(said.get("title", ""), said.get("metric", ""), said.get("where", ""), UNWRITTEN)


def sentence_of_sketch(key_result: KeyResult) -> str:
    """The promise of a sketch as far as it is written; what is missing is said as missing."""
    try:
        return sentence_of_terms(terms_of_sketch(key_result))
    except Undecidable:
        return name_of_sketch(key_result)


def sentence_of_terms(terms: Terms) -> str:
    """The promise in one line, from the fields as written.

    >>> from datetime import UTC, datetime
    >>> sentence_of_terms(Terms(metric="arrivals", target="20", start=datetime(2027, 1, 1, tzinfo=UTC),
    ...     due=datetime(2027, 4, 1, tzinfo=UTC), owner=""))
    'Arrivals, from what is measured at the start to 20 by 31 Mar 2027'
    >>> sentence_of_terms(Terms(start=datetime(2027, 1, 1, tzinfo=UTC),
    ...     due=datetime(2027, 4, 1, tzinfo=UTC), owner=""))
    'A measure still open, from what is measured at the start to a target still open by 31 Mar 2027'
    """
    by = f"by {day_text(terms.due)}"
    subject = _subject(terms.metric, terms.where)
    match terms.kind:
        case "keep":
            return f"Keep {_lowered(subject)} {_bounds(terms)} until {day_text(terms.due)}"
        case "milestone":
            steps = f"{len(terms.steps)} step{'' if len(terms.steps) == 1 else 's'}"
            return f"{terms.title or 'Take the steps agreed'}: {steps} {by}"
        case "binary":
            return f"{terms.title or terms.acceptance or 'A named event happens'}, {by}"
        case "baseline":
            return f"Measure {_lowered(subject)} for the first time {by}"
    start = "what is measured at the start" if terms.baseline == MEASURED else terms.baseline
    return f"{subject}, from {start} to {terms.target or 'a target still open'} {by}"


def _name(title: str, metric: str, where: str, otherwise: str) -> str:
    return title or (_subject(metric, where) if metric else otherwise)


def _subject(metric: str, where: str) -> str:
    if not metric.strip():
        return "A measure still open"
    named = READY_MADE.get(metric)
    try:
        return subject_of(named.measure if named else metric, title=named.title if named else "", where=where)
    except Refused:
        return metric


def _bounds(terms: Terms) -> str:
    if terms.bound_low and terms.bound_high:
        return f"between {terms.bound_low} and {terms.bound_high}"
    if terms.bound_low:
        return f"at {terms.bound_low} or more"
    return f"at {terms.bound_high} or less" if terms.bound_high else "inside bounds still open"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
