"""Why the sample's security team promises what it does: goals, tenets, objectives, and the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SECURE = "Repair what matters before anyone can use it"
ASSURE = "Know within days whether a report is real"
DELIVER = "Stay out of the way of those who build"


@dataclass(frozen=True, slots=True)
class SampleGoal:
    key: str
    title: str
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class SampleTenet:
    """A long-term objective, its kind, and the goals that it contributes to."""

    key: str
    title: str
    kind: str
    owner: str
    goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleObjective:
    """An objective of every quarter; `why` is told to people outside security."""

    title: str
    why: str
    owner: str
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWork:
    """An initiative: what it should change, and for past ones what it changed in the end.

    `effects` are (key result's title, from, to, confidence, realised); `place` is the quarter, the running
    one being 2.
    """

    title: str
    place: int
    status: str
    narrative: str = ""
    owner: str
    people: tuple[str, ...] = ()
    weeks: tuple[float, float]
    effects: tuple[tuple[str, float, float, float, float | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleResult:
    """A key result of the running quarter that no record of vulnerabilities decides; `terms` as in Terms."""

    title: str
    objective: str
    owner: str
    guards: str = ""
    terms: dict[str, Any] = field(default_factory=dict)


GOALS = (
    SampleGoal(
        "enterprise", "Win the first ten enterprise customers", "Hanna Petrov", "Strategy paper, page 3"
    ),
    SampleGoal("north-america", "Open the shop in North America by summer", "Luis Amado", "Board, January"),
    SampleGoal("ship-daily", "Ship every day without more incidents", "Chidi Rahman", "Engineering compass"),
)

TENETS = (
    SampleTenet(
        "secure", "Secure the product", "actual_risk", "Marek Oyelaran", ("enterprise", "north-america")
    ),
    SampleTenet("assure", "Assure the customer", "perceived_risk", "Marek Oyelaran", ("enterprise",)),
    SampleTenet("deliver", "Enable rapid delivery of value", "delivery", "Marek Oyelaran", ("ship-daily",)),
)

OBJECTIVES = (
    SampleObjective(
        SECURE,
        "What is known to be broken is used first. The sooner it is repaired, the less attackers find.",
        "Marek Oyelaran",
        ("secure",),
    ),
    SampleObjective(
        ASSURE,
        "Customers and researchers who report something deserve an answer while they still remember it.",
        "Yuki Bernard",
        ("assure", "secure"),
    ),
    SampleObjective(
        DELIVER,
        "Checks that cost a developer her afternoon are switched off. Ours are to cost her minutes.",
        "Tomas Achterberg",
        ("deliver",),
    ),
)

# Minutes of the median build, which scanning could slow down; kept by the build farm week by week.
BUILD_MINUTES = "build_minutes"
# What developers say of the security review, from -100 to 100.
REVIEW_SCORE = "review_score"

RESULTS = (
    SampleResult(
        title="Builds stay fast while more of them are scanned",
        objective=DELIVER,
        owner="Tomas Achterberg",
        guards=SECURE,
        terms={
            "kind": "keep",
            "metric": BUILD_MINUTES,
            "bound_high": "12",
            "allowed_outside": "7",
            "why_target": "Above twelve minutes people start another task while they wait.",
            "how_measured": "The median of all builds of a week, as the build farm reports it.",
        },
    ),
    SampleResult(
        title="Developers recommend the security review",
        objective=DELIVER,
        owner="Marek Oyelaran",
        terms={
            "metric": REVIEW_SCORE,
            "baseline": "measured",
            "target": "45",
            "commitment": "aspirational",
            "why_target": "Twice as many who recommend it is what it would take to be asked early.",
            "how_measured": "A survey without names, once a quarter; five answers at the least.",
        },
    ),
    SampleResult(
        title="Secrets leave the source code",
        objective=SECURE,
        owner="Amara Lindqvist",
        terms={
            "kind": "milestone",
            "steps": "30: The vault runs for every team\n30: Pushes with a secret are refused\n"
            "40: No live credential is left in a repository",
            "why": "A credential in a repository outlives every firewall.",
            "cadence_days": 31,
        },
    ),
    SampleResult(
        title="The auditor confirms access control without an exception",
        objective=ASSURE,
        owner="Yuki Bernard",
        terms={
            "kind": "binary",
            "acceptance": "The signed report names no exception for the controls of logical access.",
            "judge": "The external auditor",
            "commitment": "aspirational",
            "why": "Three of the ten customers will not sign without the report.",
            "cadence_days": 31,
        },
    ),
)

WORK = (
    SampleWork(
        title="Upgrade what is exploited first",
        place=2,
        status="doing",
        narrative="What criminals use today is repaired today; the rest waits its turn",
        owner="Yuki Bernard",
        people=("Yuki Bernard", "Amara Lindqvist"),
        weeks=(4, 7),
        effects=(("High and critical vulnerabilities are repaired faster", -4.0, -1.0, 0.7, None),),
    ),
    SampleWork(
        title="A robot that proposes the upgrade",
        place=2,
        status="doing",
        narrative="Teams merge a finished change instead of reading an alert",
        owner="Tomas Achterberg",
        people=("Tomas Achterberg",),
        weeks=(3, 6),
        effects=(
            ("Fewer vulnerabilities stand open in the services that earn our living", -25.0, -8.0, 0.6, None),
            ("The mobile team works off its backlog", -20.0, -6.0, 0.5, None),
        ),
    ),
    SampleWork(
        title="A rota for first answers",
        place=2,
        status="doing",
        narrative="Whoever reports a flaw to us hears from a person the next working day",
        owner="Yuki Bernard",
        people=("Yuki Bernard", "Tomas Achterberg"),
        weeks=(2, 3),
        effects=(("Reports of the bug bounty are triaged sooner", -1.5, -0.4, 0.7, None),),
    ),
    SampleWork(
        title="One vault for every secret",
        place=2,
        status="doing",
        narrative="A stolen laptop no longer opens a customer's data",
        owner="Amara Lindqvist",
        people=("Amara Lindqvist",),
        weeks=(5, 9),
        effects=(("Secrets leave the source code", 0.6, 1.0, 0.7, None),),
    ),
    # A living plan is never whole: nobody has said why this one matters, and nobody works on it.
    SampleWork(
        title="Tidy the exceptions register",
        place=2,
        status="planned",
        owner="Marek Oyelaran",
        weeks=(1, 2),
    ),
    SampleWork(
        title="Fix days with the mobile team",
        place=1,
        status="done",
        narrative="Two days a month the mobile team repairs before it builds",
        owner="Dev Kowalczyk",
        people=("Dev Kowalczyk", "Tomas Achterberg"),
        weeks=(3, 4),
        effects=(("The mobile team works off its backlog", -18.0, -6.0, 0.7, -9.0),),
    ),
    SampleWork(
        title="Due dates on every ticket",
        place=1,
        status="done",
        narrative="Teams see the day by which a repair is promised to customers",
        owner="Marek Oyelaran",
        people=("Marek Oyelaran",),
        weeks=(1, 2),
        effects=(("More of them are repaired inside their SLA", 0.03, 0.09, 0.6, 0.02),),
    ),
)

# (confidence at the first check-in, at the second, what was said) by the title of a key result, in turn.
SAID = (
    (0.75, 0.85, "The plan holds so far."),
    (0.60, 0.40, "Two large services are late."),
    (0.70, 0.70, "Depends on whether the scanner is quiet in the last weeks."),
    (0.80, 0.90, "The rota works."),
    (0.50, 0.30, "On-call ate most of the month."),
)

# (cause, next step, lesson, worked, did not) of what was missed, and of what was hit.
MISSED = (
    "no capacity",
    "try again",
    "Plan with three quarters of the people: the rest is on call.",
    "The fix days: every one of them closed more than it cost.",
    "We promised with everybody in mind, and two were on call in any week.",
)
HIT = (
    "as intended",
    "change",
    "The target could have been higher.",
    "Watching the figure weekly showed the slow services early.",
    "",
)
