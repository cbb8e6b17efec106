"""A metric as data: defined once, checked against the fields at hand, echoed in full with every answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from throughline.engine.catalogue import READY_MADE as READY_MADE
from throughline.engine.definitions import Definition
from throughline.engine.language.calls import checked_measure, default_at, unit_of
from throughline.engine.language.checked import (
    All,
    Condition,
    Grouping,
    Measure,
    PeriodSurvival,
    Statistic,
    Survival,
    is_never_negative,
)
from throughline.engine.language.checking import Checker
from throughline.engine.language.fields import UNITS_OF_TIME, Field, Kind, Schema, nearest
from throughline.engine.language.parsing import parse_condition, parse_grouping, parse_measure
from throughline.engine.language.syntax import And, Call, Comparison, Duration, Name, Node, Text, parts_of
from throughline.engine.language.tokens import NOWHERE
from throughline.engine.language.writing import written
from throughline.engine.refusals import Refused

ASSUMED_WHERE = "state in ('confirmed', 'accepted')"
MOST_GROUPINGS = 4
# So many dimensions are named where one is asked for that is none.
MOST_DIMENSIONS = 20
_METRIC_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Metric:
    """A definition whose every word is understood. `condition` includes what is assumed about the state."""

    definition: Definition
    measure: Measure
    condition: Condition | None
    at: Field | None
    by: tuple[Grouping, ...]
    unit: str
    measure_text: str
    where_text: str
    assumed: bool

    @property
    def is_never_negative(self) -> bool:
        """Whether no records could give a figure below 0: counts, shares, times of a record's life."""
        return not isinstance(self.measure, Statistic) or is_never_negative(self.measure.value)

    def echo(self) -> dict[str, object]:
        """The definition as an answer carries it: canonical, with the assumed filter spelt out."""
        return {
            "name": self.definition.name,
            "title": self.definition.title,
            "measure": self.measure_text,
            "where": self.where_text,
            "assumed": ASSUMED_WHERE if self.assumed else "",
            "at": self.at.name if self.at else None,
            "by": [grouping.label for grouping in self.by],
            "unit": self.unit,
            "better": self.definition.better,
        }


def define(text: str) -> Definition:
    """The definition that a text names, else the one that it spells. Names are looked up before parsing.

    Raises Refused for a name that is not known, with the nearest one.

    >>> define("time_to_detect").measure
    'mean(identified - introduced)'
    >>> define("count()").measure
    'count()'
    """
    text = text.strip()
    if text in READY_MADE:
        return READY_MADE[text]
    if _METRIC_NAME.fullmatch(text):
        message = f"there is no metric '{text}'{nearest(text, READY_MADE)}; an expression looks like count()"
        raise Refused(message, place="metric", code="metric")
    return Definition(measure=text)


def refine(
    definition: Definition, *, where: str = "", at: str | None = None, by: tuple[str, ...] = ()
) -> Definition:
    """The same metric on a slice: conditions join by `and`, the other words replace its own where given."""
    both = [text for text in (definition.where, where.strip()) if text]
    joined = both[0] if len(both) == 1 else " and ".join(f"({text})" for text in both)
    if len(both) == 2:
        # Parsed alone first, so that an error points into the text that the person wrote.
        parse_condition(both[1], place="where")
    return replace(definition, where=joined, at=at or definition.at, by=by or definition.by)


def check(definition: Definition, schema: Schema) -> Metric:
    """The metric that a definition means with these fields. Raises Misread or Refused with the place.

    >>> check(Definition(measure="mean(mitigated - identified)"), Schema.of()).where_text
    "state in ('confirmed', 'accepted')"
    """
    call = parse_measure(definition.measure, place="measure")
    measure = checked_measure(Checker(schema, definition.measure, "measure"), call)
    where, condition, assumed = _population(definition.where, call, schema)
    at = _at(definition, measure, schema)
    return Metric(
        definition=definition,
        measure=measure,
        condition=condition,
        at=at,
        by=_groupings(definition.by, at, schema),
        unit=definition.unit or unit_of(measure),
        measure_text=written(_whole(call, measure)),
        where_text=written(where) if where else "",
        assumed=assumed,
    )


def check_where(text: str, schema: Schema) -> Condition | None:
    """The condition of a filter alone, as the explorer uses it; nothing is assumed about the state."""
    if not text.strip():
        return None
    return Checker(schema, text, "where").condition(parse_condition(text, place="where"))


def says_state(text: str) -> bool:
    """Whether a condition says which states count, so that nothing is to be assumed about them.

    >>> says_state("state = 'potential'"), says_state("service = 'state-api'")
    (True, False)
    """
    return bool(text.strip()) and _mentions_state(parse_condition(text, place="where"))


def _population(text: str, call: Node, schema: Schema) -> tuple[Node | None, Condition | None, bool]:
    where = parse_condition(text, place="where") if text.strip() else None
    condition = Checker(schema, text, "where").condition(where) if where else None
    if _mentions_state(call) or (where is not None and _mentions_state(where)):
        return where, condition, False
    assumed = parse_condition(ASSUMED_WHERE)
    meant = Checker(schema, ASSUMED_WHERE).condition(assumed)
    if where is None or condition is None:
        return assumed, meant, True
    parts = where.parts if isinstance(where, And) else (where,)
    return And((*parts, assumed)), All((condition, meant)), True


def _mentions_state(node: Node) -> bool:
    """Whether a person already said which states count; asking for rejected ones says so too."""
    for part in parts_of(node):
        if isinstance(part, Name) and part.name.lower() == "state":
            return True
        if isinstance(part, Text) and part.value.lower() == "rejected":
            return True
    return False


def _at(definition: Definition, measure: Measure, schema: Schema) -> Field | None:
    default = default_at(measure)
    if not definition.at:
        return default
    if default is None:
        raise Refused(
            f"{definition.measure} looks at windows of time, so no date puts a record in one: leave it out",
            place="at",
            code="expression",
        )
    checker = Checker(schema, definition.at, "at")
    return checker.date(_name(definition.at, "at"))


def _name(text: str, place: str) -> Name:
    name, unit = parse_grouping(text, place=place)
    if unit is not None:
        raise Refused(f"expected one date field, found '{text}'", place=place, code="expression")
    return name


def _groupings(texts: tuple[str, ...], at: Field | None, schema: Schema) -> tuple[Grouping, ...]:
    if len(texts) > MOST_GROUPINGS:
        raise Refused(f"expected at most {MOST_GROUPINGS} dimensions, found {len(texts)}", place="by")
    found = tuple(grouping(text, at, schema) for text in texts)
    labels = [each.label for each in found]
    repeated = next((label for label in labels if labels.count(label) > 1), None)
    if repeated:
        raise Refused(f"'{repeated}' is named twice", place="by")
    return found


def grouping(text: str, at: Field | None, schema: Schema) -> Grouping:
    """One dimension: a unit of time of `at`, `identified.month`, `month(identified)`, or a field."""
    first, unit = parse_grouping(text, place="by")
    if unit is None and first.name.lower() in UNITS_OF_TIME:
        return Grouping(first.name.lower(), at, first.name.lower())
    checker = Checker(schema, text, "by")
    if unit is not None:
        return _period_grouping(checker, first, unit)
    field = schema.find(first.name)
    if field is None:
        near = nearest(first.name, [*schema.names(), *UNITS_OF_TIME]) or _dimensions(schema)
        checker.refuse(f"there is no field '{first.name}'{near}", first)
    if field.kind is Kind.DATE:
        checker.refuse(
            f"'{first.name}' is a date: say {first.name}.month, or another of week, quarter, year", first
        )
    if field.kind is Kind.COLLECTION:
        checker.refuse(f"'{first.name}' holds several texts: ask where 'x' in {first.name} instead", first)
    return Grouping(field.name, field)


def _whole(call: Call, measure: Measure) -> Call:
    """A measure with the horizon that it has where none was said: its figure depends on it."""
    match measure:
        case Survival(_, _, float() as horizon) | PeriodSurvival(_, _, float() as horizon):
            if len(call.arguments) == 1:
                return replace(call, arguments=(*call.arguments, Duration(horizon, "day")))
    return call


def _dimensions(schema: Schema) -> str:
    names = [field.name for field in schema.dimensions()]
    more = " …" if len(names) > MOST_DIMENSIONS else ""
    return f"; the dimensions are {', '.join(names[:MOST_DIMENSIONS])}{more}"


def _period_grouping(checker: Checker, name: Name, unit: Name) -> Grouping:
    if unit.name.lower() not in UNITS_OF_TIME:
        listed = ", ".join(UNITS_OF_TIME)
        checker.refuse(
            f"there is no period '{unit.name}'{nearest(unit.name, UNITS_OF_TIME)}: it is {listed}", unit
        )
    field = checker.date(name)
    return Grouping(f"{field.name}.{unit.name.lower()}", field, unit.name.lower())


UNKNOWN = "unknown"


def equals(field: str, value: str, kind: Kind = Kind.TEXT) -> str:
    """The text of the condition that a field has a value; 'unknown' asks for rows without one.

    >>> equals("service", "web")
    "service = 'web'"
    >>> equals("tier", "1", Kind.NUMBER)
    'tier = 1'
    """
    name = Name(field, span=NOWHERE)
    if value == UNKNOWN:
        return f"{written(name)} is null"
    if kind in (Kind.NUMBER, Kind.BOOLEAN):
        return f"{written(name)} = {value}"
    return written(Comparison("=", name, Text(value)))
