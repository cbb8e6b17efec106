"""The ready-made metrics: each with what it says in plain words, and the honest or naive figure beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from throughline.engine.definitions import Definition

_ALL = (
    Definition(
        name="time_to_remediate",
        title="Time to remediate",
        measure="rmst(identified -> mitigated, 90 days)",
        better="lower",
        beside="time_to_remediate_closed_only_90",
        description="Days that a vulnerability stays open on average within its first 90 days. Those "
        "still open count with the time they have been open, and accepting one does not count "
        "as repairing it.",
    ),
    Definition(
        name="time_to_remediate_median",
        title="Median time to remediate",
        measure="km_median(identified -> mitigated)",
        better="lower",
        beside="time_to_remediate_median_closed_only",
        description="The day by which half of the vulnerabilities are repaired; those still open count.",
    ),
    Definition(
        name="time_to_remediate_period",
        title="Time to remediate, at the pace of the period",
        measure="period_rmst(identified -> mitigated, 90 days)",
        better="lower",
        beside="known_open_average",
        description="Days that a vulnerability would stay open on average within its first 90 days, if every "
        "age went as it went in the period. The old ones that were open count with what became of them in "
        "it, so it moves within the quarter, and closing only young ones does not flatter it.",
    ),
    Definition(
        name="time_to_remediate_closed_only_90",
        title="Time to remediate, closed only, first 90 days",
        measure="rmst(identified -> mitigated, 90 days)",
        where="mitigated is not null",
        better="lower",
        beside="time_to_remediate",
        description="As the time to remediate, with the same 90 days, but of the repaired ones alone: what "
        "lies between the two figures is what leaving out the open ones hides.",
    ),
    Definition(
        name="time_to_remediate_closed_only",
        title="Time to remediate, closed only, to the end",
        measure="mean(mitigated - identified)",
        better="lower",
        beside="time_to_remediate",
        description="Mean days from report to repair of those that are repaired, however long that took. It "
        "leaves out every vulnerability that is still open, so it looks best when the hard ones wait; and it "
        "does not end at 90 days, so it is no like for the time to remediate.",
    ),
    Definition(
        name="time_to_remediate_median_closed_only",
        title="Median time to remediate, closed only",
        measure="median(mitigated - identified)",
        better="lower",
        beside="time_to_remediate_median",
        description="Median days from report to repair of those that are repaired; the open ones are left "
        "out.",
    ),
    Definition(
        name="time_to_detect",
        title="Time to detect",
        measure="mean(identified - introduced)",
        better="lower",
        beside="latent_open_average",
        description="Mean days from introduction to report, of those reported in the period. Finding more "
        "old flaws raises it, so read it beside the number that lie undetected.",
    ),
    Definition(
        name="time_to_detect_median",
        title="Median time to detect",
        measure="median(identified - introduced)",
        better="lower",
        beside="latent_open_average",
        description="Median days from introduction to report, of those reported in the period.",
    ),
    Definition(
        name="time_to_detect_truncated",
        title="Median time to detect, hidden ones reckoned with",
        measure="truncated_median(identified - introduced)",
        better="lower",
        beside="time_to_detect_median",
        description="The time by which half of what is found within the window has been found. Young flaws "
        "had little time to be found and old ones much, and it reckons with that; what takes longer than any "
        "that was found is not in it. Of what was introduced since the first report.",
    ),
    Definition(
        name="found_within_a_year",
        title="Found within a year, hidden ones reckoned with",
        measure="found_within(1 year)",
        better="higher",
        beside="time_to_detect",
        description="The share of what is found within the window that is found within a year of its "
        "introduction, of what was introduced since the first report. Digging out old flaws does not make it "
        "look worse for being done.",
    ),
    Definition(
        name="cohort_found_within_90_days",
        title="Found within 90 days, by when it was introduced",
        measure="cohort_found_within(90 days, 1 year)",
        better="higher",
        beside="found_within_a_year",
        description="Of what was introduced at a time and found within a year, the share found within 90 "
        "days. Only what was introduced since the first report and a year ago or earlier counts, so that "
        "no later find changes it.",
    ),
    Definition(
        name="time_to_triage",
        title="Time to triage",
        measure="rmst(identified -> triaged, 30 days)",
        where="state is not null",
        better="lower",
        beside="time_to_triage_closed_only_30",
        description="Days that a finding waits on average for a decision within its first 30 days; those "
        "still waiting count, those decided without a date do not.",
    ),
    Definition(
        name="time_to_triage_closed_only_30",
        title="Time to triage, decided only, first 30 days",
        measure="rmst(identified -> triaged, 30 days)",
        where="state is not null and triaged is not null",
        better="lower",
        beside="time_to_triage",
        description="As the time to triage, with the same 30 days, but of the decided ones alone: what lies "
        "between the two figures is what leaving out the waiting ones hides.",
    ),
    Definition(
        name="time_to_triage_closed_only",
        title="Time to triage, decided only, to the end",
        measure="mean(triaged - identified)",
        where="state is not null",
        better="lower",
        beside="time_to_triage",
        description="Mean days from report to decision of those decided, however long that took; the waiting "
        "ones are left out.",
    ),
    Definition(
        name="known_open_average",
        title="Known and open, on average",
        measure="average_open()",
        better="lower",
        beside="open_at_end",
        description="How many known vulnerabilities were open on average over the period: every hour "
        "counts, not only the day of the report.",
    ),
    Definition(
        name="latent_open_average",
        title="Present and open, on average",
        measure="average_latent()",
        better="lower",
        beside="known_open_average",
        description="How many vulnerabilities, known or not yet known, were in the product on average. "
        "The past grows as old flaws come to light.",
    ),
    Definition(
        name="open_at_end",
        title="Open at the end",
        measure="open_at_end()",
        better="lower",
        beside="known_open_average",
        description="How many known vulnerabilities were open at the end of the period.",
    ),
    Definition(
        name="open_age_median",
        title="Age of the open",
        measure="open_age()",
        better="lower",
        beside="time_to_remediate_median",
        description="Median days since report of those open at the end of the period. It is the age of "
        "the backlog, not the time a repair takes.",
    ),
    Definition(
        name="within_sla",
        title="Repaired within the SLA",
        measure="sla()",
        better="higher",
        beside="open_age_median",
        description="Share repaired within the days that the policy allows for their severity, of those "
        "whose days are up. Accepted ones do not count as repaired.",
    ),
    Definition(
        name="arrivals",
        title="Arrivals",
        measure="count()",
        at="identified",
        better="lower",
        beside="closures",
        description="How many vulnerabilities were reported in the period.",
    ),
    Definition(
        name="closures",
        title="Closures",
        measure="count()",
        where="mitigated is not null",
        at="mitigated",
        better="higher",
        beside="arrivals",
        description="How many vulnerabilities were repaired in the period.",
    ),
    Definition(
        name="introductions",
        title="Introductions",
        measure="count()",
        where="introduced is not null",
        at="introduced",
        better="lower",
        beside="arrivals",
        description="How many of the vulnerabilities known today were introduced in the period. Recent "
        "periods grow as flaws come to light.",
    ),
    Definition(
        name="critical_arrivals",
        title="Critical arrivals",
        measure="count()",
        where="severity = 'critical'",
        at="identified",
        better="lower",
        beside="arrivals",
        description="How many critical vulnerabilities were reported in the period.",
    ),
    Definition(
        name="severe_open_average",
        title="High and critical open, on average",
        measure="average_open()",
        where="severity >= 'high'",
        better="lower",
        beside="known_open_average",
        description="How many known vulnerabilities of severity high or critical were open on average.",
    ),
    Definition(
        name="precision",
        title="Precision",
        measure="share(state in ('confirmed', 'accepted'))",
        where="state not in ('potential', 'duplicate')",
        better="higher",
        beside="findings",
        description="Share of the decided findings that turned out to be real; duplicates are left out.",
    ),
    Definition(
        name="completeness",
        title="Completeness",
        measure="share(severity is not null and cwe is not null and service is not null and team is not null "
        "and identified is not null)",
        better="higher",
        beside="dated_introduction",
        description="Share of the vulnerabilities whose severity, weakness, service, team and day of report "
        "are all known: what lacks one falls out of some figure.",
    ),
    Definition(
        name="findings",
        title="Findings",
        measure="count()",
        where="state is not null",
        better="",
        beside="precision",
        description="How many findings were reported in the period, whatever became of them.",
    ),
    Definition(
        name="dated_introduction",
        title="Known time of introduction",
        measure="share(introduced is not null)",
        better="higher",
        beside="time_to_detect",
        description="Share of the vulnerabilities whose time of introduction is known: time to detect "
        "rests on them.",
    ),
    Definition(
        name="paid_classes_found",
        title="Paid classes that our own tools found",
        measure="paid_classes_found()",
        better="higher",
        beside="awards_total",
        description="Of the weakness classes that an award was paid for in the period, the share that "
        "sources which nobody pays found too. What it lacks is what we pay strangers to tell us.",
    ),
    Definition(
        name="awards_total",
        title="Awards",
        measure="sum(award)",
        better="",
        beside="arrivals",
        description="What was paid for reports in the period, in the currency of the records.",
    ),
)

READY_MADE: Mapping[str, Definition] = MappingProxyType({each.name: each for each in _ALL})
