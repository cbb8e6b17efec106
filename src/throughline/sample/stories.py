"""What Fernwood tells of its running work to board, customers and engineers; of some of it nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.narratives.actions import tell
from throughline.objectives.models import Initiative, KeyResult, Version
from throughline.thread.queries import current_cycle

ACTOR = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleStory:
    """The story of the initiative or key result of this title; what is empty is not told."""

    of: str
    narrative: str = ""
    board: str = ""
    customer: str = ""
    engineer: str = ""
    fails: str = ""
    revenue: float | None = None
    revenue_from: str = ""


OF_INITIATIVES = (
    SampleStory(
        of="Upgrade what is exploited first",
        narrative="vulnerability-slos",
        board="What criminals use against shops like ours is repaired within the week; we show the days.",
        customer="A flaw that is being exploited is closed in your shop before you read of it.",
        engineer="Three tickets a week that matter, instead of three hundred that might.",
        fails="The week's list is longer than what two people can upgrade.\n"
        "Something on it was exploited for a month and we rated it medium.",
    ),
    SampleStory(
        of="A robot that proposes the upgrade",
        narrative="developer-experience",
        engineer="An upgrade arrives as a finished change with its tests run: you read it and merge it.",
    ),
    SampleStory(
        of="A rota for first answers",
        narrative="customer-assurance",
        board="Whoever reports a flaw hears from a person the next working day, as two contracts ask.",
        customer="You get the name of somebody who looks at it, and a date, within one working day.",
        revenue=180_000,
        revenue_from="Alder & Pike, Quayside Foods: both renewals ask for an answer within a day",
    ),
)
OF_KEY_RESULTS = (
    SampleStory(
        of="The auditor confirms access control without an exception",
        narrative="customer-assurance",
        board="Three of the ten enterprise customers sign when they hold the report, and not before.",
        customer="An independent auditor has looked at who can reach your data, and found no exception.",
        engineer="You show once a quarter who has access and why; nobody asks you for screenshots again.",
        fails="Sales cannot name the day on which the first of the three will sign.\n"
        "The report covers the office network and not the shop.",
        revenue=1_200_000,
        revenue_from="Halden Mutual, Northgate Stores, Sorrel Outdoor: all three wait for the report",
    ),
)


def live_stories(now: datetime) -> None:
    """Tell of the running quarter's work; said a second time, nothing changes."""
    cycle = current_cycle(now)
    works = {each.title: each for each in Initiative.objects.filter(cycle=cycle)}
    versions = Version.objects.filter(key_result__objective__cycle=cycle).select_related(
        "key_result__objective"
    )
    results: dict[str, KeyResult] = {each.title: each.key_result for each in versions}
    for told, found in ((OF_INITIATIVES, works), (OF_KEY_RESULTS, results)):
        for each in told:
            tell(
                ACTOR,
                found[each.of],
                narrative=each.narrative,
                board=each.board,
                customer=each.customer,
                engineer=each.engineer,
                fails=each.fails,
                revenue=each.revenue,
                revenue_from=each.revenue_from,
                now=now,
            )
