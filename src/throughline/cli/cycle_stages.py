"""`throughline cycle stages` and its neighbours: the stages of a cycle, and what other teams plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.cli.finding import cycle_of
from throughline.cli.given import content_of, name_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

ACTOR = "command line"
SIGNS = {"done": "x", "skipped": "-", "open": ">", "not_begun": " "}


@click.command()
@click.argument("key", metavar="KEY")
@home_option
@json_option
def stages(key: str, home: Path | None, as_json: bool) -> None:
    """Say how each stage of a cycle stands by its records, and what comes next.

    \b
    Example:
      throughline cycle stages 2027-q1
    """
    open_home(there(home))
    _answer(key, as_json=as_json)


@click.command()
@click.argument("key", metavar="KEY")
@click.argument("stage", metavar="STAGE")
@click.option("--begin", "do", flag_value="begin", help="Begin it, or open it again.")
@click.option("--done", "do", flag_value="finish", help="Say that it is done.")
@click.option("--skip", "skipped", metavar="REASON", help="Leave it out, and say why.")
@click.option("--reason", default="", metavar="TEXT", help="With --begin: why it is opened again.")
@home_option
@json_option
def stage(
    key: str,
    stage: str,
    do: str | None,
    skipped: str | None,
    reason: str,
    home: Path | None,
    as_json: bool,
) -> None:
    """Begin, finish or skip a stage; any of them at any time.

    \b
    Example:
      throughline cycle stage 2027-q1 vote --begin
      throughline cycle stage 2027-q1 inspiration --skip "We read all summer"
    """
    if (do is None) == (skipped is None):
        raise Refused("say one of --begin, --done and --skip REASON", place="STAGE")
    open_home(there(home))
    from throughline.planning import actions

    cycle, which, moment = cycle_of(key), _stage(stage), now()
    with placed({"reason": "--skip" if skipped is not None else "--reason"}):
        if skipped is not None:
            actions.skip(ACTOR, cycle, which, reason=skipped, now=moment)
        elif do == "begin":
            actions.begin(ACTOR, cycle, which, reason=reason, now=moment)
        else:
            actions.finish(ACTOR, cycle, which, now=moment)
    _answer(key, as_json=as_json)


@click.command("other-teams")
@click.argument("key", metavar="KEY")
@click.argument("file", metavar="FILE")
@home_option
@json_option
def other_teams(key: str, file: str, home: Path | None, as_json: bool) -> None:
    """Bring in what other teams want to reach: all rows of FILE, or none; - is standard input.

    The columns are team, title, text, source, of which team and title must be there. A row is known again
    by its team and title.

    \b
    Example:
      throughline cycle other-teams 2027-q1 teams.csv
    """
    content, name = content_of(file, most=2_000_000), name_of(file)
    open_home(there(home))
    from throughline.planning import others

    cycle = cycle_of(key)
    new, changed = others.bring_in(ACTOR, cycle, content, name=name, now=now())
    document = {"cycle": cycle.key, "new": new, "changed": changed}
    emit(document, as_json=as_json, show=lambda: click.echo(f"{new} noted, {changed} changed."))


def _stage(name: str) -> Any:
    from throughline.engine.language.fields import nearest
    from throughline.planning.models import Stage

    if name not in Stage.Key.values:
        known = ", ".join(Stage.Key.values)
        message = f"there is no stage '{name}'{nearest(name, Stage.Key.values)}: expected {known}"
        raise Refused(message, place="STAGE")
    return Stage.Key(name)


def _answer(key: str, *, as_json: bool) -> None:
    from throughline.planning import queries

    found = queries.document(queries.stages_of(cycle_of(key), now=now()))
    emit(found, as_json=as_json, show=lambda: _show(found))


def _show(found: dict[str, Any]) -> None:
    click.echo(found["next"]["sentence"])
    for each in found["stages"]:
        sign = SIGNS[each["state"]]
        sign = "." if sign == " " and each["met"] else sign
        click.echo(f"[{sign}] {each['title']}: {each['stands']}")
        if each["reason"]:
            click.echo(f"    “{each['reason']}”")
    click.echo("[x] done  [-] left out  [>] under way  [.] over by the records  [ ] not begun")
