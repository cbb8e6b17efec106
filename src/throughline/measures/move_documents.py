"""Why a metric moved, as a sentence, as JSON and as a table: the same on every way in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.engine.dates import iso
from throughline.engine.mix import Term
from throughline.measures.evaluation.answers import Row
from throughline.measures.moves import Group, Moved
from throughline.measures.ranges import Range
from throughline.site.plain import plain
from throughline.ui import words
from throughline.ui.comparing import moved_by

FIGURES = (
    *("then", "n_then", "share_then", "now", "n_now", "share_now"),
    *("rate", "mix", "total", "clearly"),
)
# Of a change, what is smaller than this is not worth a word.
WORTH_A_WORD = 0.005


def sentence(found: Moved) -> str:
    """What changed, by how much, and by which groups."""
    split, unit = found.split, found.unit
    then, now = found.spans
    ends = (
        f"from {words.figure(split.then, unit)} ({then}) to {words.figure(split.now, unit)} ({now}): "
        f"{moved_by(split.change, unit)}."
    )
    if not split.change:
        return f"It is {words.figure(split.now, unit)} in both {then} and {now}."
    start = f"It {'rose' if split.change > 0 else 'fell'} {ends}"
    if not split.terms:
        return start
    told = _of_sums(found) if found.adds_up else [*_of_rates(found), *_of_mix(found), *_of_rest(found)]
    return " ".join((start, *told))


def _of_sums(found: Moved) -> Iterator[str]:
    along = [term for term in found.split.terms if term.rate * found.split.change > 0]
    against = [term for term in found.split.terms if term.rate * found.split.change < 0]
    if along:
        yield f"Most of it is {along[0].name} ({moved_by(along[0].rate, found.unit)})."
    if against:
        yield f"The other way went {against[0].name} ({moved_by(against[0].rate, found.unit)})."


def _of_rates(found: Moved) -> Iterator[str]:
    rate, unit = found.split.rate, found.unit
    if not _is_worth_it(rate, found):
        yield "The groups' own figures made no difference."
        return
    most = max(found.split.terms, key=lambda term: term.rate * rate)
    yield (
        f"{moved_by(rate, unit)} is that the groups themselves changed, most {most.name} "
        f"({moved_by(most.rate, unit)})."
    )


def _of_mix(found: Moved) -> Iterator[str]:
    mix, unit = found.split.mix, found.unit
    if not _is_worth_it(mix, found):
        yield "The mix of groups made no difference."
        return
    most = max(found.split.terms, key=lambda term: term.mix * mix)
    shares = f"{words.figure(most.share_then, 'share')} of the records, then {_share_now(most)}"
    yield (
        f"{moved_by(mix, unit)} is that their mix changed, most by {most.name} ({shares}: "
        f"{moved_by(most.mix, unit)})."
    )


def _of_rest(found: Moved) -> Iterator[str]:
    if _is_worth_it(found.split.rest, found):
        yield f"{moved_by(found.split.rest, found.unit)} is neither: {why_rest(found)}."


def why_rest(found: Moved) -> str:
    """Why the terms do not add up to the change."""
    left_out = len(found.groups) - len(found.split.terms)
    if left_out:
        return f"{left_out} of the groups {'has' if left_out == 1 else 'have'} no figure in a period"
    return "this figure is no plain mean of its groups"


def _is_worth_it(part: float, found: Moved) -> bool:
    return abs(part) > WORTH_A_WORD * max(abs(found.split.change), abs(found.split.rate), 1e-9)


def _share_now(term: Term) -> str:
    return words.figure(term.share_now, "share")


def document(found: Moved) -> dict[str, Any]:
    """The answer for programs."""
    split = found.split
    told = {
        "metric": found.question.metric,
        "unit": found.unit,
        "by": list(found.question.by),
        "then": _period(found.before, found.then),
        "now": _period(found.question.range, found.now),
        "change": split.change,
        "rate": split.rate,
        "mix": split.mix,
        "rest": split.rest,
        "adds_up": found.adds_up,
        "said": sentence(found),
        "groups": [
            {"group": found.groups[term.name].names, **_figures(term, found.groups[term.name])}
            for term in split.terms
        ],
        "left_out": [group.names for name, group in found.groups.items() if name not in _named(found)],
        "definition": found.metric.echo(),
    }
    return dict(plain(told))


def header(found: Moved) -> list[str]:
    """The columns of the file."""
    return [*found.question.by, *FIGURES, "unit"]


def table(found: Moved) -> Iterator[list[Any]]:
    """One row a group, the largest change first."""
    for term in found.split.terms:
        group = found.groups[term.name]
        yield [*group.names.values(), *_figures(term, group).values(), found.unit]


def _named(found: Moved) -> set[str]:
    return {term.name for term in found.split.terms}


def _figures(term: Term, group: Group) -> dict[str, Any]:
    told = {
        "then": term.then,
        "n_then": group.then.n if group.then else 0,
        "share_then": term.share_then,
        "now": term.now,
        "n_now": group.now.n if group.now else 0,
        "share_now": term.share_now,
        "rate": term.rate,
        "mix": term.mix,
        "total": term.total,
        "clearly": group.clearly,
    }
    return {name: told[name] for name in FIGURES}


def _period(span: Range, row: Row) -> dict[str, Any]:
    return {
        "from": iso(span.since) if span.since else None,
        "to": iso(span.until) if span.until else None,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
    }
