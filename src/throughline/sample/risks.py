"""What could go wrong at Fernwood, how often and how dear, and what its work is to make of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# An estimate: how often, and how dear; the second figure of a loss is its 95 % end.
Said = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleScenario:
    """A scenario, with its estimates without controls, last quarter, this quarter, and as wanted.

    One that says nothing of this quarter is stale. `bears_on` names objectives and key results by title.
    """

    key: str
    statement: str
    criteria: str
    judge: str
    owner: str
    tags: str
    steps: str = ""
    period: str = "quarter"
    inherent: Said
    before: Said
    now: Said | None = None
    target: Said | None = None
    note: str = ""
    bears_on: tuple[str, ...] = ()


def chance(share: float, per: str, low: float, high: float, **more: float) -> Said:
    """A probability, and a 90 % range."""
    return {"probability": share, "per": per}, {"ci90": [low, high], **more}


def rate(events: float | list[float], low: float, high: float, *, likely: float = 0.0, **more: float) -> Said:
    """Events a year, and a 90 % range or the least, the most likely and the most."""
    often = {"rate_90ci": events} if isinstance(events, list) else {"rate": events}
    dear = {"pert": [low, likely, high]} if likely else {"ci90": [low, high]}
    return {**often, "per": "year"}, {**dear, **more}


SCENARIOS = (
    SampleScenario(
        key="prod-access",
        statement="An adversary reaches production from a developer's laptop",
        criteria="An incident report names a laptop as the way in and production as reached. "
        "An exercise of our own red team does not count.",
        judge="Ines Halvorsen",
        owner="Yuki Bernard",
        tags="access, laptops",
        steps="A laptop is taken over\nIts owner's session opens the cluster\nNobody notices for a day",
        inherent=chance(0.06, "quarter", 4e5, 7e6),
        before=chance(0.035, "quarter", 3e5, 5e6),
        now=chance(0.022, "quarter", 3e5, 5e6),
        target=chance(0.01, "quarter", 3e5, 5e6),
        note="Two near misses in three years, and what the vault changed",
        bears_on=("Secrets leave the source code",),
    ),
    SampleScenario(
        key="customer-records",
        statement="Records of customers leave through an interface that trusts its caller",
        criteria="More than 1,000 people have to be told by law.",
        judge="The data protection officer",
        owner="Tomas Achterberg",
        tags="customer data, web",
        inherent=chance(0.14, "year", 6e5, 1.4e7),
        before=chance(0.08, "year", 5e5, 1.2e7),
        now=chance(0.06, "year", 5e5, 1.1e7),
        target=chance(0.03, "year", 4e5, 8e6),
        note="Four shops of our size in the last ten years, of about ninety",
        bears_on=("Fewer vulnerabilities stand open in the services that earn our living",),
    ),
    SampleScenario(
        key="ransomware",
        statement="Ransomware stops the warehouse for more than a day",
        criteria="No parcel leaves for 24 hours, and files were encrypted by somebody else.",
        judge="Chidi Rahman",
        owner="Marek Oyelaran",
        tags="availability, warehouse",
        inherent=chance(0.09, "year", 1e6, 1.8e7, cap=2.5e7),
        before=chance(0.035, "year", 8e5, 1.5e7, cap=2.5e7),
        now=chance(0.03, "year", 8e5, 1.4e7, cap=2.5e7),
        target=chance(0.02, "year", 5e5, 8e6, cap=2.5e7),
        note="Restored a full warehouse in nine hours in the last exercise",
    ),
    SampleScenario(
        key="exploited-dependency",
        statement="A library that we ship is exploited before we have upgraded it",
        criteria="Traffic or logs show the flaw used against us; a scan by a researcher does not count.",
        judge="Yuki Bernard",
        owner="Tomas Achterberg",
        tags="dependencies, web",
        inherent=chance(0.16, "quarter", 3e4, 1.2e6),
        before=chance(0.11, "quarter", 2.5e4, 9e5),
        now=chance(0.085, "quarter", 2.5e4, 9e5),
        target=chance(0.04, "quarter", 2e4, 7e5),
        note="Known exploited flaws among ours, and how long they stood open",
        bears_on=("High and critical vulnerabilities are repaired faster",),
    ),
    SampleScenario(
        key="checkout-down",
        statement="Checkout is down for more than an hour on a trading day",
        criteria="Less than half of the usual orders for 60 minutes, by the ledger.",
        judge="Luis Amado",
        owner="Amara Lindqvist",
        tags="availability, payments",
        inherent=rate([1.0, 5.0], 2e4, 2.5e5),
        before=rate([0.6, 3.0], 1.5e4, 2.2e5),
        now=rate([0.5, 2.6], 1.5e4, 2.2e5),
        target=rate([0.3, 1.2], 1e4, 1.5e5),
        note="Seven in the last five years",
    ),
    SampleScenario(
        key="leaked-credential",
        statement="A live credential of ours is found in a public place",
        criteria="Somebody outside could have used it; one that was revoked before does not count.",
        judge="Yuki Bernard",
        owner="Amara Lindqvist",
        tags="access, secrets",
        inherent=rate(3.0, 8e3, 3e5),
        before=rate(1.6, 6e3, 2.5e5),
        now=rate(1.1, 6e3, 2.5e5),
        target=rate(0.4, 5e3, 1.5e5),
        note="Counted since the scanner of repositories runs",
        bears_on=("Secrets leave the source code",),
    ),
    SampleScenario(
        key="forged-invoice",
        statement="A forged invoice is paid",
        criteria="Money has left, whether or not it comes back.",
        judge="Luis Amado",
        owner="Marek Oyelaran",
        tags="fraud",
        inherent=rate(1.5, 5e3, 6e5, likely=3e4),
        before=rate(0.7, 5e3, 5e5, likely=3e4, retention=1e4),
        now=rate(0.6, 5e3, 5e5, likely=3e4, retention=1e4),
        note="The insurer bears the first 10,000",
    ),
    SampleScenario(
        key="open-storage",
        statement="A storage bucket with personal data stands open to anyone",
        criteria="It was readable without signing in, and held names with addresses.",
        judge="The data protection officer",
        owner="Tomas Achterberg",
        tags="customer data, cloud",
        inherent=chance(0.2, "year", 1.5e5, 4e6),
        before=chance(0.07, "year", 1e5, 3e6),
        now=chance(0.07, "year", 1e5, 3e6),
        target=chance(0.03, "year", 1e5, 3e6),
        note="Found two of our own in the last two years, in time",
    ),
    SampleScenario(
        key="published-flaw",
        statement="A researcher publishes a flaw before we have answered",
        criteria="It was reported to us, and is public before our first answer by a person.",
        judge="Yuki Bernard",
        owner="Yuki Bernard",
        tags="bounty, reputation",
        inherent=chance(0.18, "quarter", 2e4, 7e5),
        before=chance(0.1, "quarter", 2e4, 6e5),
        now=chance(0.06, "quarter", 2e4, 6e5),
        target=chance(0.02, "quarter", 2e4, 5e5),
        note="Once in the last six quarters",
        bears_on=("Know within days whether a report is real",),
    ),
    SampleScenario(
        key="leaver",
        statement="Somebody who leaves takes the list of customers along",
        criteria="We learn of it from a customer, a competitor or our own logs.",
        judge="Hanna Petrov",
        owner="Marek Oyelaran",
        tags="insiders, customer data",
        period="year",
        inherent=chance(0.08, "year", 8e4, 2.5e6),
        before=chance(0.05, "year", 8e4, 2.5e6),
        note="Asked of the heads of sales; nobody has looked at it since",
    ),
)


@dataclass(frozen=True, slots=True)
class SampleTreatment:
    """What a piece of work leaves of a scenario: parts of how often and of how dear."""

    work: str
    scenario: str
    frequency: tuple[float, float]
    loss: tuple[float, float] = (1.0, 1.0)


TREATMENTS = (
    SampleTreatment("Upgrade what is exploited first", "exploited-dependency", (0.35, 0.7)),
    SampleTreatment("Upgrade what is exploited first", "customer-records", (0.75, 0.95)),
    SampleTreatment("A robot that proposes the upgrade", "exploited-dependency", (0.6, 0.9)),
    SampleTreatment("A rota for first answers", "published-flaw", (0.3, 0.7), (0.6, 0.95)),
    SampleTreatment("One vault for every secret", "leaked-credential", (0.2, 0.5)),
    SampleTreatment("One vault for every secret", "prod-access", (0.55, 0.9)),
)
# A year, as 90 % ranges.
COSTS = {
    "Upgrade what is exploited first": (2.5e4, 5e4),
    "A robot that proposes the upgrade": (2e4, 4.5e4),
    "A rota for first answers": (6e3, 1.4e4),
    "One vault for every secret": (3.5e4, 8e4),
}
APPETITE = (
    {"loss": 5e5, "probability": 0.4},
    {"loss": 2e6, "probability": 0.1},
    {"loss": 1.5e7, "probability": 0.01},
)
APPETITE_NOTE = "Decided by the board with the budget of the year"
