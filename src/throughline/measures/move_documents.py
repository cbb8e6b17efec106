"""Why a metric moved, as a sentence, as JSON and as a table: the same on every way in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughline.engine.conditions import joined
from throughline.engine.dates import iso
from throughline.engine.language.checked import PeriodSurvival, Survival
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
# More groups than these are not named in a sentence.
MOST_NAMED = 3


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
        return " ".join((start, *_of_rest(found)))
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
    no_mean = "this figure is no plain mean of its groups"
    left_out = [part.name for part in found.split.left_out]
    if not left_out:
        return no_mean
    few = left_out if len(left_out) <= MOST_NAMED else [*left_out[:2], f"{len(left_out) - 2} more groups"]
    have, they = ("has", "it") if len(left_out) == 1 else ("have", "they")
    why = f"{joined(few, 'and')} {have} no figure in a period, so what {they} did is hidden here"
    return why if found.metric.unit == "share" else f"{why}; besides, {no_mean}"


def left_out(found: Moved) -> str:
    """The groups that have records and no figure, by name, with the reason; empty where there are none."""
    parts = found.split.left_out
    if not parts:
        return ""
    match found.metric.measure:
        case PeriodSurvival():
            why = "too few at risk"
        case Survival():
            why = "not followed long enough"
        case _:
            why = "no figure in a period"
    names = joined([part.name for part in parts], "and")
    sizes = f"n {sum(part.n_then for part in parts):,.0f}, then {sum(part.n_now for part in parts):,.0f}"
    return f"Left out: {names}, {why} ({sizes})."


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
        "left_out": [found.groups[part.name].names for part in split.left_out],
        "warnings": [{"code": each.code, "message": each.message} for each in found.misnamed],
        "definition": found.metric.echo(),
    }
    return dict(plain(told))


def header(found: Moved) -> list[str]:
    """The columns of the file."""
    return [*found.question.by, *FIGURES, "unit"]


def table(found: Moved) -> Iterator[list[Any]]:
    """One row a group, the largest change first; one that is left out adds nothing that could be told."""
    for term in found.split.terms:
        group = found.groups[term.name]
        yield [*group.names.values(), *_figures(term, group).values(), found.unit]
    for part in found.split.left_out:
        then = (part.then, int(part.n_then), part.n_then / max(found.then.n, 1))
        now = (part.now, int(part.n_now), part.n_now / max(found.now.n, 1))
        yield [*found.groups[part.name].names.values(), *then, *now, None, None, None, "", found.unit]


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
