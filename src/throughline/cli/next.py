"""`throughline next`: who should do what next, from a file; and what finished work says of the weights."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.candidate_names import cycle_named
from throughline.cli.common import bar, emit, home_option, json_option, placed, there
from throughline.cli.given import content_of, name_of
from throughline.cli.next_learn import learn
from throughline.engine.language.fields import nearest
from throughline.engine.refusals import Refused
from throughline.site.home import open_home
from throughline.site.progress import Progress

if TYPE_CHECKING:
    from throughline.assignments.format.reading import Asked
    from throughline.engine.matching import Weights

MOST_BYTES = 1_000_000
TERMS = 3
# So many plans of the triangle are named; --json has all of them.
MOST_PLANS = 10
_NUMBER = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
# What is asked where the first word is no command of the group: `throughline next team.yaml`.
OF_A_FILE = "match"


class _FileOrCommand(click.Group):
    """A group that takes a file where others take a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [OF_A_FILE, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileOrCommand)
def command() -> None:
    """Say who should do what next, and why; `next FILE` is short for `next match FILE`.

    \b
    Example:
      throughline next team.yaml
      throughline next team.yaml --person ana --weights 2,1,1
      throughline next --cycle 2027-q1 --person ana@example.org
    """


command.add_command(learn)


@command.command(OF_A_FILE)
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option(
    "--cycle", metavar="KEY", help="Match the people and the work of this cycle, instead of a file."
)
@click.option(
    "--person", metavar="ID", help="Suggestions for this person only; with --cycle by e-mail address."
)
@click.option(
    "--weights",
    "said",
    metavar="B,I,G",
    help="What business, interest and growth count, such as 2,1,1; instead of the file's own.",
)
@click.option(
    "--triangle", "with_triangle", is_flag=True, help="The plan at every mix of the weights as well."
)
@home_option
@json_option
def match(
    file: str | None,
    cycle: str | None,
    person: str | None,
    said: str | None,
    with_triangle: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Match people and work, and suggest three pieces of work to each, with what choosing otherwise costs.

    The file, YAML or JSON, holds people with capacity and interests, and work with its value and kinds, and
    needs no data folder; with --cycle they are read from the records. The plan is an optimum, and so is each
    cost. What cannot be is named. The plan of a cycle is that of `throughline match plan`; changes are tried
    and published there.

    \b
    Example:
      throughline next match team.yaml
      throughline next team.yaml --person ana --weights 2,1,1 --json
      throughline next match --cycle 2027-q1 --person ana@example.org
    """
    weights = _weights(said)
    if (file is None) == (cycle is None):
        raise Refused("expected a file, or --cycle for what the records say: give one", place="FILE")
    answer = (
        _of_file(file, person, weights, with_triangle=with_triangle)
        if file is not None
        else _of_records(there(home), str(cycle), person, weights, with_triangle=with_triangle)
    )
    emit(answer, as_json=as_json, show=lambda: _show(answer))


def _of_file(
    file: str, person: str | None, weights: Weights | None, *, with_triangle: bool
) -> dict[str, Any]:
    from throughline.assignments.documents import document, triangle_document
    from throughline.assignments.format.reading import read_team
    from throughline.engine.matching import matching, triangle

    asked = read_team(content_of(file, most=MOST_BYTES), file=name_of(file))
    people = [_person(asked, person)] if person is not None else list(asked.people)
    found = matching(asked.question, weights or asked.weights)
    assert found is not None, "a question that was read has a plan"
    with bar() as progress:
        answer = document(asked, found, people, told=_told(progress))
    points = triangle(asked.question) if with_triangle else None
    if points is not None:
        answer["triangle"] = triangle_document(asked, points)
    return answer


def _of_records(
    home: Path, cycle: str, person: str | None, weights: Weights | None, *, with_triangle: bool
) -> dict[str, Any]:
    open_home(home)
    from throughline.assignments.from_records import answer

    with placed({"CYCLE": "--cycle"}):
        found = cycle_named(cycle)
    with bar() as progress:
        return answer(
            found, weights=weights, person=person, with_triangle=with_triangle, told=_told(progress)
        )


def _told(progress: Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress(done, total, "asking what each choice costs")


def _weights(said: str | None) -> Weights | None:
    if said is None:
        return None
    from throughline.engine.matching import Weights

    parts = [each.strip() for each in said.split(",")]
    numbers = [float(each) if _NUMBER.fullmatch(each) else math.nan for each in parts]
    if len(numbers) != TERMS or not all(map(math.isfinite, numbers)):
        expected = "expected three numbers of 0 or more for business, interest, growth, such as 2,1,1"
        message = f"{expected}; found '{said}'"
        raise Refused(message, place="--weights", code="weights")
    if not any(numbers):
        raise Refused(f"expected one weight above 0, found '{said}'", place="--weights", code="weights")
    return Weights.of(*numbers)


def _person(asked: Asked, said: str) -> str:
    if said not in asked.people:
        message = f"there is no person '{said}' in the file{nearest(said, asked.people)}"
        raise Refused(message, place="--person", code="unknown")
    return said


def _show(answer: dict[str, Any]) -> None:
    click.echo(f"The plan is worth {answer['objective']:.3f} person-quarters of fully matching work.")
    if answer["short"]:
        click.echo(f"It is not proven: another may be better by {answer['short']:.3f} at most.")
    # Records are named by numbers and keys; a file calls its own things as it likes.
    names, titles = answer.get("names", {}), answer.get("titles", {})
    by_person: dict[str, list[str]] = {}
    for each in answer["plan"]:
        work = titles.get(each["work"], each["work"])
        by_person.setdefault(each["person"], []).append(f"{work} ({100 * each['share']:.0f} %)")
    for key, works in by_person.items():
        click.echo(f"  {names.get(key, key)}: {', '.join(works)}")
    if answer["unstaffed"]:
        click.echo(f"  nobody: {', '.join(titles.get(each, each) for each in answer['unstaffed'])}")
    for rule in answer["balance"]:
        missed = f", {rule['missed_weeks']:.1f} weeks are missing" if rule["missed_weeks"] else ""
        at_least = f"{100 * rule['at_least']:.0f} % for {rule['objective']}"
        click.echo(f"Balance of {at_least} costs {rule['price']:.3f}{missed}.")
    for person in answer["people"]:
        _show_person(person, names)
    for warning in answer["warnings"]:
        click.echo(f"! {warning}")
    if "triangle" in answer:
        _triangle(answer)


def _show_person(person: dict[str, Any], names: dict[str, str]) -> None:
    click.echo(f"\n{person['name']}: {person['load']:g} of {person['capacity']:g} weeks planned")
    if not person["suggestions"]:
        click.echo("  No work fits: look at the capacity, at never and at skills.")
    for number, each in enumerate(person["suggestions"], 1):
        scores = "  ".join(f"{term} {score:.2f}" for term, score in each["scores"].items())
        click.echo(f"  {number}. {each['title']}  {each['score']:.2f}  ({scores})")
        click.echo(f"     {_cost(each)} Mostly for {each['because']}.")
        spans = [_span(term, *ends) for term, ends in each["stays_first_while"].items() if ends]
        click.echo(f"     First while {', '.join(spans)}." if spans else "     First at no weight alone.")
        if each["unknown"]:
            click.echo(f"     Not known: interest in {', '.join(each['unknown'])}.")
        if each["complements"]:
            click.echo(
                f"     Who complements: {', '.join(names.get(one, one) for one in each['complements'])}."
            )


def _span(term: str, low: float, high: float) -> str:
    """The weights of a term in which work is first; a single one is no interval.

    >>> _span("growth", 0.2, 0.5), _span("interest", 1.0, 1.0), _span("growth", 0.0, 0.0)
    ('growth 0.20–0.50', 'interest counts alone', 'growth counts nothing')
    """
    ends = f"{low:.2f}", f"{high:.2f}"
    if ends[0] != ends[1]:
        return f"{term} {ends[0]}–{ends[1]}"
    return {"1.00": f"{term} counts alone", "0.00": f"{term} counts nothing"}.get(
        ends[0], f"{term} is about {ends[0]}"
    )


def _triangle(answer: dict[str, Any]) -> None:
    """Which plans are best anywhere, and in how many mixes of the weights each of them."""
    points, plans = answer["triangle"]["points"], answer["triangle"]["plans"]
    names, titles = answer.get("names", {}), answer.get("titles", {})
    counts = Counter(each["plan"] for each in points)
    what = "plan is" if len(counts) == 1 else "plans are"
    click.echo(f"\n{len(counts)} {what} best at {len(points)} mixes of the weights; --json has each mix:")
    for place, count in counts.most_common(MOST_PLANS):
        works: dict[str, list[str]] = {}
        for each in plans[place]:
            works.setdefault(each["person"], []).append(titles.get(each["work"], each["work"]))
        said = "; ".join(f"{names.get(key, key)}: {', '.join(its)}" for key, its in works.items())
        click.echo(f"  {100 * count / len(points):.1f} % of mixes: {said or 'nobody does anything'}")
    if len(counts) > MOST_PLANS:
        click.echo(f"  and {len(counts) - MOST_PLANS} more plans, each at fewer mixes")


def _cost(each: dict[str, Any]) -> str:
    if each["toss_up"]:
        return "Toss-up: choose what you like."
    if each["planned"]:
        return "In the plan."
    if each["opportunity_cost"] is None:
        return "No plan has it."
    return f"Taking it costs the team {each['opportunity_cost']:.3f}."
