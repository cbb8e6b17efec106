"""`throughline kr`: add key results, ask how they stand, change and close them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.cli.kr_options import OPTIONS, promise_options
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

ACTOR = "command line"
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


@command.command()
@promise_options(required=True)
@home_option
@json_option
def add(home: Path | None, as_json: bool, **given: Any) -> None:
    """Add a key result and measure it.

    \b
    Example:
      throughline kr add --metric known_open_average --baseline measured --target -20% \\
          --start 2026-10-01 --due 2026-12-31 --owner "Ada Okafor"
      throughline kr add --kind milestone --step "40: The pilot runs" --step "60: All teams use it" \\
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
    emit(answer, as_json=as_json, show=lambda: _show_list(answer, queries.waiting()))


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
@promise_options(required=False)
@click.option("--reason", required=True, metavar="CLASS", help=f"One of: {', '.join(REASONS)}.")
@click.option("--text", required=True, metavar="TEXT", help="The reason in your own words.")
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


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.argument("step", default="")
@click.option("--evidence", default="", metavar="TEXT", help="By what anybody can see it, such as a link.")
@click.option("--at", default="", metavar="DATE", help="When it was done; now if left out.")
@click.option("--undo", is_flag=True, help="Take back that it is done.")
@home_option
@json_option
def done(id: int, step: str, *, home: Path | None, as_json: bool, undo: bool, **given: str) -> None:
    """Say that a step of a milestone is done, or that the event of a binary key result happened.

    STEP is the key or the title of a step; an event has none.

    \b
    Example:
      throughline kr done 4 the-pilot-runs --evidence https://ci.example.org/runs/81
    """
    open_home(there(home))
    from throughline.objectives import completions

    moment, key_result = now(), _found(id)
    with placed({"step": "STEP", "evidence": "--evidence", "at": "--at"}):
        if undo:
            completions.withdraw(completions.standing(key_result, step, now=moment), ACTOR, now=moment)
        else:
            completions.complete(key_result, ACTOR, step=step, now=moment, **given)
    _answer(id, as_json=as_json, moment=moment)


@command.command()
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.option(
    "--fail-under", type=float, required=True, metavar="SCORE", help="The least score that passes, 0 to 1."
)
@home_option
@json_option
def check(ids: tuple[int, ...], home: Path | None, as_json: bool, fail_under: float) -> None:
    """Measure key results and fail, with exit code 1, where one scores less than asked.

    All that are running, or those named. The score is the grade that each would have today, the grade itself
    once it is graded; one that has no score does not pass, and neither does a folder without any.

    \b
    Example:
      throughline kr check --fail-under 0.4
    """
    open_home(there(home))
    from throughline.objectives import actions, queries

    if not 0 <= fail_under <= 1:
        raise Refused(f"a score lies between 0 and 1, found {fail_under:g}", place="--fail-under")
    moment = now()
    wanted = [_found(id).pk for id in ids]
    actions.measure_all(moment)
    asked = actions.in_force().filter(pk__in=wanted) if ids else actions.in_force().filter(closed_at=None)
    found = queries.stands(asked, now=moment)
    running = [each for each in found if ids or each.version.start <= moment]
    answer = _checked(running, fail_under, has_any=actions.in_force().exists())
    emit(answer, as_json=as_json, show=lambda: _show_check(answer))
    if not answer["passed"]:
        raise click.exceptions.Exit(1)


def _checked(found: list[Any], fail_under: float, *, has_any: bool) -> dict[str, Any]:
    told = [
        {
            "id": stand.key_result.pk,
            "title": stand.title,
            "status": stand.status.word,
            "score": stand.score,
            "passed": stand.score is not None and stand.score >= fail_under,
        }
        for stand in found
    ]
    # Between two quarters nothing runs, which is no failure; a folder without any is the wrong folder.
    passed = all(each["passed"] for each in told) if told else has_any
    return {"fail_under": fail_under, "passed": passed, "key_results": told}


def _show_check(answer: dict[str, Any]) -> None:
    if not answer["key_results"]:
        why = "No key result runs now" if answer["passed"] else "There is no key result in force"
        click.echo(f"{why}, so nothing was checked{'' if answer['passed'] else ': that is no pass'}.")
        return
    for each in answer["key_results"]:
        score = "no score" if each["score"] is None else f"{each['score']:.2f}"
        click.echo(f"{'ok  ' if each['passed'] else 'FAIL'}  {score}  {each['id']}  {each['title']}")
    below = sum(not each["passed"] for each in answer["key_results"])
    click.echo(f"{below} of {len(answer['key_results'])} below {answer['fail_under']:g}.")


def _found(id: int) -> Any:
    from throughline.objectives.models import KeyResult

    found = KeyResult.objects.filter(pk=id).first()
    if found is None:
        raise Refused(f"there is no key result {id}; `throughline kr list` names those there are", place="ID")
    if found.sketch is not None:
        assert found.objective is not None
        raise Refused(
            f"key result {id} is still a sketch: it comes into force when its cycle is set, and "
            f"`throughline cycle show {found.objective.cycle.key}` says what is wanted for that",
            place="ID",
            code="sketch",
        )
    return found


def _answer(id: int, *, as_json: bool, moment: datetime) -> None:
    from throughline.objectives import queries
    from throughline.objectives.documents import document

    answer = document(queries.stand_of(_found(id), now=moment))
    emit(answer, as_json=as_json, show=lambda: _show_one(answer))


STYLES = {"on_track": "green", "at_risk": "yellow", "off_track": "red", "stale": "magenta"}


def _show_list(found: list[dict[str, Any]], waiting: dict[str, int]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not found:
        how = "`throughline kr add --help` shows how one is made."
        click.echo("No key result is in force yet." if waiting else f"No key results yet. {how}")
        _show_waiting(waiting)
        return
    table = Table("id", "key result", "now", "to reach", "status", box=None, pad_edge=False)
    table.columns[1].ratio = table.columns[4].ratio = 1
    table.expand = True
    for each in found:
        style = STYLES.get(each["status"], "default")
        status = f"[{style}]{each['status'].replace('_', ' ')}[/]: {escape(each['reason'])}"
        title = f"{each['title']} ({each['owner']})"
        row = (str(each["id"]), title, _said(each, "value"), each["aim"])
        table.add_row(*map(escape, row), status)
    Console().print(table)
    _show_waiting(waiting)


def _show_waiting(waiting: dict[str, int]) -> None:
    for cycle, count in waiting.items():
        said = f"{count:,} sketch waits" if count == 1 else f"{count:,} sketches wait"
        click.echo(f"{said} in {cycle} until it is set.")


def _show_one(found: dict[str, Any]) -> None:
    click.echo(f"{found['id']}  {found['title']}")
    if found["title"] != found["sentence"]:
        click.echo(found["sentence"])
    click.echo(f"{found['status'].replace('_', ' ')}: {found['reason']}")
    low, high = found["low"], found["high"]
    interval = f" ({_said(found, 'low')} to {_said(found, 'high')})" if None not in (low, high) else ""
    click.echo(f"now {_value(found)}{interval}, n = {found['n']}")
    if found["baseline"] is not None:
        click.echo(
            f"baseline {_said(found, 'baseline')}, target {_said(found, 'target')}, due {found['due']}"
        )
    else:
        click.echo(f"{found['kind']}: {found['aim']}, due {found['due']}")
    _show_pace(found)
    done = {each["step"] for each in found["completions"] if each["withdrawn_at"] is None}
    for step in found["steps"]:
        click.echo(
            f"[{'x' if step['key'] in done else ' '}] {step['weight']:g}  {step['key']}: {step['title']}"
        )
    grade = "" if found["grade"] is None else f", grade {found['grade']:.2f}"
    click.echo(f"verdict {found['verdict']}{grade}; owner {found['owner']}; version {found['version']}")
    for warning in found["warnings"]:
        click.echo(f"! {warning['message']}")


def _show_pace(found: dict[str, Any]) -> None:
    """How far it is, and where it is likely to end; said of a running one only."""
    from throughline.engine.percentages import percent
    from throughline.engine.sentences import amount

    if found["progress"]["raw"] is not None and found["kind"] in ("move", "forecast"):
        click.echo(f"{percent(found['progress']['raw'])} of the way")
    likely = [found["likely"][name] for name in ("value", "low", "high")]
    if found["chance"] is not None and None not in likely:
        middle, low, high = (amount(each, found["unit"]) for each in likely)
        chance = percent(found["chance"])
        click.echo(f"likely at the end {middle} ({low} to {high}), {chance} likely to hit")
    elif found["basis"] == "line":
        click.echo("judged by the straight line: its history is too short for a chance")


def _value(found: dict[str, Any]) -> str:
    if found["kind"] == "binary":
        return "done" if found["value"] else "not yet"
    return _said(found, "value")


def _said(found: dict[str, Any], name: str) -> str:
    from throughline.engine.sentences import amount, unit_word

    unit = "" if found[name] is None else unit_word(found["unit"])
    return amount(found[name], found["unit"]) + unit
