"""`throughline candidate`: what might be done in a cycle, for what `portfolio` chooses from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from throughline.cli.candidate_names import candidate_named, cycle_named
from throughline.cli.candidate_rules import rules, state_rules
from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.portfolio.models import Candidate

ACTOR = "command line"
Command = TypeVar("Command", bound=Callable[..., Any])
# By the option's name: the two fields of its range.
RANGES = ("effort", "duration", "delay", "reach")
TEXTS = ("title", "narrative", "objective", "goal", "delay_profile", "deadline", "delay_fades", "confidence")
OPTIONS = {name: f"--{name.replace('_', '-')}" for name in TEXTS}
OPTIONS |= {f"{name}_{end}": f"--{name}" for name in RANGES for end in ("low", "high")}
OPTIONS |= {
    "kinds": "--kind",
    "must": "--must",
    "impacts": "--impact",
    "reason": "--reason",
    "title": "TITLE",
}


def _figures(command: Command) -> Command:
    """The options that `add` and `change` share."""
    options = [
        click.option("--effort", metavar="LOW..HIGH", help="Person-weeks, such as 3..6."),
        click.option("--duration", metavar="LOW..HIGH", help="Weeks from its start to its end."),
        click.option("--delay", metavar="LOW..HIGH", help="What a week's delay costs, such as 2k..9k."),
        click.option("--delay-profile", metavar="PROFILE", help="constant, deadline or decaying."),
        click.option("--deadline", metavar="DATE", help="Of a deadline: until then nothing is lost."),
        click.option("--delay-fades", metavar="SHARE", help="Of decaying: what each week costs less."),
        click.option("--reach", metavar="LOW..HIGH", help="How many it reaches, for RICE."),
        click.option("--confidence", metavar="SHARE", help="How likely the effects come: 70% or 0.7."),
        click.option(
            "--impact",
            "impacts",
            multiple=True,
            metavar="KR=LOW..HIGH",
            help="A key result's change, signed and in its unit; may be repeated.",
        ),
        click.option("--kind", "kinds", multiple=True, metavar="KIND[=SHARE]", help="May be repeated."),
        click.option("--objective", metavar="KEY", help="The objective that it serves."),
        click.option("--goal", metavar="KEY", help="The company goal that it serves."),
        click.option("--narrative", metavar="TEXT", help="Why, as one would tell the board."),
        click.option("--must/--may", "must", default=None, help="Whether it has to be in."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List and write candidates of a cycle, state under what is chosen, and make initiatives of them.

    \b
    Example:
      throughline candidate list 2027-q1
    """


@command.command("list")
@click.argument("cycle", metavar="CYCLE")
@click.option("--dropped", is_flag=True, help="Those that were dropped as well.")
@home_option
@json_option
def list_(cycle: str, dropped: bool, home: Path | None, as_json: bool) -> None:
    """List the candidates of a cycle.

    \b
    Example:
      throughline candidate list 2027-q1
    """
    open_home(there(home))
    found = (
        cycle_named(cycle).candidates.all()
        if dropped
        else cycle_named(cycle).candidates.filter(dropped_at=None)
    )
    rows = [_document(each) for each in found]
    emit({"candidates": rows}, as_json=as_json, show=lambda: _list(rows))


@command.command()
@click.argument("cycle", metavar="CYCLE")
@click.argument("title", metavar="TITLE")
@_figures
@home_option
@json_option
def add(cycle: str, title: str, home: Path | None, as_json: bool, **given: Any) -> None:
    """Add a candidate; a title is enough to begin with.

    \b
    Example:
      throughline candidate add 2027-q1 "Patch by robot" --effort 8..14 --impact days-to-repair=-12..-5
    """
    open_home(there(home))
    from throughline.portfolio.actions import add_candidate

    with placed(_places()):
        found = add_candidate(ACTOR, cycle=cycle_named(cycle), title=title, now=now(), **_given(given))
    document = _document(found)
    emit(document, as_json=as_json, show=lambda: click.echo(f"{document['key']}: added."))


@command.command()
@click.argument("candidate", metavar="CANDIDATE")
@click.option("--title", metavar="TEXT", help="What would be done.")
@_figures
@home_option
@json_option
def change(candidate: str, home: Path | None, as_json: bool, **given: Any) -> None:
    """Change what is given of a candidate; --impact replaces all of its impacts.

    \b
    Example:
      throughline candidate change 7 --effort 3..5 --confidence 60%
    """
    open_home(there(home))
    from throughline.portfolio.actions import change_candidate

    found = candidate_named(candidate)
    with placed(_places() | {"title": "--title"}):
        is_new = change_candidate(ACTOR, found, now=now(), **_given(given))
    found.refresh_from_db()
    document = _document(found) | {"changed": is_new}
    said = "changed" if is_new else "nothing was changed"
    emit(document, as_json=as_json, show=lambda: click.echo(f"{document['key']}: {said}."))


@command.command()
@click.argument("candidate", metavar="CANDIDATE")
@click.option("--reason", required=True, metavar="TEXT", help="Why, in one line.")
@home_option
@json_option
def drop(candidate: str, reason: str, home: Path | None, as_json: bool) -> None:
    """Consider a candidate no longer.

    \b
    Example:
      throughline candidate drop 7 --reason "Bought instead"
    """
    open_home(there(home))
    from throughline.portfolio import actions

    found = candidate_named(candidate)
    with placed(OPTIONS):
        actions.drop(ACTOR, found, reason=reason, now=now())
    document = _document(found)
    emit(document, as_json=as_json, show=lambda: click.echo(f"{document['key']}: dropped."))


@command.command()
@click.argument("candidate", metavar="CANDIDATE")
@home_option
@json_option
def restore(candidate: str, home: Path | None, as_json: bool) -> None:
    """Consider a candidate again that was dropped.

    \b
    Example:
      throughline candidate restore 7
    """
    open_home(there(home))
    from throughline.portfolio.actions import take_back

    found = candidate_named(candidate)
    with placed({"title": "CANDIDATE", "": "CANDIDATE"}):
        take_back(ACTOR, found, now=now())
    document = _document(found)
    emit(document, as_json=as_json, show=lambda: click.echo(f"{document['key']}: a candidate again."))


@command.command()
@click.argument("candidate", metavar="CANDIDATE")
@home_option
@json_option
def make(candidate: str, home: Path | None, as_json: bool) -> None:
    """Make an initiative of a candidate, with its effort and what it should move.

    \b
    Example:
      throughline candidate make 7
    """
    open_home(there(home))
    from throughline.portfolio.making import make_initiative

    found = candidate_named(candidate)
    with placed({"": "CANDIDATE"}):
        made = make_initiative(ACTOR, found, now=now())
    document = _document(found)
    emit(document, as_json=as_json, show=lambda: click.echo(f"{made.key}: made of {document['key']}."))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as the fields of a candidate."""
    found = {name: value for name, value in options.items() if value not in (None, ())}
    for name in RANGES:
        if name in found:
            low, high = _ends(found.pop(name))
            found |= {f"{name}_low": low, f"{name}_high": high}
    if "impacts" in found:
        found["impacts"] = dict(map(_impact, found["impacts"]))
    if "kinds" in found:
        found["kinds"] = "\n".join(each.replace("=", " ", 1) for each in found["kinds"])
    return found


def _impact(text: str) -> tuple[str, tuple[str, str]]:
    key, is_said, ends = text.partition("=")
    if not is_said:
        raise Refused(
            f"expected KR=LOW..HIGH such as days-to-repair=-12..-5, found '{text}'", place="--impact"
        )
    return key.strip(), _ends(ends)


def _ends(text: str) -> tuple[str, str]:
    """Both ends of LOW..HIGH; one figure alone is both."""
    low, is_range, high = text.partition("..")
    return (low.strip(), high.strip()) if is_range else (low.strip(), low.strip())


def _places() -> dict[str, str]:
    """Options by field; a key result's ends are of --impact."""
    from throughline.objectives.models import KeyResult

    keys = KeyResult.objects.filter(dropped_at=None, objective__isnull=False).values_list("key", flat=True)
    ends = {f"{end}_{key}": "--impact" for key in keys for end in ("low", "high")}
    return OPTIONS | ends


def _document(each: Candidate) -> dict[str, Any]:
    from throughline.portfolio.tables import candidate_document

    return candidate_document(each)


def _list(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return click.echo("No candidates.")
    wide = max(len(each["key"]) for each in rows)
    for each in rows:
        effort = each["effort"]
        said = f"{effort['low']:g} to {effort['high']:g} weeks" if effort else "no effort yet"
        state = f"  dropped: {each['dropped_reason']}" if each["dropped_reason"] else ""
        state = f"  initiative {each['initiative']}" if each["initiative"] else state
        click.echo(f"{each['key']:<{wide}}  {said:>18}  {each['title']}{state}")
    return None


for each in (rules, state_rules):
    command.add_command(each)
