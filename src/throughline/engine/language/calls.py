"""The measures of the language: what each takes and means, its unit, and the date that places a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from throughline.engine.language.checked import (
    AverageOpen,
    Calculation,
    CohortFound,
    Column,
    Constant,
    Count,
    Measure,
    OpenAge,
    OpenAtEnd,
    PaidClasses,
    PeriodSurvival,
    Scalar,
    Share,
    Statistic,
    Survival,
    Truncated,
    WithinSla,
)
from throughline.engine.language.checking import Checker
from throughline.engine.language.fields import CORE, Field, Kind, nearest
from throughline.engine.language.syntax import Call, Duration, Node, Passage

DEFAULT_HORIZON_DAYS = 90.0
STATISTICS = ("mean", "median", "p90", "sum")


def checked_measure(checker: Checker, call: Call) -> Measure:
    """The meaning of a measure. Raises Misread, pointing at the argument that does not fit."""
    build = _MEASURES.get(call.name)
    if build is None:
        listed = ", ".join(_MEASURES)
        checker.refuse(
            f"there is no measure '{call.name}'{nearest(call.name, _MEASURES)}: there are {listed}", call
        )
    return build(checker, call)


def unit_of(measure: Measure) -> str:
    """days, count, share or number."""
    match measure:
        case Statistic(_, value):
            return "days" if value.kind is Kind.DURATION else "number"
        case Survival() | OpenAge() | PeriodSurvival() | Truncated("median" | "mean"):
            return "days"
        case Share() | WithinSla() | PaidClasses() | Truncated() | CohortFound():
            return "share"
    return "count"


def default_at(measure: Measure) -> Field | None:
    """The date that puts a record in a period: `a` of mean(a - b), None for areas, else identified."""
    match measure:
        case Statistic(_, Calculation("-", Column(field), Column(_), Kind.DURATION)):
            return field
        case Statistic(_, value):
            return next(_dates(value), CORE["identified"])
        case AverageOpen() | OpenAtEnd() | OpenAge() | PeriodSurvival() | Truncated():
            return None
        case Survival(start):
            return start
        case CohortFound():
            return CORE["introduced"]
    return CORE["identified"]


def _dates(value: Scalar) -> Iterator[Field]:
    match value:
        case Column(field) if field.kind is Kind.DATE:
            yield field
        case Calculation(_, left, right):
            yield from _dates(left)
            yield from _dates(right)


def _statistic(checker: Checker, call: Call) -> Measure:
    argument = _only(checker, call, f"{call.name}(mitigated - identified)")
    value = checker.scalar(argument)
    if value.kind not in (Kind.NUMBER, Kind.DURATION):
        checker.refuse(f"cannot take the {call.name} of {value.kind.value}", argument)
    return Statistic(call.name, value)


def _count(checker: Checker, call: Call) -> Measure:
    if not call.arguments:
        return Count()
    return Count(checker.condition(_only(checker, call, "count(severity >= 'high')")))


def _share(checker: Checker, call: Call) -> Measure:
    return Share(checker.condition(_only(checker, call, "share(severity >= 'high')")))


def _restricted_mean(checker: Checker, call: Call) -> Measure:
    return Survival(*_passage_and_horizon(checker, call))


def _period_mean(checker: Checker, call: Call) -> Measure:
    return PeriodSurvival(*_passage_and_horizon(checker, call))


def _passage_and_horizon(checker: Checker, call: Call) -> tuple[Field, Field, float]:
    example = f"{call.name}(identified -> mitigated, 90 days)"
    if len(call.arguments) not in (1, 2):
        checker.refuse(f"{call.name} takes a passage and a horizon, as in {example}", call)
    start, end = _passage(checker, call.arguments[0], example)
    horizon = _days(checker, call.arguments[1], example) if len(call.arguments) == 2 else DEFAULT_HORIZON_DAYS
    return start, end, horizon


def _survival_median(checker: Checker, call: Call) -> Measure:
    example = "km_median(identified -> mitigated)"
    start, end = _passage(checker, _only(checker, call, example), example)
    return Survival(start, end, None)


def _within_sla(checker: Checker, call: Call) -> Measure:
    if not call.arguments:
        return WithinSla(None)
    return WithinSla(_days(checker, _only(checker, call, "sla(30 days)"), "sla(30 days)"))


def _truncated(checker: Checker, call: Call) -> Measure:
    example = f"{call.name}(identified - introduced, 5 years)"
    if len(call.arguments) not in (1, 2):
        checker.refuse(f"{call.name} takes a time, and may take a window, as in {example}", call)
    match checker.scalar(call.arguments[0]):
        case Calculation("-", Column(end), Column(start), Kind.DURATION) if end is CORE["identified"]:
            window = _days(checker, call.arguments[1], example) if len(call.arguments) == 2 else None
            return Truncated(call.name.removeprefix("truncated_"), start, end, None, window)
    return checker.refuse(
        f"expected the time up to the report, as in {example}: what is still hidden lacks that date alone",
        call.arguments[0],
    )


def _found_within(checker: Checker, call: Call) -> Measure:
    days, window = _share_and_window(checker, call)
    return Truncated("share", CORE["introduced"], CORE["identified"], days, window)


def _cohort_found_within(checker: Checker, call: Call) -> Measure:
    return CohortFound(*_share_and_window(checker, call))


def _share_and_window(checker: Checker, call: Call) -> tuple[float, float | None]:
    example = f"{call.name}(90 days, 1 year)"
    if len(call.arguments) not in (1, 2):
        checker.refuse(f"{call.name} takes a duration, and may take a longer one, as in {example}", call)
    days, *longer = (_days(checker, each, example) for each in call.arguments)
    if longer and longer[0] <= days:
        checker.refuse(f"expected a window above {days:g} days, as in {example}", call.arguments[1])
    return days, longer[0] if longer else None


def _without_arguments(measure: Measure) -> Callable[[Checker, Call], Measure]:
    def build(checker: Checker, call: Call) -> Measure:
        if call.arguments:
            checker.refuse(f"{call.name}() takes nothing between its parentheses", call.arguments[0])
        return measure

    return build


def _only(checker: Checker, call: Call, example: str) -> Node:
    if len(call.arguments) != 1:
        checker.refuse(f"{call.name} takes one argument, as in {example}; found {len(call.arguments)}", call)
    return call.arguments[0]


def _passage(checker: Checker, node: Node, example: str) -> tuple[Field, Field]:
    if not isinstance(node, Passage):
        checker.refuse(f"expected a passage from one date to another, as in {example}", node)
    return checker.date(node.start), checker.date(node.end)


def _days(checker: Checker, node: Node, example: str) -> float:
    value = checker.scalar(node)
    if not isinstance(node, Duration) or not isinstance(value, Constant):
        checker.refuse(f"expected a duration with its unit, as in {example}", node)
    if node.days <= 0:
        checker.refuse(f"expected a duration above 0, as in {example}", node)
    return node.days


_MEASURES: dict[str, Callable[[Checker, Call], Measure]] = {
    **dict.fromkeys(STATISTICS, _statistic),
    "count": _count,
    "share": _share,
    "rmst": _restricted_mean,
    "km_median": _survival_median,
    "period_rmst": _period_mean,
    "average_open": _without_arguments(AverageOpen(CORE["identified"])),
    "average_latent": _without_arguments(AverageOpen(CORE["introduced"])),
    "open_at_end": _without_arguments(OpenAtEnd()),
    "open_age": _without_arguments(OpenAge()),
    "sla": _within_sla,
    "paid_classes_found": _without_arguments(PaidClasses()),
    "truncated_median": _truncated,
    "truncated_mean": _truncated,
    "found_within": _found_within,
    "cohort_found_within": _cohort_found_within,
}
MEASURES = tuple(_MEASURES)
