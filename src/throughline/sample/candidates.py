"""What the sample's security team might do next quarter, and what decides whether it is worth it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.sample.plan import ASSURE, BUILD_MINUTES, DELIVER, SECURE

FASTER = "What attackers can use is repaired within days"
PROMISED = "Repairs of the worst keep the day that was promised"
ANSWERED = "Researchers hear from us while they still remember"
WAITING = "A scan answers before the developer has left"
BUILDS = "Builds stay within twelve minutes"
# Key results of the next quarter: (title, objective, what it guards, terms).
RESULTS: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
    (
        FASTER,
        SECURE,
        "",
        {
            "metric": "rmst(identified -> mitigated, 30 days)",
            "where": "severity >= 'high'",
            "window": "180 days",
            "baseline": "measured",
            "target": "-20%",
            "owner": "Yuki Bernard",
        },
    ),
    (
        PROMISED,
        SECURE,
        "",
        {
            "metric": "sla()",
            "where": "severity >= 'high'",
            "window": "180 days",
            "baseline": "measured",
            "target": "92%",
            "owner": "Marek Oyelaran",
        },
    ),
    (
        ANSWERED,
        ASSURE,
        "",
        {
            "metric": "median(triaged - identified)",
            "where": "source = 'Bug bounty' and state != 'potential'",
            "window": "180 days",
            "baseline": "measured",
            "target": "-40%",
            "owner": "Yuki Bernard",
        },
    ),
    (
        WAITING,
        DELIVER,
        "",
        {
            "kind": "milestone",
            "steps": "30: Only changed files are scanned\n40: Every team sees results in its editor\n"
            "30: No build waits for a scan",
            "owner": "Tomas Achterberg",
        },
    ),
    (
        BUILDS,
        DELIVER,
        SECURE,
        {
            "kind": "keep",
            "metric": BUILD_MINUTES,
            "bound_high": "12",
            "allowed_outside": "7",
            "owner": "Tomas Achterberg",
        },
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCandidate:
    """Work with its ranges; `moves` are by the title of a key result, of a share as a fraction."""

    title: str
    narrative: str = ""
    objective: str
    goal: str = ""
    effort: tuple[float, float] | None
    duration: tuple[float, float] | None = None
    delay: tuple[float, float] | None = None
    reach: tuple[float, float] | None = None
    confidence: float = 0.8
    moves: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


CANDIDATES = (
    SampleCandidate(
        title="Patch the base images every night",
        narrative="Half of what attackers can use comes with an image that nobody chose.",
        objective=SECURE,
        goal="enterprise",
        effort=(5, 9),
        duration=(4, 7),
        delay=(4_000, 15_000),
        reach=(20, 26),
        moves={FASTER: (-3.0, -1.0), BUILDS: (0.0, 0.4)},
        more={"kinds": {"developer-experience": 0.3}},
    ),
    SampleCandidate(
        title="Merge harmless upgrades by themselves",
        narrative="An upgrade that passes every test needs no meeting.",
        objective=SECURE,
        goal="ship-daily",
        effort=(4, 8),
        duration=(4, 8),
        delay=(3_000, 9_000),
        reach=(15, 25),
        confidence=0.7,
        moves={FASTER: (-2.5, -0.6), PROMISED: (0.01, 0.04)},
        more={"kinds": {"developer-experience": 0.5}},
    ),
    SampleCandidate(
        title="A named owner for every service",
        narrative="Repairs wait longest where nobody knows whose they are.",
        objective=SECURE,
        effort=(2, 4),
        duration=(3, 6),
        delay=(1_000, 4_000),
        reach=(22, 26),
        confidence=0.9,
        moves={PROMISED: (0.01, 0.03), FASTER: (-0.8, -0.2)},
    ),
    SampleCandidate(
        title="Due dates in the teams' own planning",
        narrative="A day that stands on the team's board is kept more often than one in our mail.",
        objective=SECURE,
        effort=(2, 3),
        duration=(2, 4),
        delay=(500, 3_000),
        reach=(10, 20),
        moves={PROMISED: (0.01, 0.05)},
    ),
    SampleCandidate(
        title="Ready before the audit in February",
        narrative="Three customers sign only with the report in hand.",
        objective=ASSURE,
        goal="enterprise",
        effort=(3, 5),
        duration=(5, 7),
        delay=(20_000, 60_000),
        confidence=0.9,
        moves={ANSWERED: (-0.2, 0.0)},
        more={
            "must": True,
            "delay_profile": "deadline",
            "kinds": {"perceived-risk": 1.0},
        },
    ),
    SampleCandidate(
        title="Answer reports with a first verdict within a day",
        narrative="A researcher who hears nothing publishes.",
        objective=ASSURE,
        effort=(3, 6),
        duration=(4, 8),
        delay=(2_000, 6_000),
        reach=(60, 120),
        confidence=0.75,
        moves={ANSWERED: (-0.8, -0.2)},
        more={"kinds": {"perceived-risk": 0.6}},
    ),
    SampleCandidate(
        title="A page on which customers see our repairs",
        narrative="Sales answers the same forty questions by hand for every customer.",
        objective=ASSURE,
        goal="north-america",
        effort=(4, 7),
        duration=(5, 9),
        delay=(5_000, 25_000),
        reach=(30, 80),
        confidence=0.6,
        moves={ANSWERED: (-0.3, 0.0)},
        more={"delay_profile": "decaying", "delay_fades": 0.05, "kinds": {"perceived-risk": 1.0}},
    ),
    SampleCandidate(
        title="Scan only what a change touches",
        narrative="Nine minutes in ten of a scan look at what nobody changed.",
        objective=DELIVER,
        goal="ship-daily",
        effort=(4, 7),
        duration=(4, 7),
        delay=(3_000, 8_000),
        reach=(80, 110),
        moves={WAITING: (0.2, 0.4), BUILDS: (-1.2, -0.3)},
        more={"kinds": {"developer-experience": 1.0}},
    ),
    SampleCandidate(
        title="Results in the editor, not in a report",
        narrative="What is seen while writing is mended while writing.",
        objective=DELIVER,
        effort=(6, 12),
        duration=(8, 12),
        delay=(1_000, 6_000),
        reach=(60, 110),
        confidence=0.6,
        moves={WAITING: (0.25, 0.5), FASTER: (-1.0, 0.0)},
        more={"kinds": {"developer-experience": 1.0}},
    ),
    SampleCandidate(
        title="Rewrite the upload parser in a memory-safe language",
        narrative="Four of last year's nine critical flaws were in one file.",
        objective=SECURE,
        effort=(8, 20),
        duration=(9, 13),
        delay=(2_000, 20_000),
        reach=(1, 3),
        confidence=0.4,
        moves={FASTER: (-4.0, 0.5)},
        more={"kinds": {"big-bet": 1.0}},
    ),
    SampleCandidate(
        title="Let teams lower a severity themselves",
        narrative="They know whether the flaw can be reached; we ask for the reason in one line.",
        objective=DELIVER,
        effort=(1, 3),
        duration=(2, 4),
        delay=(500, 2_000),
        reach=(40, 90),
        confidence=0.5,
        moves={PROMISED: (0.0, 0.06), WAITING: (0.0, 0.1)},
    ),
    # A living list is never whole: nobody has said yet what this one would take.
    SampleCandidate(
        title="Hunt for intruders once a month",
        narrative="Nobody has looked since the merger.",
        objective=SECURE,
        effort=None,
        moves={FASTER: (-0.5, 0.0)},
    ),
)
# The deadline of what has one, in days from the quarter's start.
AUDIT, AUDIT_DAYS = "Ready before the audit in February", 45
CAPACITY, ONE_MORE = 34, 9
BALANCE = (
    {"of": "objective:each", "at_least": 1},
    {"of": "kind:developer-experience", "at_least": 0.2, "at_most": 0.5, "price": 0.03},
    {"of": "kind:big-bet", "at_least": 0.1, "price": 0.02},
)
# (what cannot be without what)
REQUIRES = (("Due dates in the teams' own planning", "A named owner for every service"),)
