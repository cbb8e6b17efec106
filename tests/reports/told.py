"""A report written by hand: what renderings take, without a database behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from throughline.charts import Course, key_result
from throughline.charts.key_results import Dated
from throughline.reports.content import (
    Figure,
    Lesson,
    Objective,
    Report,
    Result,
    Risk,
    Scenario,
    Text,
    Work,
)
from throughline.reports.queries import Told

START, NOW = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 20, 12, tzinfo=UTC)
DUE = datetime(2027, 1, 1, tzinfo=UTC)
# What each format could take for its own: typst, Markdown, a formula, XML, and letters of elsewhere.
HOSTILE = '#panic("x") *Stern* [klick](http://x) <b>&amp; =1+1 $x$ Größe 漏洞'
FORMULA = '=HYPERLINK("http://x","y")'


def chart(title: str):
    course = Course(title=title, unit="days", baseline=30, target=20, start=START, due=DUE)
    values = [Dated(START + timedelta(days=7 * week), 30 - week, 27 - week, 34 - week) for week in range(7)]
    return key_result(course, values, now=NOW)


def result(number: int, name: str = "", **given) -> Result:
    said = {
        "id": number,
        "key": f"kr-{number}",
        "name": name or f"Repairs are faster {number}",
        "sentence": "Time to remediate, from 30 to 20 days by 31 Dec 2026",
        "owner": "Mia",
        "commitment": "committed",
        "aim": "30 → 20 days",
        "value": 24.0,
        "low": 21.0,
        "high": 28.0,
        "unit": "days",
        "n": 1234,
        "now": "24 days",
        "interval": "21 to 28 days",
        "score": 0.6,
        "chance": 0.41,
        "word": "at_risk",
        "said": "at risk",
        "reason": "41 % likely to end at 20 days or below.",
        **given,
    }
    return Result(**said)


def report(results: list[Result] | None = None, **given) -> Report:
    found = results if results is not None else [result(1, chart=chart("Repairs")), result(2, HOSTILE)]
    objective = Objective(
        key="repair",
        title="Repair what matters",
        why="It is used first.",
        owner="Mia",
        serves=("Secure the product",),
        committed=0.6,
        aspirational=None,
        breached=(),
        results=tuple(found),
    )
    risk = Risk(
        n=3,
        n_before=3,
        stale=0,
        mean=1.2e6,
        tail=4e6,
        mean_before=1.5e6,
        tail_before=4.4e6,
        mean_said="1.2 million",
        tail_said="4 million",
        sentence="3 scenarios cost 1.2 million a year on average.",
        change="That is 300,000 less than when the quarter began (1.5 million).",
        scenarios=(Scenario(statement="Checkout stands still", mean="900,000", share="60 %"),),
        chart=chart("Risk"),
    )
    said = {
        "key": "2026-q4",
        "title": "2026-Q4",
        "span": "1 Oct to 31 Dec 2026",
        "state": "set",
        "week": "week 8 of 13",
        "at": NOW.isoformat(),
        "data_as_of": "19 Nov 2026",
        "headline": "None of 2 key results are on course; 2 at risk.",
        "compared": "In 2026-Q3, 1 of 2 were hit.",
        "figures": (
            Figure(name="On course", value="0 of 2"),
            Figure(name="Risk, a year on average", value="1.2 million", note="down 300,000", tone="good"),
        ),
        "texts": (
            Text(part="narrative", draft="It went as the figures say."),
            Text(part="learnt", draft="", written="Ask sooner.", author="Max", at="19 Nov 2026"),
            Text(part="next", draft="More of it."),
        ),
        "objectives": (objective,),
        "risk": risk,
        "work": Work(
            counts=(("done", 2),),
            sentence="2 pieces of work: 2 done.",
            effects="",
            stories=(("Rota", "Yes."),),
        ),
        "following": None,
        "reviews": (),
        **given,
    }
    return Report(**said)


def told(found: Report | None = None) -> Told:
    return Told(found or report())


def lesson() -> Lesson:
    return Lesson(
        cause="No capacity", next_step="Try again", lesson="Plan with three quarters of the people."
    )


def many(count: int) -> Report:
    """So many key results that no page has room for them, with long names and long texts."""
    found = [
        result(n, f"A key result whose name goes on and on for a while, number {n}") for n in range(count)
    ]
    long = "This is a sentence that takes some room on the page and says little. " * 10
    texts = tuple(replace(each, written=long[:700]) for each in report().texts)
    return report(found, texts=texts)
