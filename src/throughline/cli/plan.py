"""`throughline plan`: the plan as code, exported, checked, compared and applied."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, is_new, json_option, made, now, placed, there
from throughline.cli.plan_files import ACTOR, answer, contents, write_out
from throughline.cli.plan_goals import goals
from throughline.engine.language.fields import Schema
from throughline.engine.refusals import Refused
from throughline.plans.format.meaning import Known, understood
from throughline.plans.format.problems import Problems
from throughline.plans.format.reading import Plan
from throughline.plans.format.schema import json_schema, schema_text
from throughline.plans.format.terms import undecidable
from throughline.plans.format.things import REASONS
from throughline.site.home import default_home, open_home


@click.group()
def command() -> None:
    """Keep the plan as code: export it, check it, compare it, apply it.

    \b
    Example:
      throughline plan export -o plan.yaml
      throughline plan diff plan.yaml
      throughline plan apply plan.yaml
    """


@command.command()
@click.option(
    "--cycle", default="", metavar="KEY", help="One cycle, with the goals and tenets that it serves."
)
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to write (default: standard output)."
)
@home_option
@json_option
def export(cycle: str, output: str, home: Path | None, as_json: bool) -> None:
    """Write the plan as YAML; the same plan is always the same bytes.

    \b
    Example:
      throughline plan export --cycle 2027-q1 -o quarter.yaml
    """
    open_home(there(home))
    from throughline.plans import queries

    with placed({"cycle": "--cycle"}):
        if as_json:
            emit(queries.sections(cycle), as_json=True, show=lambda: None)
            return
        text = queries.export(cycle)
    write_out(text, output)


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@home_option
@json_option
def check(files: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Say everything that is wrong with a plan, each with its file, line and column.

    Names may lead to what the files hold, and to what a data folder holds where there is one. The rules of
    `throughline lint` are asked, too: exit code 1 where one finds an error, 2 where the plan cannot be read.

    \b
    Example:
      throughline plan check plan.yaml
    """
    try:
        known, schema = _known(home), _fields(home)
        plan = understood(contents(files), known, further=lambda plan: undecidable(plan, schema))
    except Problems as problems:
        if not as_json:
            raise
        emit({"problems": [_problem(each) for each in problems.found]}, as_json=True, show=lambda: None)
        sys.exit(2)
    from throughline.plans.doubts import doubts

    found = doubts(plan)
    counts = {name: len(blocks) for name, blocks in plan.sections.items()}
    counts["key_results"] = sum(1 for _ in plan.key_results())
    document = {"problems": [], "findings": [_finding(each) for each in found], "counts": counts}
    emit(document, as_json=as_json, show=lambda: _show_checked(counts, found))
    if any(each.finding.severity == "error" for each in found):
        sys.exit(1)


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--prune", is_flag=True, help="Show what --prune would take away, too.")
@home_option
@json_option
def diff(files: tuple[str, ...], prune: bool, home: Path | None, as_json: bool) -> None:
    """Show what applying would change, item by item and field by field.

    \b
    Example:
      throughline plan diff plan.yaml
    """
    there(home)
    plan = _understood(files, home)
    from throughline.plans.actions import notes
    from throughline.plans.differences import differences

    found, said = differences(plan, prune=prune), notes(plan, prune=prune)
    answer(found, said, dry_run=True, as_json=as_json, is_diff=True)


@command.command("apply")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--reason",
    type=click.Choice(REASONS),
    help="Why key results in force change, where the file gives no reason of its own.",
)
@click.option("--text", default="", metavar="TEXT", help="The reason in your own words.")
@click.option("--prune", is_flag=True, help="Archive or discard what the files leave out of what they write.")
@click.option("--dry-run", is_flag=True, help="Try everything, and change nothing.")
@home_option
@json_option
def apply_(
    files: tuple[str, ...],
    reason: str | None,
    text: str,
    prune: bool,
    dry_run: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Bring the plan to what the files say, all of it or nothing.

    A key result in force that changes gets a new version, and needs a reason with words: in the file as
    `change: {reason: …, text: …}` beside it, or --reason and --text for all. What no file names stays.

    \b
    Example:
      throughline plan apply plan.yaml --reason "target moved" --text "Two people left the team."
    """
    if reason and not text.strip():
        raise Refused("say in your own words why it changes, beside the class of the reason", place="--text")
    if text and not reason:
        raise Refused(f"a text comes with its class: one of {', '.join(REASONS)}", place="--reason")
    target = there(home) if dry_run else made(home)
    open_home(target)
    plan = _understood(files, target)
    from throughline.plans.actions import Wish, apply

    wish = Wish(reason=reason or "", text=text, prune=prune, dry_run=dry_run)
    applied = apply(plan, ACTOR, wish=wish, now=now())
    answer(applied.changes, applied.notes, dry_run=dry_run, as_json=as_json)


@command.command()
@home_option
@json_option
def schema(home: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of a plan, for editors that check and complete as you write.

    \b
    Example:
      throughline plan schema
    """
    emit(json_schema(), as_json=as_json, show=lambda: click.echo(schema_text(), nl=False))


def _understood(files: tuple[str, ...], home: Path | None) -> Plan:
    return understood(contents(files), _known(home))


def _known(home: Path | None) -> Known:
    """What a data folder holds; nothing where none is named and the usual one is not there."""
    if home is None and is_new(default_home()):
        return Known()
    open_home(there(home))
    from throughline.plans.queries import known

    return known()


def _fields(home: Path | None) -> Schema | None:
    """The fields that expressions may use, where a data folder knows them."""
    if home is None and is_new(default_home()):
        return None
    from throughline.measures.queries import schema

    return schema()


def _problem(problem: Any) -> dict[str, Any]:
    place = problem.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "code": problem.code,
    }


def _finding(doubt: Any) -> dict[str, Any]:
    found = doubt.finding
    place = {"file": doubt.place.file, "line": doubt.place.line, "column": doubt.place.column}
    said = {"message": found.message, "suggestion": found.suggestion}
    return {**place, "of": doubt.of, "rule": found.rule, "severity": found.severity, **said}


def _show_checked(counts: dict[str, int], found: list[Any]) -> None:
    for doubt in found:
        click.echo(click.style(str(doubt), fg="red" if doubt.finding.severity == "error" else "yellow"))
    said = ", ".join(_counted(name, n) for name, n in counts.items() if n) or "nothing in it"
    click.echo(f"In order: {said}.")


def _counted(name: str, n: int) -> str:
    words = name.replace("_", " ")
    return f"{n:,} {words.removesuffix('s') if n == 1 and name != 'series' else words}"


command.add_command(goals)
