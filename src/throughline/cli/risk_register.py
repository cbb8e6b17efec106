"""`throughline risk`: the register by command, beside `curve`, which works on a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.risk.models import Scenario
    from throughline.risk.what_if import WhatIf

ACTOR = "command line"
GIVEN = ("statement", "criteria", "judge", "owner", "period", "start", "tags", "steps", "key")
OPTIONS = {name: f"--{name}" for name in (*GIVEN, "stage", "often", "per", "low", "likely", "high", "cap")}
OPTIONS |= {"often_to": "--often-to", "retention": "--retention", "note": "--note", "frequency": "--often"}
OPTIONS |= {"loss": "--low", "initiative": "INITIATIVE", "tag": "--tag", "owner": "--owner"}


@click.command()
@click.option("--tag", default="", help="Only those with this tag.")
@click.option("--owner", default="", help="Only those of this person.")
@click.option("--stale", is_flag=True, help="Only those whose estimate is not to be relied on.")
@home_option
@json_option
def scenarios(tag: str, owner: str, stale: bool, home: Path | None, as_json: bool) -> None:
    """List the scenarios, the dearest first.

    \b
    Example:
      throughline risk scenarios --tag cloud
    """
    found, moment = _register(home, tag=tag, owner=owner, stale=stale), now()
    from throughline.risk.tables import summary

    rows = [{**summary(each.stands, now=moment), "share_of_tail": each.share} for each in found.lines]
    emit({"scenarios": rows}, as_json=as_json, show=lambda: _list(rows, found.part_said))


@click.command()
@click.option("--statement", required=True, metavar="TEXT", help="What may happen, in one sentence.")
@click.option("--criteria", required=True, metavar="TEXT", help="How the judge will tell.")
@click.option("--judge", required=True, metavar="NAME", help="Who will say whether it happened.")
@click.option("--start", required=True, metavar="DATE", help="The first day.")
@click.option("--period", default="quarter", metavar="PERIOD", help="month, quarter (default) or year.")
@click.option("--owner", default="", metavar="NAME", help="Who looks after it.")
@click.option("--tags", default="", metavar="TAGS", help="With commas between them.")
@click.option("--step", "steps", multiple=True, metavar="TEXT", help="One of a chain; may be repeated.")
@click.option("--key", default="", help="A short name; made of the statement if left out.")
@home_option
@json_option
def add(home: Path | None, as_json: bool, steps: tuple[str, ...], **given: str) -> None:
    """Write a scenario: what may happen, by when, and who judges.

    \b
    Example:
      throughline risk add --statement "Ransomware stops the warehouse" --criteria "No parcel for a day" \\
        --judge "Ines Halvorsen" --start 2027-01-01 --key ransomware
    """
    open_home(made(home))
    from throughline.risk.actions import add_scenario
    from throughline.risk.doubts import question_of
    from throughline.risk.tables import scenario_document

    with placed(OPTIONS):
        found = add_scenario(ACTOR, now=now(), steps=list(steps), **given)
    document = scenario_document(found, now=now())
    end = document["end"]
    emit(document, as_json=as_json, show=lambda: click.echo(f"{found.key}: written, until {end}."))
    _warn(question_of(found))


@click.command()
@click.argument("key", metavar="SCENARIO")
@click.option("--stage", default="residual", metavar="STAGE", help="inherent, residual (default) or target.")
@click.option("--as", "how", type=click.Choice(["probability", "rate", "rate_90ci"]), default="probability")
@click.option("--often", required=True, metavar="FIGURE", help="Such as 9% or 0.09; of a rate, events.")
@click.option("--often-to", default="", metavar="FIGURE", help="The upper end of rate_90ci.")
@click.option("--per", type=click.Choice(["month", "quarter", "year"]), default="year")
@click.option("--low", required=True, metavar="AMOUNT", help="Of one event, such as 100k.")
@click.option(
    "--likely", default="", metavar="AMOUNT", help="The most likely; makes the ends least and most."
)
@click.option("--high", required=True, metavar="AMOUNT", help="Such as 2.5M; nine in ten lie between.")
@click.option("--retention", default="", metavar="AMOUNT", help="What is borne elsewhere first.")
@click.option("--cap", default="", metavar="AMOUNT", help="What no event costs more than.")
@click.option("--note", default="", metavar="TEXT", help="What it rests on.")
@home_option
@json_option
def estimate(key: str, stage: str, note: str, home: Path | None, as_json: bool, **given: str) -> None:
    """Say how often a scenario comes true, and how dear it is if it does.

    What was said before is kept; the newest of each stage counts.

    \b
    Example:
      throughline risk estimate ransomware --often 3% --per year --low 800k --high 15M --cap 25M
    """
    open_home(there(home))
    from throughline.risk.actions import add_estimate
    from throughline.risk.documents import estimated
    from throughline.risk.doubts import doubts_of
    from throughline.risk.estimating import estimate_of, frequency_said, loss_said
    from throughline.risk.tables import estimate_document

    found = _scenario(key)
    with placed(OPTIONS):
        said = {**given, "dear": "pert" if given["likely"] else "ci90"}
        frequency, loss = estimate_of(said)
        kept = add_estimate(ACTOR, found, stage=stage, frequency=frequency, loss=loss, note=note, now=now())
    read = f"{key}: read as {frequency_said(frequency)}, each {loss_said(loss)}."
    emit(estimate_document(kept), as_json=as_json, show=lambda: click.echo(read))
    _warn(*doubts_of(estimated([found])[0]))


@click.command()
@click.argument("key", metavar="SCENARIO")
@home_option
@json_option
def show(key: str, home: Path | None, as_json: bool) -> None:
    """Say what is asked of a scenario, and every estimate of it.

    \b
    Example:
      throughline risk show ransomware
    """
    open_home(there(home))
    from throughline.risk.tables import scenario_document

    found = _scenario(key)
    document = scenario_document(found, now=now())
    emit(document, as_json=as_json, show=lambda: _show(found, document))


@click.command()
@click.option("--at", "at", multiple=True, metavar="LOSS", help="Answer for this loss; may be repeated.")
@home_option
@json_option
def portfolio(at: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Say what a year of the register costs: the figures of `risk curve` on `risk export`.

    \b
    Example:
      throughline risk portfolio --at 5M
    """
    found = _register(home)
    from throughline.risk.amounts import amount_of
    from throughline.risk.appetites import appetite_now, curve_of
    from throughline.risk.curve_documents import document
    from throughline.risk.portfolios import portfolio_of
    from throughline.risk.register import sentence

    losses = [amount_of(each, place="--at") for each in at]
    made_of, stated = portfolio_of(found.document), appetite_now()
    if made_of is None:
        raise Refused("no scenario is estimated yet: `throughline risk estimate` says how", code="empty")
    said = document(made_of, at=losses, accepted=curve_of(stated) if stated else None)
    emit(said, as_json=as_json, show=lambda: _portfolio(sentence(found), said, asked=bool(losses)))


@click.command("what-if")
@click.argument("initiatives", nargs=-1, required=True, metavar="INITIATIVE...")
@home_option
@json_option
def what_if(initiatives: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Say what the register would be if initiatives work, and what that returns of its cost.

    \b
    Example:
      throughline risk what-if one-vault-for-every-secret
    """
    found = _register(home)
    from throughline.objectives.items import find
    from throughline.risk import what_if as engine
    from throughline.risk.tables import what_if_document

    with placed(OPTIONS):
        work = [find("initiative", key) for key in dict.fromkeys(initiatives)]
    answer = engine.what_if(work, [each.stands for each in found.lines])
    emit(
        what_if_document(answer),
        as_json=as_json,
        show=lambda: _show_what_if(engine.sentence(answer), answer),
    )


@click.command()
@home_option
@json_option
def export(home: Path | None, as_json: bool) -> None:
    """Write the register as the file that `risk curve` reads.

    \b
    Example:
      throughline risk export > register.json
    """
    found = _register(home)
    from throughline.risk.appetites import with_appetite

    emit(with_appetite(found.document), as_json=True, show=lambda: None)


COMMANDS = (scenarios, add, estimate, show, portfolio, what_if, export)


def _register(home: Path | None, *, tag: str = "", owner: str = "", stale: bool = False) -> Any:
    open_home(there(home))
    from throughline.risk.models import Scenario
    from throughline.risk.register import Chosen, register

    chosen = Chosen(tag, owner, "yes" if stale else "")
    return register(Scenario.objects.all(), chosen, now=now())


def _scenario(key: str) -> Scenario:
    from throughline.risk.models import Scenario

    found = Scenario.objects.select_related("series").filter(key=key).first()
    if found is None:
        raise Refused(
            f"there is no scenario '{key}': `throughline risk scenarios` lists them",
            place="SCENARIO",
            code="unknown",
        )
    return found


def _warn(*said: str) -> None:
    for each in filter(None, said):
        click.echo(f"Warning: {each}", err=True)


def _list(rows: list[dict[str, Any]], part: str) -> None:
    from throughline.risk import amounts, chances

    if not rows:
        return click.echo("No scenarios.")
    wide = max(len(each["key"]) for each in rows)
    click.echo(f"{'scenario':<{wide}}  {'a year':>12}  of the tail")
    for each in rows:
        share = chances.said(each["share_of_tail"], figures=2) if each["mean"] is not None else "–"
        stale = f"  stale: {each['stale']}" if each["stale"] else ""
        click.echo(f"{each['key']:<{wide}}  {amounts.said(each['mean']):>12}  {share:>11}{stale}")
    if part:
        click.echo(part)
    return None


def _show(found: Scenario, document: dict[str, Any]) -> None:
    from throughline.risk import amounts
    from throughline.risk.documents import estimated
    from throughline.risk.shown import STAGES, rows_of

    click.echo(f"{found.statement}\n{document['start']} to {document['end']}, {found.judge_name} judges")
    click.echo(f"{found.criteria}\n")
    stands = estimated([found])[0]
    for each in rows_of((stage, stands.newest.get(stage)) for stage, _ in STAGES):
        one = f" (one event costs {amounts.said(each.event)} on average)" if each.event is not None else ""
        said = f"{each.often}, {each.dear}{one}: {amounts.said(each.mean)} a year"
        click.echo(f"{each.title:<22}{said if each.estimate else 'not said'}")
        if each.panel:
            click.echo(f"{'':<22}Of the panel of “{each.panel.room}”. {each.why}")
    if document["stale"]:
        click.echo(f"\nStale: {document['stale']}.")


def _show_what_if(sentence: str, found: WhatIf) -> None:
    from throughline.risk.amounts import said

    click.echo("\n".join((sentence, *found.missing)))
    if not found.figures:
        return
    wide = max(len(each.name) for each in found.figures)
    click.echo(f"\n{'The register':<{wide}}  {'now':>14}  {'after':>14}  {'change':>14}")
    for each in found.figures:
        figures = (each.before, each.after, each.change)
        click.echo(f"{each.name:<{wide}}" + "".join(f"  {said(figure):>14}" for figure in figures))


def _portfolio(sentence: str, said: dict[str, Any], *, asked: bool) -> None:
    from throughline.risk import amounts, chances

    click.echo(sentence)
    for each in said["exceedance"] if asked else ():
        chance = chances.said(each["probability"], figures=2)
        click.echo(f"More than {amounts.said(each['loss'])}: {chance}")
    click.echo(f"Formula {said['formula_version']}; `throughline risk export` writes what it came from.")
