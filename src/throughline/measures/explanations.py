"""Warnings in plain words: what one means, and what to look at instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """`meaning` for whoever opens the warning; `instead` names ready-made metrics."""

    meaning: str
    instead: tuple[str, ...] = ()


EXPLANATIONS = {
    "detection_truncated": Explanation(
        "It looks only at what has been found, grouped by when it was found. Flaws that are still hidden are "
        "missing, and a team that digs out ten-year-old flaws looks slower than one that never looks. The "
        "figure can rise while detection improves.",
        ("latent_open_average", "introductions"),
    ),
    "inferred_dates": Explanation(
        "A reported date comes from a person or a commit trailer. An inferred one comes from a method such "
        "as blame or the first affected release, and may be off by months. Differences between groups can "
        "come from the method.",
        ("dated_introduction",),
    ),
    "nothing_known_yet": Explanation(
        "The figure is asked as it was known at a date before the first import. Choose a later date of "
        "knowledge, or import the older history with its own dates.",
    ),
    "horizon_beyond_data": Explanation(
        "The restricted mean looks at the first days of each record up to its horizon. No record has been "
        "followed that far, so there is no figure yet. A shorter horizon or the median has one sooner.",
        ("time_to_remediate_median",),
    ),
    "few_at_risk": Explanation(
        "Most records are too young to be followed up to the horizon, so the late part of the curve is that "
        "of the few old ones. Where those happen to be repaired the mean looks good, whatever becomes of the "
        "rest. A key result that looks on track by such a figure is shown at risk.",
        ("time_to_remediate_median",),
    ),
    "closed_only": Explanation(
        "Those still open are left out, and they are the slow ones. The figure looks best when the hard ones "
        "wait, and drops when many are opened at once. The honest figure counts the open ones with the time "
        "they have been open so far.",
        ("time_to_remediate", "time_to_remediate_median"),
    ),
    "runs_backwards": Explanation(
        "No time lies between two dates that run backwards, so such a record can neither make a mean shorter "
        "nor stand in a curve. Often day and month were read the wrong way round, or a fix was dated by its "
        "branch.",
    ),
    "no_dates": Explanation(
        "Every vulnerability began at some time; where no one wrote down when, a 0 would be a claim that "
        "nobody made. Map the column that holds the date, or bring it in with a later import.",
    ),
    "dates_missing": Explanation(
        "The figure speaks of the few that say it, and they may differ from those that do not. Map "
        "the column that holds the date, or bring it in with a later import.",
        ("dated_introduction",),
    ),
    "window_running": Explanation(
        "Whether one was repaired in time is known only when its days are up. Those whose days still run are "
        "left out, so that a quick repair does not count before a slow one can.",
    ),
    "too_large": Explanation(
        "A number among the records is so large that nothing can be summed or averaged with it. Sort the "
        "records by it, mend the largest at its source, and import it again.",
    ),
    "small_n": Explanation(
        "With fewer than five records one of them can move the figure by a fifth or more. Read the interval "
        "rather than the value, or look at a longer period.",
    ),
}
UNKNOWN = Explanation("")


def explanation(code: str) -> Explanation:
    """What a warning's code means; a general line for a code that is new."""
    return EXPLANATIONS.get(code, UNKNOWN)
