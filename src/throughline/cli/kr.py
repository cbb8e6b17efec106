"""`throughline kr`: add key results, ask how they stand, change and close them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

ACTOR = "command line"
FIELDS = (
    *("metric", "where", "at", "window", "baseline", "target", "start", "due", "owner", "title", "objective"),
    "reason",
)
OPTIONS = {name: f"--{name}" for name in FIELDS} | {"cadence_days": "--cadence"}
REASONS = ("wrong measure", "placeholder filled", "scope changed", "target moved")


@click.group()
def command() -> None:
    """Add key results, and ask how they stand.

    \b
    Example:
      throughline kr add --metric time_to_remediate --where "severity >= 'high'" --window "180 days" \\
          --baseline measured --target -30% --start 2026-10-01 --due 2026-12-31 --owner "Ada Okafor"
      throughline kr list
    """


def _promise_options(*, required: bool) -> Callable[[Any], Any]:
    """The fields of a key result; a change takes the same ones, each optional."""
    options = [
        click.option("--metric", required=required, metavar="EXPR|NAME", help="What is measured."),
        click.option("--where", metavar="COND", help="The slice, such as \"severity >= 'high'\"."),
        click.option("--at", metavar="FIELD", help="The date that puts a record in the window."),
        click.option(
            "--window", metavar="WINDOW", help="period (from the start until now), all, or '90 days'."
        ),
        click.option("--baseline", required=required, metavar="N|measured", help="Where it starts from."),
        click.option("--target", required=required, metavar="N|N%", help="12, or a change such as -30%."),
        click.option("--start", required=required, metavar="DATE", help="The first day."),
        click.option("--due", required=required, metavar="DATE", help="The last day; it counts whole."),
        click.option("--owner", required=required, metavar="NAME", help="The one person who answers for it."),
        click.option("--title", metavar="TEXT", help="A title instead of the sentence made from the fields."),
        click.option("--objective", metavar="TEXT", help="The objective that it serves."),
        click.option(
            "--cadence", "cadence_days", type=int, metavar="DAYS", help="How often data should come."
        ),
    ]

    def add(function: Any) -> Any:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@command.command()
@_promise_options(required=True)
@home_option
@json_option
def add(home: Path | None, as_json: bool, **given: Any) -> None:
    """Add a key result and measure it.

    \b
    Example:
      throughline kr add --metric known_open_average --baseline measured --target -20% \\
          --start 2026-10-01 --due 2026-12-31 --owner "Ada Okafor"
    """
    open_home(made(home))
    from throughline.objectives import actions

    moment = now()
    with placed(OPTIONS):
        key_result = actions.add_key_result(ACTOR, now=moment, **given)
    _answer(key_result.pk, as_json=as_json, moment=moment)


@command.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """Measure all key results and say how each stands.

    \b
    Example:
      throughline kr list --json
    """
    open_home(there(home))
    from throughline.objectives import actions, queries
    from throughline.objectives.documents import document
    from throughline.objectives.models import KeyResult

    moment = now()
    actions.measure_all(moment)
    found = queries.stands(KeyResult.objects.all(), now=moment)
    answer = [document(stand, full=False) for stand in found]
    emit(answer, as_json=as_json, show=lambda: _show_list(answer))


@command.command()
@click.argument("id", type=int, metavar="ID")
@home_option
@json_option
def show(id: int, home: Path | None, as_json: bool) -> None:
    """Measure one key result and say how it stands, with its versions and measurements.

    \b
    Example:
      throughline kr show 3 --json
    """
    open_home(there(home))
    from throughline.objectives import actions

    moment = now()
    actions.measure(_found(id), moment)
    _answer(id, as_json=as_json, moment=moment)


@command.command()
@click.argument("id", type=int, metavar="ID")
@_promise_options(required=False)
@click.option("--reason", required=True, metavar="CLASS", help=f"One of: {', '.join(REASONS)}.")
@click.option("--text", default="", metavar="TEXT", help="The reason in your own words.")
@home_option
@json_option
def change(id: int, home: Path | None, as_json: bool, reason: str, text: str, **given: Any) -> None:
    """Change a key result: a new version with a reason; the old ones stay.

    \b
    Example:
      throughline kr change 3 --target 25 --reason "target moved" --text "Two people left the team."
    """
    open_home(there(home))
    from throughline.objectives import actions

    moment = now()
    with placed(OPTIONS):
        actions.change_key_result(_found(id), ACTOR, reason=reason, text=text, now=moment, **given)
    _answer(id, as_json=as_json, moment=moment)


@command.command()
@click.argument("id", type=int, metavar="ID")
@home_option
@json_option
def close(id: int, home: Path | None, as_json: bool) -> None:
    """Grade a key result whose due day is over with the data as it stands.

    Key results are graded by themselves once the data reaches their end; this is for data that never will.

    \b
    Example:
      throughline kr close 3
    """
    open_home(there(home))
    from throughline.objectives import actions

    moment = now()
    key_result = _found(id)
    actions.measure(key_result, moment)
    key_result.refresh_from_db()
    if key_result.closed_at is None:
        actions.close(key_result, moment, actor=ACTOR)
    _answer(id, as_json=as_json, moment=moment)


def _found(id: int) -> Any:
    from throughline.objectives.models import KeyResult

    found = KeyResult.objects.filter(pk=id).first()
    if found is None:
        raise Refused(f"there is no key result {id}; `throughline kr list` names those there are", place="ID")
    return found


def _answer(id: int, *, as_json: bool, moment: datetime) -> None:
    from throughline.objectives import queries
    from throughline.objectives.documents import document

    answer = document(queries.stand_of(_found(id), now=moment))
    emit(answer, as_json=as_json, show=lambda: _show_one(answer))


STYLES = {"on_track": "green", "at_risk": "yellow", "off_track": "red", "stale": "magenta"}


def _show_list(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not found:
        click.echo("No key results yet. `throughline kr add --help` shows how one is made.")
        return
    table = Table("id", "key result", "now", "target", "status", box=None, pad_edge=False)
    table.columns[1].ratio = table.columns[4].ratio = 1
    table.expand = True
    for each in found:
        style = STYLES.get(each["status"], "default")
        status = f"[{style}]{each['status'].replace('_', ' ')}[/]: {escape(each['reason'])}"
        title = f"{each['title']} ({each['owner']})"
        row = (str(each["id"]), title, _said(each, "value"), _said(each, "target"))
        table.add_row(*map(escape, row), status)
    Console().print(table)


def _show_one(found: dict[str, Any]) -> None:
    click.echo(f"{found['id']}  {found['title']}")
    if found["title"] != found["sentence"]:
        click.echo(found["sentence"])
    click.echo(f"{found['status'].replace('_', ' ')}: {found['reason']}")
    low, high = found["low"], found["high"]
    interval = f" ({_said(found, 'low')} to {_said(found, 'high')})" if None not in (low, high) else ""
    click.echo(f"now {_said(found, 'value')}{interval}, n = {found['n']}")
    click.echo(f"baseline {_said(found, 'baseline')}, target {_said(found, 'target')}, due {found['due']}")
    grade = "" if found["grade"] is None else f", grade {found['grade']:.2f}"
    click.echo(f"verdict {found['verdict']}{grade}; owner {found['owner']}; version {found['version']}")
    for warning in found["warnings"]:
        click.echo(f"! {warning['message']}")


def _said(found: dict[str, Any], name: str) -> str:
    from throughline.engine.sentences import amount

    unit = " days" if found["unit"] == "days" and found[name] is not None else ""
    return amount(found[name], found["unit"]) + unit
