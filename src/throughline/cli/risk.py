"""`throughline risk`: what a year of scenarios may cost, from a file."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.risk_register import COMMANDS
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.engine.losses import Portfolio

MOST_LOSSES = 10_000
WIDTH = 40
_LOSS = re.compile(r"\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")


@click.group()
def command() -> None:
    """Work out what risks cost: of a file with `curve`, of the register with the others.

    \b
    Example:
      throughline risk curve scenarios.yaml
      throughline risk portfolio --at 5M
    """


@command.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--at", "at", multiple=True, metavar="LOSS", help="Answer for this loss; may be repeated, in any order."
)
@home_option
@json_option
def curve(file: str, at: tuple[str, ...], home: Path | None, as_json: bool) -> None:
    """Say what a year of these scenarios costs: mean, quantiles, the worst years, the chance of losing more.

    FILE is YAML or JSON; - reads standard input. Nothing is sampled: the same file gives the same figures.
    The share of the tail is of the worst year in a hundred. Needs no data folder.

    \b
    Example:
      throughline risk curve scenarios.yaml --at 1000000 --at 10000000
      throughline risk curve scenarios.json --json
    """
    losses = [_loss(each) for each in at]
    if len(losses) > MOST_LOSSES:
        raise Refused(f"expected at most {MOST_LOSSES:,} losses, found {len(losses):,}", place="--at")
    from throughline.cli.plan_files import contents
    from throughline.engine.losses import portfolio
    from throughline.risk.curve_documents import document
    from throughline.risk.curve_files import read_scenarios

    [(name, content)] = contents((file,)).items()
    given = read_scenarios(content, file=name)
    found = portfolio(given.scenarios)
    said = document(found, at=losses, accepted=given.appetite)
    emit(said, as_json=as_json, show=lambda: _show(found, said))
    for warning in found.warnings:
        click.echo(f"Warning: {warning}", err=True)


def _loss(said: str) -> float:
    # Not all that Python reads is how an amount is written: 1_000, or digits of other scripts.
    found = float(said) if _LOSS.fullmatch(said.strip()) else math.nan
    if not math.isfinite(found):
        raise Refused(
            f"expected a loss as a number of 0 or more such as 1000000, found '{said}'",
            place="--at",
            code="at",
        )
    return found


def _show(found: Portfolio, said: dict[str, Any]) -> None:
    sd = _amount(said["sd"]) if math.isfinite(said["sd"]) else "without end: the tail is very heavy"
    click.echo(f"Mean loss of a year      {_amount(said['mean']):>18}")
    click.echo(f"Standard deviation       {sd:>18}")
    click.echo(f"A year without loss      {_share(found.p_zero):>18}")
    click.echo("")
    for level, amount in said["quantiles"].items():
        click.echo(f"{_share(1 - float(level)):>8} lose more than    {_amount(amount):>18}")
    for level, amount in said["tvar"].items():
        click.echo(f"The worst {_share(1 - float(level)):>5} lose, on average {_amount(amount):>13}")
    click.echo("\nChance of losing more than")
    for point in said["exceedance"]:
        bar = "█" * round(WIDTH * point["probability"]) or "▏"
        click.echo(f"{_amount(point['loss']):>18}  {_share(point['probability']):>8}  {bar}")
    _show_scenarios(said["scenarios"])
    if "appetite" in said:
        _show_breaches(said["appetite"]["breaches"])
    click.echo(f"\nFormula {said['formula_version']}; shares are of the worst 1 % of years.")


def _show_scenarios(scenarios: list[dict[str, Any]]) -> None:
    wide = min(max(len(each["id"]) for each in scenarios), 50)
    click.echo(f"\n{'Scenario':<{wide}}  {'mean a year':>18}  share of the tail")
    for each in sorted(scenarios, key=lambda each: -each["tvar_share"]):
        name = each["id"] if len(each["id"]) <= wide else f"{each['id'][: wide - 1]}…"
        click.echo(f"{name:<{wide}}  {_amount(each['mean']):>18}  {_share(each['tvar_share']):>8}")


def _show_breaches(breaches: list[dict[str, Any]]) -> None:
    if not breaches:
        click.echo("\nWithin the appetite at every loss between its points.")
    for each in breaches:
        worst = each["worst"]
        has, may = _share(worst["probability"]), _share(worst["accepted"])
        click.echo(f"\nBeyond the appetite from {_amount(each['from'])} to {_amount(each['to'])}:")
        click.echo(f"losing more than {_amount(worst['loss'])} has {has}, accepted is {may}.")


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:,.3g}"


def _share(value: float) -> str:
    """Per cent with as many digits as say something; never 0 for what is possible."""
    if 0 < value < 1e-6:
        return "< 0.0001 %"
    return f"{100 * value:.3g} %"


for each in COMMANDS:
    command.add_command(each)
