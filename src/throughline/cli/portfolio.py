"""`throughline portfolio`: which work is worth it, from ranges, under a capacity and a balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option
from throughline.cli.given import content_of, name_of
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

MOST_BYTES = 1_000_000
MOST_WEEKS = 100_000
SHOWN = 3


@click.command("portfolio")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--capacity", type=float, metavar="WEEKS", help="Person-weeks of the team, instead of the file's own."
)
@home_option
@json_option
def command(file: str, capacity: float | None, home: Path | None, as_json: bool) -> None:
    """Choose the work that is worth most under a capacity and balance rules, and say why.

    The file, YAML or JSON, holds candidates with ranges. The answer is an optimum: what is in and why, what
    just missed, what each rule costs, what one more person would buy. Rules that cannot all hold are named.
    Needs no data folder.

    \b
    Example:
      throughline portfolio candidates.yaml --capacity 30
    """
    if capacity is not None and not 0 <= capacity <= MOST_WEEKS:
        raise Refused(
            f"expected person-weeks from 0 to {MOST_WEEKS:,}, found {capacity:g}", place="--capacity"
        )
    from throughline.portfolio.answering import answer
    from throughline.portfolio.documents import document
    from throughline.portfolio.format.reading import read_portfolio

    asked = read_portfolio(content_of(file, most=MOST_BYTES), file=name_of(file), capacity=capacity)
    found = document(answer(asked))
    emit(found, as_json=as_json, show=lambda: _show(found))


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    width = max(len(each["title"]) for each in found["candidates"])
    inside = [each for each in found["candidates"] if each["chosen"]]
    outside = {each["key"]: each for each in found["candidates"] if not each["chosen"]}
    # Below the line, what lacks least comes first.
    nearest = [outside[each["key"]] for each in found["just_missed"]] or list(outside.values())
    _show_rows(console, inside, width)
    _show_line(console, found)
    _show_rows(console, nearest, width)
    _show_around(console, found)


def _show_rows(console: Console, rows: list[dict[str, Any]], width: int) -> None:
    from throughline.portfolio.saying import percent, points, weeks

    for each in rows:
        value, effort = each["value"], each["effort"]
        chance = each["in_best"]
        said = f"{points(value['counted']):>15}  {weeks(effort['expected']):>17}"
        if chance:
            error = f"{100 * chance['standard_error']:.0f}"
            said += f"  in {percent(chance['probability']):>5} of draws ± {error}"
        console.print(
            f"{each['rank']:>3}  {each['title']:<{width}}  {said}", style="bold" if each["chosen"] else ""
        )
        console.print(f"     {each['why']}", style="dim")


def _show_line(console: Console, found: dict[str, Any]) -> None:
    from throughline.portfolio.saying import points, weeks

    chosen, left = found["portfolio"], found["capacity"]["left"]
    if not chosen["feasible"]:
        console.print(f"──── nothing is chosen. {chosen['says']}", style="red")
        return
    used = f"{weeks(chosen['effort'])} of {weeks(left)}"
    claimed = found["capacity"]["claimed"]
    taken = f"; {weeks(claimed)} are claimed" if claimed else ""
    console.print(f"──── the cut: {points(chosen['net'])} for {used}{taken} ────", style="green")


def _show_around(console: Console, found: dict[str, Any]) -> None:
    from throughline.portfolio.saying import percent, points

    console.print()
    for each in found["balance"]:
        missed = f" It is missed by {each['missed_by']:.2g}." if each["missed_by"] else ""
        price = "costs nothing" if not each["price"] else f"costs {points(each['price'])}"
        if found["portfolio"]["feasible"]:
            console.print(f"Balance {price}: {each['says']}.{missed}")
    for name, more in (found["more"] or {}).items():
        what = (
            "One person-week more" if name == "person_week" else f"One person more ({more['weeks']:g} weeks)"
        )
        console.print(f"{what} buys {points(more['gain'])}{_entering(more)}.")
    if draws := found["draws"]:
        fits = percent(draws["fits"]["probability"])
        console.print(f"In {fits} of {draws['count']} draws (seed {draws['seed']}) the chosen work fits.")
    if order := found["order"]:
        proven = "" if order["exact"] else " (not proven)"
        console.print(f"Least lost by waiting, one after another{proven}: {', '.join(order['keys'])}.")
    if found["disagreement"]:
        console.print("\nThat is the agenda:")
        for each in found["disagreement"][:SHOWN]:
            console.print(f"  {each['says']}")
    for each in found["warnings"]:
        console.print(f"! {each}", style="yellow")


def _entering(more: dict[str, Any]) -> str:
    entered, left = more["enters"], more["leaves"]
    said = f": {', '.join(entered)} in" if entered else ""
    return f"{said}, {', '.join(left)} out" if said and left else said
