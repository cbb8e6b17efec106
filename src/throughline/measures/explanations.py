"""Warnings in plain words: what one means, and what to look at instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """`meaning` for whoever opens the warning; `instead` names ready-made metrics."""

    meaning: str
    instead: tuple[str, ...] = ()


EXPLANATIONS = {
    "no_such_value": Explanation(
        "Names are compared letter by letter, so a misspelt one fits no record, and the figure is of none. "
        "A service or team that was renamed is asked for by the name that it has now.",
    ),
    "detection_truncated": Explanation(
        "It looks only at what has been found, grouped by when it was found. Flaws that are still hidden are "
        "missing, and a team that digs out ten-year-old flaws looks slower than one that never looks. The "
        "figure can rise while detection improves.",
        (
            "time_to_detect_truncated",
            "found_within_a_year",
            "cohort_found_within_90_days",
            "latent_open_average",
        ),
    ),
    "given_found": Explanation(
        "What is still hidden is in no register. Of the flaws introduced lately only those found fast can be "
        "seen, so the figure weighs each time by how many could have been seen to take it (Lynden-Bell, "
        "Woodroofe: Kaplan–Meier in reversed time). It takes flaws of all times to be found alike, so it "
        "answers slowly when detection changes. How many are never found, no register tells.",
        ("latent_open_average", "cohort_found_within_90_days"),
    ),
    "one_in_another": Explanation(
        "No date puts a record in a period here: what was found in spring is in that of summer as well, "
        "and each period looked for a longer time than the one before. So no change from one to the next has "
        "an interval, and none is called clear. Cohorts hold each record once.",
        ("cohort_found_within_90_days",),
    ),
    "register_begins": Explanation(
        "A flaw of ten years ago that was found nine years ago is in no register that began last year; one "
        "found last year is. Where that is so, old flaws seem to take ever longer, and cohorts of before the "
        "register seem to have been found late. Where the first report is the first find of all, nothing is "
        "missing.",
    ),
    "cohort_grows": Explanation(
        "All flaws of a time are known only when the last is found. With a window, as in "
        "cohort_found_within(90 days, 1 year), only those found within it count, on both sides of the share, "
        "and only times whose window is over: no later find changes such a figure.",
        ("cohort_found_within_90_days",),
    ),
    "no_overlap": Explanation(
        "To weigh the fast against the slow, some flaws must be seen that could have been either. Where all "
        "slow ones are old and all fast ones young there are none. More records, or a shorter window, help.",
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
    "few_in_period": Explanation(
        "A period's curve is built from the records that were open in it, each at the ages it had then. "
        "Where fewer than five share an age, one of them would be a fifth of the curve.",
        ("time_to_remediate", "time_to_remediate_median"),
    ),
    "starts_later": Explanation(
        "Too few were found in the period to say how the youngest fare, so the curve starts at the age from "
        "which five were open at once. Held against a period whose curve starts elsewhere, the figures are "
        "of different records.",
        ("time_to_remediate",),
    ),
    "overdispersed": Explanation(
        "A Poisson interval takes events to come singly and at one rate. An audit, a scanner's new rule or "
        "an import bring many at once, and a rate that changes over the range spreads counts as well. The "
        "wider interval is as much wider as these counts vary more (quasi-Poisson).",
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
