"""Names that a condition asks for and nobody has: a team, service or source that is misspelt or gone.

Of fixed sets (severity, state, kind) such a name is refused when it is read. Here it is told as a warning,
since a service that is gone must not break the boards and key results that name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlglot import exp

from throughline.accounts.access import Scope
from throughline.accounts.models import Team
from throughline.engine.conditions import joined
from throughline.engine.language.checked import (
    All,
    Column,
    Compared,
    Condition,
    Count,
    OneOf,
    Share,
    named_values,
)
from throughline.engine.language.fields import Field, nearest
from throughline.engine.metrics import Metric
from throughline.measures.engines.duckdb import not_null, text
from throughline.measures.evaluation.answers import Warning
from throughline.measures.evaluation.population import Population
from throughline.vulnerabilities.models import Service

SETS = frozenset({"team", "service", "source", "feed", "environment"})
# Where none is near, so many of those that there are stand in the sentence.
MOST_LISTED = 5


def unknown_values(metric: Metric, population: Population, *, fits: bool) -> list[Warning]:
    """The names that a question asks for and no record has; `fits` where some record fits its condition."""
    measure = metric.measure
    own = measure.condition if isinstance(measure, Share | Count) else None
    asked = [*_asked(metric.condition, fits=fits), *_named(own)]
    return _absent(asked, population)


def unknown_names(population: Population, *, fits: bool) -> list[Warning]:
    """The same of what a list is filtered by; `fits` where it has a row."""
    return _absent(_asked(population.condition, fits=fits), population)


def _absent(asked: Iterable[tuple[Field, str]], population: Population) -> list[Warning]:
    every = replace(population, condition=None, also=())
    absent = [(field, value) for field, value in dict.fromkeys(asked) if not _is_there(field, value, every)]
    if not absent:
        return []
    return [Warning("no_such_value", " ".join(_said(field, value, every) for field, value in absent))]


def misnamed(warnings: Iterable[Warning]) -> list[Warning]:
    """Those among the warnings of an answer that say so."""
    return [each for each in warnings if each.code == "no_such_value"]


def _asked(condition: Condition | None, *, fits: bool) -> Iterator[tuple[Field, str]]:
    parts = condition.parts if isinstance(condition, All) else (condition,)
    for part in parts:
        if not (fits and _is_of_one(part)):
            yield from _named(part)


def _named(condition: Condition | None) -> Iterator[tuple[Field, str]]:
    if condition is not None:
        yield from ((field, value) for field, value in named_values(condition) if field.name in SETS)


def _is_of_one(part: Condition | None) -> bool:
    """Whether all that fits has this one value, so that it need not be looked for."""
    match part:
        case Compared("=") | OneOf(_, (_,)):
            return True
    return False


def _is_there(field: Field, value: str, every: Population) -> bool:
    column = every.compiler.value(Column(field))
    query = every.select({"one": exp.true()}, where=[exp.EQ(this=column, expression=text(value))])
    return bool(every.rows(query.limit(1))) or value in _catalogued(field, every.scope)


def _said(field: Field, value: str, every: Population) -> str:
    column = every.compiler.value(Column(field))
    found = every.rows(every.select({"value": column}, where=[not_null(column.copy())]).distinct())
    known = sorted(
        {*(str(each) for [each] in found if each), *_catalogued(field, every.scope)}, key=str.casefold
    )
    told = nearest(value, known)
    if not told and known:
        more = [f"{len(known) - MOST_LISTED:,} more"] if len(known) > MOST_LISTED else []
        be = "is" if len(known) == 1 else "are"
        told = f": there {be} {joined([*known[:MOST_LISTED], *more], 'and')}"
    return f"There is no {field.name} '{value}'{told}."


def _catalogued(field: Field, scope: Scope) -> set[str]:
    """Names that this person may know of without a record that has them."""
    if field.name == "team":
        return set(Team.objects.values_list("name", flat=True)) if scope.everything else set(scope.teams)
    if field.name == "service":
        services = Service.objects.all()
        seen = services if scope.everything else services.filter(team__name__in=scope.teams)
        return set(seen.values_list("name", flat=True))
    return set()
