"""`throughline stories`: what is told of the work of a cycle, of which work nothing is, and telling it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.cli.finding import cycle_of
from throughline.cli.narratives import READERS
from throughline.cli.plan_files import ACTOR
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.objectives.models import Initiative, KeyResult

KINDS = ("initiative", "key_result")
FIELDS = ("board", "customer", "engineer", "narrative", "fails", "revenue", "revenue_from")
OPTIONS = {name: f"--{name.replace('_', '-')}" for name in FIELDS}


@click.group("stories", invoke_without_command=True)
@click.option("--cycle", metavar="KEY", default="", help="The cycle, such as 2026-q4; else the running one.")
@home_option
@json_option
@click.pass_context
def command(ctx: click.Context, home: Path | None, as_json: bool, cycle: str) -> None:
    """Say what is told of the work of a cycle, first where nothing is, and what it unlocks.

    \b
    Example:
      throughline stories
      throughline stories --cycle 2026-q4 --json
      throughline stories set initiative:paved-road --board "Fewer things to get wrong"
    """
    if ctx.invoked_subcommand is not None:
        if cycle or home or as_json:
            said = ctx.invoked_subcommand
            raise Refused(f"write options after `{said}`, where it reads them", place="stories")
        return
    open_home(there(home))
    from throughline.narratives.documents import document
    from throughline.narratives.telling import stories_in
    from throughline.thread.queries import current_cycle

    found = document(stories_in(cycle_of(cycle) if cycle else current_cycle(now())))
    emit(found, as_json=as_json, show=lambda: _show(found))


@command.command("set")
@click.argument("work", metavar="WORK")
@click.option("--board", metavar="TEXT", help="What it is for, in a sentence to the board.")
@click.option("--customer", metavar="TEXT", help="What a customer has of it.")
@click.option("--engineer", metavar="TEXT", help="What is different for an engineer.")
@click.option("--narrative", metavar="KEY", help="The story of the library that it takes after.")
@click.option("--fails", multiple=True, metavar="TEXT", help="A sign that it fails; may be given many times.")
@click.option("--revenue", metavar="AMOUNT", help="What it unlocks, such as 400k.")
@click.option("--revenue-from", metavar="TEXT", help="Which deals, contracts or customers that is.")
@home_option
@json_option
def set_(work: str, home: Path | None, as_json: bool, **said: Any) -> None:
    """Tell the story of a piece of work; WORK is initiative:KEY or key_result:KEY.

    What is not given stays as it is, and an empty text takes it back: the same words twice change nothing,
    so that a file of these commands beside the plan can be run again.

    \b
    Example:
      throughline stories set initiative:paved-road --board "Fewer things to get wrong" --narrative paved-road
    """
    given = {name: value for name, value in said.items() if value is not None and value != ()}
    if not given:
        raise Refused(f"say at least one of {', '.join(OPTIONS.values())}", place="WORK", code="missing")
    open_home(there(home))
    from throughline.narratives.actions import said_of, tell
    from throughline.narratives.models import Story
    from throughline.risk.amounts import amount_of

    of, item = _work(work)
    with placed(OPTIONS):
        if "fails" in given:
            given["fails"] = "\n".join(given["fails"])
        if "revenue" in given:
            amount = given["revenue"].strip()
            given["revenue"] = amount_of(amount, place="revenue") if amount else None
        before = said_of(Story.objects.filter(**{of: item}).first())
        story = said_of(tell(ACTOR, item, now=now(), **given))
    is_new = story != before
    answer = {"work": work, "changed": is_new, **story}
    done = "The story is kept." if is_new else "Nothing changed."
    emit(answer, as_json=as_json, show=lambda: click.echo(f"{work}: {done}"))


def _work(named: str) -> tuple[str, Initiative | KeyResult]:
    """Of which kind a piece of work is, and the work. Raises Refused."""
    from throughline.objectives.models import Initiative, KeyResult

    kind, _, key = named.partition(":")
    if kind not in KINDS or not key:
        raise Refused(f"expected initiative:KEY or key_result:KEY, found '{named[:80]}'", place="WORK")
    model: type[Initiative] | type[KeyResult] = Initiative if kind == "initiative" else KeyResult
    found = model.objects.filter(key=key).first()
    if found is None:
        keys = list(model.objects.values_list("key", flat=True))
        word = kind.replace("_", " ")
        raise Refused(f"there is no {word} '{key}'{nearest(key, keys)}", place="WORK", code="unknown")
    return kind, found


def _show(found: dict[str, Any]) -> None:
    from throughline.risk.amounts import said

    if not found["work"]:
        click.echo("There is no work to tell of yet. `throughline plan apply FILE` brings a plan in.")
        return
    for each in found["work"]:
        _tell(each)
    click.echo(f"\n{found['untold']} of {len(found['work'])} without a story.")
    if found["revenue"]:
        click.echo(f"Together they unlock {said(found['revenue'])}.")


def _tell(each: dict[str, Any]) -> None:
    from throughline.risk.amounts import said

    mark = "" if each["told"] else "! "
    owner = f", {each['owner']}" if each["owner"] else ""
    click.echo(f"{mark}{each['title']}{owner} {click.style(each['work'], dim=True)}")
    if not each["told"]:
        click.echo("    no story: how would you tell the board, a customer, an engineer?")
    for name, reader in READERS:
        if each[name]:
            click.echo(f"    {reader}: {each[name]}")
    if each["own_words"]:
        click.echo(f"    In our own words: {each['own_words']}")
    for sign in each["fails"]:
        click.echo(f"    It fails when: {sign}")
    if each["revenue_from"]:
        amount = said(each["revenue"]) if each["revenue"] is not None else "no figure yet"
        click.echo(f"    Unlocks {amount}: {each['revenue_from']}")
    elif each["is_assurance"]:
        click.echo("    ! nobody has named a deal that waits for it")
