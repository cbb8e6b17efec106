"""What Fernwood's panel foretold of past quarters, and what came of it; what it is asked now."""

from __future__ import annotations

from dataclasses import dataclass

PANEL = ("Marek Oyelaran", "Yuki Bernard", "Tomas Achterberg", "Amara Lindqvist")
FACILITATOR = "Marek Oyelaran"
JUDGE = "Ines Halvorsen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """A question of a past quarter, with each one's per cent in both rounds, and whether it came true.

    `quarter` counts back from the one before the running quarter; `day` is that on which it happened.
    """

    key: str
    statement: str
    criteria: str
    quarter: int
    first: tuple[int, int, int, int]
    second: tuple[int, int, int, int]
    day: int | None = None
    evidence: str


PAST = (
    Foretold(
        key="bounty-critical",
        statement="The bug bounty brings a confirmed critical report",
        criteria="Triaged as critical and real by us, by the last day of the quarter.",
        quarter=1,
        first=(55, 70, 80, 60),
        second=(65, 72, 78, 65),
        day=31,
        evidence="Report on the price feed, confirmed and paid",
    ),
    Foretold(
        key="audit-exception",
        statement="The auditor notes an exception in access control",
        criteria="The word 'exception' in the report on access control.",
        quarter=1,
        first=(40, 20, 30, 45),
        second=(30, 22, 28, 35),
        evidence="Signed report without an exception",
    ),
    Foretold(
        key="phished-admin",
        statement="Somebody with administrator rights gives a password to a phisher",
        criteria="An incident, or our own exercise: both count.",
        quarter=1,
        first=(10, 25, 15, 20),
        second=(15, 20, 15, 18),
        evidence="No incident; 0 of 14 in the exercise",
    ),
    Foretold(
        key="cloud-outage",
        statement="Our cloud provider is down for more than two hours",
        criteria="By the provider's own status page, in the region that we use.",
        quarter=1,
        first=(20, 15, 30, 10),
        second=(18, 15, 22, 14),
        evidence="Longest disturbance: 34 minutes",
    ),
    Foretold(
        key="vault-late",
        statement="The vault is not in use in all services by the end of the quarter",
        criteria="One service or more reads a secret from its source code.",
        quarter=1,
        first=(50, 65, 85, 70),
        second=(62, 72, 82, 72),
        day=85,
        evidence="Three services were left on the last day",
    ),
    Foretold(
        key="new-law",
        statement="A customer asks for our list of software components by contract",
        criteria="A signed contract that names it.",
        quarter=1,
        first=(70, 45, 60, 55),
        second=(66, 52, 60, 58),
        day=52,
        evidence="Renewal with the largest reseller",
    ),
    Foretold(
        key="kev-in-stock",
        statement="A flaw on the list of known exploited ones is open in a tier-1 service for a week",
        criteria="By our own record: open for seven days after it was listed.",
        quarter=0,
        first=(30, 45, 60, 35),
        second=(38, 46, 52, 42),
        evidence="Longest: five days, in checkout",
    ),
    Foretold(
        key="token-public",
        statement="A live token of ours is found in a public repository",
        criteria="Somebody outside could have used it.",
        quarter=0,
        first=(35, 55, 40, 50),
        second=(42, 50, 44, 48),
        day=40,
        evidence="A test account's token, revoked within the hour",
    ),
    Foretold(
        key="pentest-high",
        statement="The penetration test finds nothing above medium",
        criteria="No finding of high or critical in the final report.",
        quarter=0,
        first=(15, 10, 20, 25),
        second=(14, 12, 16, 20),
        evidence="Two findings of high severity",
    ),
    Foretold(
        key="scanner-fails",
        statement="The container scan is silent for more than three days",
        criteria="By the page of sources: no run between two dates four days apart.",
        quarter=0,
        first=(25, 15, 35, 20),
        second=(22, 18, 28, 20),
        evidence="One night missed, no more",
    ),
    Foretold(
        key="supplier-breach",
        statement="A supplier tells us of a breach of its own",
        criteria="In writing, and our data or access could have been touched.",
        quarter=0,
        first=(60, 40, 50, 45),
        second=(55, 46, 50, 48),
        day=18,
        evidence="The supplier of our newsletter, by mail",
    ),
    Foretold(
        key="hire-joins",
        statement="The second security engineer has joined",
        criteria="First working day lies in the quarter.",
        quarter=0,
        first=(85, 70, 75, 80),
        second=(82, 76, 78, 80),
        day=62,
        evidence="Joined, and has an account here",
    ),
)

# Of this quarter: closed after two rounds, with a range of the loss each.
ASKED = "exploited-dependency"
ASKED_FIRST = ((12, 3e4, 6e5), (9, 2e4, 9e5), (6, 4e4, 1.5e6), (11, 2.5e4, 8e5))
ASKED_SECOND = ((10, 3e4, 8e5), (9, 2.5e4, 9e5), (7, 3e4, 1.2e6), (9, 2.5e4, 9e5))
# Why, by each, at the second asking.
WHY = (
    "Two known exploited flaws a year among ours, and one of three was open when it was listed.",
    "",
    "The list grows faster than our stock of libraries.",
    "Upgrades have been within a week since the bot opens them.",
)
SAID = (
    ("Tomas Achterberg", "The gateway stops most of what is on the list; I have seen two get through."),
    ("Marek Oyelaran", "We were lucky with the last one: it was listed on a Friday."),
)

# Open now: three of five have given a number for each step of the chain.
OPEN = "prod-access"
GIVEN = (
    ("Yuki Bernard", (0.12, 0.35, 0.4), (4e5, 4e6)),
    ("Tomas Achterberg", (0.2, 0.25, 0.5), (3e5, 6e6)),
    ("Amara Lindqvist", (0.15, 0.3, 0.3), (5e5, 5e6)),
)
BASE_RATE = ("Near misses of our own in the last three years", 2, 3.0)
