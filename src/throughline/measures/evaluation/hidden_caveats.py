"""What a reader must know of a time to detection that reckons with what is still hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from throughline.engine.calendar import from_days
from throughline.engine.language.checked import CohortFound, Truncated
from throughline.engine.language.syntax import DAYS_IN
from throughline.engine.metrics import READY_MADE, Metric
from throughline.measures.evaluation.answers import Warning
from throughline.measures.evaluation.estimates import Figure

# Less than this changes no figure by much.
TELLING = 0.1


def begins_with_register(metric: Metric) -> bool:
    """Whether it is a ready-made metric that leaves out what was introduced before the first report.

    Of that time only the slow finds are recorded, and a reader of a headline does not know to ask without.
    """
    return metric.definition.name in READY_MADE and isinstance(metric.measure, Truncated | CohortFound)


def caveats(metric: Metric, figures: Sequence[Figure], *, first_report: str = "") -> Iterator[Warning]:
    """Of which window it is, and where there are too few to tell.

    `first_report` is the day since which it counts what was introduced, where it begins with the register.
    """
    if first_report:
        yield Warning(
            "register_begins",
            f"This is of what was introduced since the first report, of {first_report}: of flaws of before "
            "that day only those that were found late are recorded, and they are left out.",
        )
    if isinstance(metric.measure, CohortFound):
        yield from _growing(metric.measure, figures)
        yield from _running(metric.measure, figures)
        yield from () if first_report else _begins(figures)
    if not isinstance(metric.measure, Truncated):
        return
    yield from _window(metric.measure, figures)
    if any(each.unit for each in metric.by):
        yield Warning(
            "one_in_another",
            "Each figure is of all that was found until its period ended, so it holds the records of the "
            "periods before once more: they are not comparable as if each were of its own.",
        )
    yield from () if first_report else _begins(figures)
    yield from _too_short(metric.measure, figures)
    yield from _not_followed(metric.measure, figures)
    yield from _broken(figures)
    yield from _thin(figures)


def words_of(days: float) -> str:
    """Days as a person says them.

    >>> words_of(9212), words_of(365.25), words_of(90)
    ('25.2 years', '1 year', '90 days')
    """
    if days < DAYS_IN["year"]:
        return "1 day" if days == 1 else f"{days:,.3g} days"
    years = f"{days / DAYS_IN['year']:.3g}"
    return "1 year" if years == "1" else f"{years} years"


def _window(measure: Truncated, figures: Sequence[Figure]) -> Iterator[Warning]:
    windows = [figure.window for figure in figures if figure.window is not None]
    if not windows:
        return
    least, most = words_of(min(windows)), words_of(max(windows))
    if least == most:
        yield Warning(
            "given_found",
            f"This is given found within {most}: what takes longer, or is never found, is in no record and "
            "in no part of this figure.",
        )
        return
    yield Warning(
        "given_found",
        f"Each figure is given found within its own window, from {least} to {most}: what takes longer is not "
        f"in it. Say one window to compare them, as in {_example(measure)}.",
    )


def _example(measure: Truncated) -> str:
    if measure.name == "share":
        return "found_within(1 year, 5 years)"
    return f"truncated_{measure.name}(identified - introduced, 5 years)"


def _too_short(measure: Truncated, figures: Sequence[Figure]) -> Iterator[Warning]:
    days = measure.days
    if days is not None and any(each.window is not None and days >= each.window for each in figures):
        yield Warning(
            "horizon_beyond_data",
            f"No record says how many take longer than {words_of(days)}: there is no share of a window that "
            "is not longer. Ask for fewer days.",
        )


def _not_followed(measure: Truncated, figures: Sequence[Figure]) -> Iterator[Warning]:
    groups = sum(figure.beyond for figure in figures)
    if not groups:
        return
    whose = "There are" if len(figures) == 1 else f"In {groups} of {len(figures)} figures there are"
    if measure.window is None:
        said = "fewer than five records that could have been found at one and the same age"
    else:
        said = f"fewer than five records that were introduced {words_of(measure.window)} before"
    yield Warning("horizon_beyond_data", f"{whose} {said}, so there is no figure.")


def _broken(figures: Sequence[Figure]) -> Iterator[Warning]:
    if groups := sum(figure.broken for figure in figures):
        whose = "The" if len(figures) == 1 else f"In {groups} of {len(figures)} figures the"
        yield Warning(
            "no_overlap",
            f"{whose} flaws that were found late were introduced so long before those found early that "
            "nothing tells how many there are of each: there is no figure.",
        )


def _thin(figures: Sequence[Figure]) -> Iterator[Warning]:
    days = [each.thin_from for each in figures if each.thin_from is not None and not each.broken]
    if days:
        whose = "Below" if len(figures) == 1 else f"In {len(days)} of {len(figures)} figures, below"
        yield Warning(
            "few_at_risk",
            f"{whose} {words_of(max(days))} fewer than five records could have been found at each age: that "
            "part of the figure is read off those few.",
        )


def _growing(measure: CohortFound, figures: Sequence[Figure]) -> Iterator[Warning]:
    if measure.until is None and any(figure.estimate.n for figure in figures):
        yield Warning(
            "cohort_grows",
            "This is of what is known today: each old flaw that comes to light lowers the share of the time "
            "when it was introduced. A window ends that, as in cohort_found_within(90 days, 1 year).",
        )


def _running(measure: CohortFound, figures: Sequence[Figure]) -> Iterator[Warning]:
    if running := sum(figure.running for figure in figures):
        whose = "1 that was" if running == 1 else f"{running:,} that were"
        yield Warning(
            "window_running",
            f"{whose} introduced less than {words_of(measure.full)} ago left out: of that time not all is "
            "found yet that will be found within the window.",
        )


def _begins(figures: Sequence[Figure]) -> Iterator[Warning]:
    """Flaws of a time before the register show only if they were found late."""
    told = [figure for figure in figures if figure.estimate.value is not None]
    before, every = sum(each.n_before for each in told), sum(each.estimate.n for each in told)
    firsts = [figure.first_found for figure in told if figure.first_found is not None]
    if not firsts or before <= every * TELLING:
        return
    day = from_days(min(firsts)).date().isoformat()
    yield Warning(
        "register_begins",
        f"{before / every:.0%} of this is of flaws that were introduced before the first report, of {day}. "
        "If others were found before that day and nobody wrote it down, only the slow ones are here. Ask "
        f"where introduced >= '{day}' to leave them out.",
    )
