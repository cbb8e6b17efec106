"""`throughline cycle`: plan a quarter, ask what the gate wants, propose, answer, set and close it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli import cycle_stages
from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.cli.finding import cycle_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.cycles.gate import Gate
    from throughline.objectives.models import Cycle

ACTOR = "command line"
WHEN = {"proposing": " [before it is proposed]", "setting": " [before it is set]"}
OPTIONS = {"title": "--title", "start": "--start", "end": "--end", "key": "--key"}


@click.group()
def command() -> None:
    """Plan a quarter, ask what the gate still wants, propose, set and close it.

    \b
    Example:
      throughline cycle add
      throughline cycle show 2027-q1
      throughline cycle propose 2027-q1
    """


for _each in (cycle_stages.stages, cycle_stages.stage, cycle_stages.other_teams):
    command.add_command(_each)


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List the cycles, the latest first.

    \b
    Example:
      throughline cycle list --json
    """
    open_home(there(home))
    from throughline.cycles import queries

    found = [_row(each) for each in queries.listed()]
    emit({"cycles": found}, as_json=as_json, show=lambda: _show_list(found))


@command.command()
@click.option("--title", metavar="TEXT", help="Its name (default: the quarter).")
@click.option("--start", metavar="DATE", help="The first day (default: of the next quarter without a cycle).")
@click.option("--end", metavar="DATE", help="The last day; it counts whole.")
@click.option("--key", default="", metavar="KEY", help="How files and addresses name it.")
@home_option
@json_option
def add(
    home: Path | None, as_json: bool, title: str | None, start: str | None, end: str | None, key: str
) -> None:
    """Start a cycle in draft; without days it is the next quarter that has none.

    \b
    Example:
      throughline cycle add --title "2027-Q1" --start 2027-01-01 --end 2027-03-31
    """
    open_home(made(home))
    from throughline.cycles.queries import next_quarter
    from throughline.objectives.items import add_cycle

    moment = now()
    usual = next_quarter(moment)
    with placed(OPTIONS):
        cycle = add_cycle(
            ACTOR,
            key=key,
            title=title or usual.title,
            start=_day(start, "start") or usual.start,
            end=_day(end, "end") or usual.end,
            now=moment,
        )
    _answer(cycle, moment, as_json=as_json)


@command.command()
@click.argument("key", metavar="KEY")
@home_option
@json_option
def show(key: str, home: Path | None, as_json: bool) -> None:
    """Say what is planned in a cycle, and what the gate still asks.

    \b
    Example:
      throughline cycle show 2027-q1
    """
    open_home(there(home))
    _answer(cycle_of(key), now(), as_json=as_json)


@command.command()
@click.argument("key", metavar="KEY")
@home_option
@json_option
def propose(key: str, home: Path | None, as_json: bool) -> None:
    """Publish a cycle for comments; exit code 1 with the findings where the gate holds it up.

    \b
    Example:
      throughline cycle propose 2027-q1
    """
    open_home(there(home))
    from throughline.cycles import actions

    _move(key, actions.propose, as_json=as_json)


@command.command("set")
@click.argument("key", metavar="KEY")
@home_option
@json_option
def set_(key: str, home: Path | None, as_json: bool) -> None:
    """Put every key result into force; exit code 1 with the findings where the gate holds it up.

    \b
    Example:
      throughline cycle set 2027-q1 --json
    """
    open_home(there(home))
    from throughline.cycles import actions

    _move(key, actions.set_cycle, as_json=as_json)


@command.command()
@click.argument("key", metavar="KEY")
@home_option
@json_option
def close(key: str, home: Path | None, as_json: bool) -> None:
    """End a cycle whose key results are all graded or past their day.

    \b
    Example:
      throughline cycle close 2026-q4
    """
    open_home(there(home))
    from throughline.cycles import actions

    _move(key, actions.close_cycle, as_json=as_json)


@command.command()
@click.argument("key", metavar="KEY")
@home_option
@json_option
def discard(key: str, home: Path | None, as_json: bool) -> None:
    """Take away a draft that was never proposed and holds nothing.

    
    Example:
      throughline cycle discard 2027-q1
    """
    open_home(there(home))
    from throughline.cycles import actions

    cycle = cycle_of(key)
    actions.discard(ACTOR, cycle, now=now())
    emit({"discarded": key}, as_json=as_json, show=lambda: click.echo(f"{cycle.title} is discarded."))


@command.command()
@click.argument("key", metavar="KEY")
@click.argument("team", metavar="TEAM")
@click.option("--half", default="", metavar="TITLE", help="Which half, where the team is asked for several.")
@click.option(
    "--decline", default="", metavar="TEXT", help="Decline it, with the reason; else it is confirmed."
)
@home_option
@json_option
def answer(key: str, team: str, half: str, decline: str, home: Path | None, as_json: bool) -> None:
    """Say for another team that it confirms its half, or declines it.

    \b
    Example:
      throughline cycle answer 2027-q1 Platform
      throughline cycle answer 2027-q1 Platform --decline "Our quarter is full"
    """
    open_home(there(home))
    from throughline.objectives import efforts

    cycle, moment = cycle_of(key), now()
    with placed({"text": "--decline"}):
        for each in _halves(cycle, team, half, moment):
            efforts.answer(ACTOR, each, confirmed=not decline, text=decline, now=moment)
    _answer(cycle, moment, as_json=as_json)


def _halves(cycle: Cycle, team: str, half: str, moment: datetime) -> list[Any]:
    """What a team was asked for in a cycle, by its title where one is given. Raises Refused."""
    from throughline.objectives.planned import plan_of

    asked = plan_of(cycle, now=moment).counterparts
    own = [each for each in asked if each.team.name.casefold() == team.strip().casefold()]
    if not own:
        teams = ", ".join(sorted({each.team.name for each in asked})) or "nobody"
        raise Refused(f"{cycle.title} asks '{team}' for nothing; it asks {teams}", place="TEAM")
    found = [each for each in own if not half or each.title.casefold() == half.strip().casefold()]
    if not found:
        titles = ", ".join(f"'{each.title}'" for each in own)
        raise Refused(f"there is no half '{half}'; {own[0].team.name} is asked for {titles}", place="--half")
    return found


def _move(key: str, step: Callable[..., Any], *, as_json: bool) -> None:
    from throughline.cycles.actions import Blocked

    cycle, moment = cycle_of(key), now()
    try:
        step(ACTOR, cycle, now=moment)
    except Blocked as blocked:
        found = _asked(blocked.gate)
        document = {"key": cycle.key, "state": cycle.state, "blocked": True, "gate": found}
        emit(document, as_json=as_json, show=lambda: _show_blocked(found))
        raise click.exceptions.Exit(1) from None
    _answer(cycle, moment, as_json=as_json)


def _day(text: str | None, place: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"expected a date such as 2027-01-01, found '{text}'", place=place) from None


def _answer(cycle: Cycle, moment: datetime, *, as_json: bool) -> None:
    from throughline.cycles.content import content_of
    from throughline.cycles.gate import gate_of

    gate = gate_of(cycle, now=moment) if cycle.is_planned else None
    content = content_of(cycle, now=moment, sentences=gate.sentences if gate else None)
    document = {"key": cycle.key, "state": cycle.state, "blocked": False, **content}
    document["gate"] = _asked(gate) if gate else []
    emit(document, as_json=as_json, show=lambda: _show_one(document))


def _asked(gate: Gate) -> list[dict[str, object]]:
    return [
        {
            "of": each.of,
            "rule": each.finding.rule,
            "severity": each.finding.severity,
            "blocks": each.blocks,
            "message": each.finding.message,
            "suggestion": each.finding.suggestion,
        }
        for each in gate.asked
    ]


def _row(each: Any) -> dict[str, object]:
    return {
        "key": each.cycle.key,
        "title": each.cycle.title,
        "start": each.cycle.start.isoformat(),
        "end": each.cycle.end.isoformat(),
        "state": each.cycle.state,
        "objectives": each.objectives,
        "key_results": each.key_results,
        "open_comments": each.open_comments,
    }


def _show_list(found: list[dict[str, object]]) -> None:
    if not found:
        click.echo("No cycle yet. `throughline cycle add` starts the next quarter.")
    for each in found:
        counts = f"{each['objectives']} objectives, {each['key_results']} key results"
        click.echo(f"{each['key']}  {each['state']}  {each['start']} to {each['end']}  {counts}")


def _show_one(document: dict[str, Any]) -> None:
    cycle = document["cycle"]
    click.echo(f"{cycle['title']} ({document['state']}), {cycle['start']} to {cycle['end']}")
    for objective in document["objectives"]:
        click.echo(f"\n{objective['title']}")
        for each in objective["key_results"]:
            click.echo(f"  - {each['sentence']} ({each['owner'] or 'no owner yet'})")
    if document["gate"]:
        click.echo("\nThe gate asks:")
        _show_asked(document["gate"])


def _show_blocked(found: list[dict[str, Any]]) -> None:
    click.echo("The gate is shut; nothing was changed.")
    _show_asked(found)


def _show_asked(asked: list[dict[str, Any]]) -> None:
    for each in asked:
        when = WHEN.get(each["blocks"], "")
        said = f"{each['message']} {each['suggestion']}".strip()
        click.echo(f"{'!' if when else '?'} {each['of']}: {said}{when}")
