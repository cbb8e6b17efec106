"""`throughline work`: what there is to do in a cycle and what it needs, listed, written and brought back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.candidate_names import cycle_named
from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.cli.given import content_of, name_of
from throughline.cli.plan_files import ACTOR, write_out
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.assignments.staffing_files import Brought
    from throughline.objectives.models import Cycle

MOST_BYTES = 2_000_000


@click.group()
def command() -> None:
    """Say what work needs, so that the match finds people for it: kinds, value, weeks, how many, and who.

    \b
    Example:
      throughline work list --cycle 2027-q1
      throughline work export --cycle 2027-q1 -o staffing.yaml
      throughline work import staffing.yaml
    """


@command.command("list")
@click.option("--cycle", default="", metavar="KEY", help="The cycle (default: the one that is planned).")
@click.option(
    "--missing", default="", metavar="WHAT", help="Only what lacks description, weeks, kinds, value …"
)
@home_option
@json_option
def list_(cycle: str, missing: str, home: Path | None, as_json: bool) -> None:
    """List the work of a cycle with its kinds, value and weeks, and what is missing of it.

    \b
    Example:
      throughline work list --cycle 2027-q1 --missing any
    """
    open_home(there(home))
    from throughline.assignments.staffed import every_piece, is_wanted, wanted_of
    from throughline.assignments.staffing_documents import documents

    with placed({"missing": "--missing"}):
        wanted = wanted_of(missing)
    found = _cycle(cycle) or _to_plan()
    rows = documents(each for each in every_piece(found) if is_wanted(each, wanted))
    emit({"cycle": found.key, "work": rows}, as_json=as_json, show=lambda: _show(rows))


@command.command()
@click.option("--cycle", default="", metavar="KEY", help="One cycle (default: all work).")
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to write (default: standard output)."
)
@home_option
@json_option
def export(cycle: str, output: str, home: Path | None, as_json: bool) -> None:
    """Write what work needs as YAML; the same work is always the same bytes.

    \b
    Example:
      throughline work export --cycle 2027-q1 -o staffing.yaml
    """
    open_home(there(home))
    from throughline.assignments import staffing_files

    found = _cycle(cycle)
    if as_json:
        emit({"work": staffing_files.pieces(found)}, as_json=True, show=lambda: None)
        return
    write_out(staffing_files.export(found), output)


@command.command("import")
@click.argument("file", metavar="FILE|-")
@click.option("--dry-run", is_flag=True, help="Try everything, and change nothing.")
@home_option
@json_option
def import_(file: str, dry_run: bool, home: Path | None, as_json: bool) -> None:
    """Describe work as a file does, all of it or nothing; what the file does not name stays.

    The file's form is that of `export`. What is wrong is said with its line and column, all at once.

    \b
    Example:
      throughline work import staffing.yaml --dry-run
    """
    from throughline.assignments.format.staffing import read_staffing

    target = there(home)
    blocks = read_staffing(content_of(file, most=MOST_BYTES), file=name_of(file))
    open_home(target)
    from throughline.assignments.staffing_files import bring

    found = bring(ACTOR, blocks, dry_run=dry_run, now=now())
    said = {"applied": not dry_run, "changed": list(found.changed), "same": list(found.same)}
    emit(said, as_json=as_json, show=lambda: _say(found, dry_run=dry_run))


@command.command()
@home_option
@json_option
def schema(home: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of the file, for editors that check and complete as you write.

    \b
    Example:
      throughline work schema
    """
    from throughline.assignments.format.staffing import STAFFING, TITLE
    from throughline.plans.format.schema import json_schema, schema_text

    whole = json_schema(STAFFING, TITLE)
    emit(whole, as_json=as_json, show=lambda: click.echo(schema_text(STAFFING, TITLE), nl=False))


def _cycle(key: str) -> Cycle | None:
    with placed({"CYCLE": "--cycle"}):
        return cycle_named(key) if key else None


def _to_plan() -> Cycle:
    from throughline.people.queries import cycle_to_plan

    found = cycle_to_plan()
    if found is None:
        raise Refused("no cycle is planned or runs: name one that was", place="--cycle", code="unknown")
    return found


def _show(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        kinds = ", ".join(f"{kind} {part:.0%}" for kind, part in each["kinds"].items()) or "no kinds"
        value = "no value" if each["value"] is None else f"worth {each['value']:g}"
        weeks = (
            "no weeks"
            if each["weeks"] is None
            else f"{each['weeks']:g} week{'' if each['weeks'] == 1 else 's'}"
        )
        click.echo(f"{each['title']} ({each['work']})")
        click.echo(f"  {kinds}; {value}; {weeks}")
        if each["missing"]:
            click.echo(click.style(f"  missing: {', '.join(each['missing'])}", fg="yellow"))
    if not rows:
        click.echo("No work.")


def _say(found: Brought, *, dry_run: bool) -> None:
    for key in found.changed:
        click.echo(f"{key}: {'would be described' if dry_run else 'described'}.")
    if found.same:
        click.echo(f"{len(found.same)} as known.")
    if dry_run:
        click.echo("Dry run: nothing was changed.")
