"""What the sample's team finished in its two past quarters, and of which kinds each piece was."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.sample.plan import SampleWork

FASTER = "High and critical vulnerabilities are repaired faster"
FEWER = "Fewer vulnerabilities stand open in the services that earn our living"
IN_TIME = "More of them are repaired inside their SLA"
TRIAGED = "Reports of the bug bounty are triaged sooner"
BACKLOG = "The mobile team works off its backlog"
YUKI, TOMAS, AMARA, MAREK = "Yuki Bernard", "Tomas Achterberg", "Amara Lindqvist", "Marek Oyelaran"


def _done(
    title: str,
    place: int,
    narrative: str,
    people: tuple[str, ...],
    weeks: tuple[float, float],
    effect: tuple[str, float, float, float, float],
) -> SampleWork:
    return SampleWork(
        title=title,
        place=place,
        status="done",
        narrative=narrative,
        owner=people[0],
        people=people,
        weeks=weeks,
        effects=(effect,),
    )


FINISHED = (
    _done(
        "Base images that are rebuilt every night",
        0,
        "A repair that the world has made reaches our servers the next morning",
        (TOMAS,),
        (3, 5),
        (FASTER, -3.0, -1.0, 0.7, -2.2),
    ),
    _done(
        "One list of who owns which service",
        0,
        "A report finds the team that can repair it on the first try",
        (MAREK, TOMAS),
        (1, 3),
        (IN_TIME, 0.02, 0.06, 0.6, 0.05),
    ),
    _done(
        "Answers for customers about last winter's library flaw",
        0,
        "Forty customers asked whether they were touched, and each had an answer within a week",
        (YUKI, MAREK),
        (2, 3),
        (TRIAGED, -0.6, 0.0, 0.6, -0.1),
    ),
    _done(
        "A rule that finds stolen session tokens",
        0,
        "Somebody who enters with a stolen ticket is noticed while still at the door",
        (YUKI,),
        (2, 4),
        (TRIAGED, -0.5, -0.1, 0.5, -0.2),
    ),
    _done(
        "Threat models with the checkout team",
        0,
        "The team that takes payments draws how it could be robbed before it builds",
        (YUKI, AMARA),
        (2, 3),
        (FEWER, -6.0, -1.0, 0.6, -3.0),
    ),
    _done(
        "Evidence for the yearly audit",
        0,
        "The auditor found every paper in one folder",
        (MAREK,),
        (2, 4),
        (IN_TIME, 0.0, 0.02, 0.6, 0.0),
    ),
    _done(
        "A prototype of a tool that reads pull requests",
        0,
        "We learnt in three weeks that it would not do, and did not buy it",
        (TOMAS,),
        (2, 3),
        (FEWER, -5.0, 0.0, 0.4, 0.0),
    ),
    _done(
        "Old reports of the scanner closed with a reason",
        1,
        "What is on the list is real, so that people believe the list",
        (AMARA, TOMAS),
        (2, 4),
        (FEWER, -12.0, -4.0, 0.7, -8.0),
    ),
    _done(
        "Attack ourselves through the mobile app",
        1,
        "Two friends of ours tried to steal from us before a stranger did",
        (YUKI, TOMAS),
        (3, 4),
        (BACKLOG, -8.0, -2.0, 0.5, -6.0),
    ),
    _done(
        "A page that shows each team its own three worst",
        1,
        "Every team knows on Monday what to repair first",
        (TOMAS,),
        (2, 4),
        (FASTER, -4.0, -1.0, 0.6, -1.4),
    ),
    _done(
        "A course on reading a vulnerability report",
        1,
        "Sixty engineers can tell an alarm from an accident",
        (AMARA, YUKI),
        (2, 3),
        (TRIAGED, -1.0, -0.3, 0.6, -0.7),
    ),
    _done(
        "Minutes of every incident meeting since spring",
        1,
        "What we promised each other after an incident can be found again",
        (AMARA,),
        (1, 2),
        (IN_TIME, 0.0, 0.03, 0.5, 0.0),
    ),
    _done(
        "Deadlines that the ticket system reckons itself",
        1,
        "Nobody types a date any more, and no date is forgotten",
        (TOMAS, MAREK),
        (2, 3),
        (IN_TIME, 0.03, 0.08, 0.7, 0.06),
    ),
    _done(
        "Closed doors for credentials that nobody used in a year",
        1,
        "Four hundred keys to our house were thrown away before somebody found one",
        (AMARA, YUKI),
        (3, 5),
        (FEWER, -10.0, -3.0, 0.6, -7.0),
    ),
)

# Of which kinds each piece was, in the words of the team; what is tapped afterwards.
KINDS: Mapping[str, tuple[str, ...]] = {
    "Base images that are rebuilt every night": ("production-code", "tooling"),
    "One list of who owns which service": ("coordination", "documentation"),
    "Answers for customers about last winter's library flaw": ("incident-work", "compliance-evidence"),
    "A rule that finds stolen session tokens": ("detection",),
    "Threat models with the checkout team": ("teaching", "red-team"),
    "Evidence for the yearly audit": ("compliance-evidence",),
    "A prototype of a tool that reads pull requests": ("prototype", "tooling"),
    "Old reports of the scanner closed with a reason": ("data-analysis", "documentation"),
    "Attack ourselves through the mobile app": ("red-team",),
    "A page that shows each team its own three worst": ("front-end", "data-analysis"),
    "A course on reading a vulnerability report": ("teaching",),
    "Minutes of every incident meeting since spring": ("documentation",),
    "Deadlines that the ticket system reckons itself": ("tooling", "production-code"),
    "Closed doors for credentials that nobody used in a year": ("detection", "coordination"),
    "Fix days with the mobile team": ("coordination", "teaching"),
    "Due dates on every ticket": ("coordination",),
}
