"""A report as Markdown: the whole document, to be kept beside code or sent on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from throughline.engine.markdown import escaped
from throughline.reports.content import Objective, Report, Result, Text
from throughline.reports.queries import Told
from throughline.reports.renderings.pdf import as_of, footer, title_of


def markdown(told: Told) -> str:
    """The whole report; in no text of a person is anything Markdown."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    report = told.report
    yield from (f"# {escaped(title_of(report))}", "", f"{escaped(as_of(told))}.", "")
    yield from (f"**{escaped(report.headline)}**", "", escaped(report.compared))
    if report.figures:
        yield ""
        yield from _table(("", "Figure", ""), ((each.name, each.value, each.note) for each in report.figures))
    for text in report.texts:
        yield from _text(text)
    if report.objectives:
        yield from ("", "## Objectives and key results")
    for objective in report.objectives:
        yield from _objective(objective)
    yield from _rest(report)
    yield from ("", "---", "", escaped(footer(told)))
    if told.sha256:
        yield from ("", f"SHA-256 of what was frozen: `{told.sha256}`")


def _text(text: Text) -> Iterator[str]:
    yield from ("", f"## {text.title}", "")
    yield from _paragraphs(text.said)


def _objective(objective: Objective) -> Iterator[str]:
    yield from ("", f"### {escaped(objective.title)}", "")
    if objective.scored:
        yield from (f"Score: {objective.scored}.", "")
    if objective.why:
        yield from _paragraphs(objective.why)
        yield ""
    columns = ("Key result", "From and to", "Now", "Interval", "n", "Score", "Chance", "Status", "Owner")
    yield from _table(columns, map(_row, objective.results))
    for each in objective.results:
        yield from _told_of(each)


def _row(each: Result) -> tuple[str, ...]:
    n = str(each.n) if each.n else ""
    return (
        *(each.name, each.aim, each.now, each.interval, n, each.score_said, each.chance_said),
        *(each.said, each.owner),
    )


def _told_of(each: Result) -> Iterator[str]:
    lesson = each.lesson
    said = [
        ("", each.reason),
        ("Grade", each.override),
        ("Post-mortem", f"{lesson.cause}. {lesson.next_step}. {lesson.lesson}" if lesson else ""),
        ("What worked", lesson.worked if lesson else ""),
        ("What did not", lesson.did_not if lesson else ""),
        *(("Changed", change) for change in each.history),
    ]
    lines = [f"  - {f'{term}: ' if term else ''}{escaped(text)}" for term, text in said if text]
    if lines:
        yield from ("", f"- **{escaped(each.name)}**", *lines)


def _rest(report: Report) -> Iterator[str]:
    if report.risk is not None:
        risk = report.risk
        yield from ("", "## Risk in money", "", escaped(f"{risk.sentence} {risk.change}"), "")
        rows = ((each.statement, each.mean, each.share) for each in risk.scenarios)
        yield from _table(("Scenario", "A year on average", "Of the worst year in 100"), rows)
    yield from ("", "## Work and what came of it", "", escaped(report.work.sentence), "")
    yield escaped(report.work.effects)
    for title, board in report.work.stories:
        yield from ("", f"- **{escaped(title)}**: {escaped(board)}")
    if report.reviews:
        yield from ("", "## What was decided on the way")
        for month, text in report.reviews:
            yield from ("", f"- **{month}**: {escaped(text)}")
    if report.following is not None:
        after = report.following
        yield from ("", f"## The next quarter: {escaped(after.title)}", "")
        yield after.sentence
        yield ""
        yield from (f"- {escaped(each)}" for each in after.objectives)


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = list(columns)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    yield from (f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows)


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(part for part in re.split(r"\n\s*\n", text) if part.strip()):
        yield from ("", escaped(paragraph)) if number else (escaped(paragraph),)
