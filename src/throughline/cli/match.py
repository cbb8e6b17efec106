"""`throughline match`: who does what in a cycle, what counts how much, and publishing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.candidate_names import cycle_named
from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.cli.plan_files import ACTOR
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.assignments.asking import Asked
    from throughline.assignments.publishing import Prepared
    from throughline.objectives.models import Cycle

TERMS = 3


@click.group()
def command() -> None:
    """Say who does what in a cycle by its records, what counts how much, and publish it.

    \b
    Example:
      throughline match plan --cycle 2027-q1
      throughline match weigh --cycle 2027-q1 --weights 2,1,1 --reason "A promise to the board"
      throughline match publish --cycle 2027-q1 --dry-run
    """


def _cycle_option(function: Any) -> Any:
    return click.option(
        "--cycle", default="", metavar="KEY", help="The cycle (default: the one that is planned)."
    )(function)


@command.command()
@_cycle_option
@click.option(
    "--weights", "said", default="", metavar="B,I,G", help="Other weights than those of the cycle, tried."
)
@click.option(
    "--must", multiple=True, metavar="PERSON~WORK", help="Somebody does it, tried: ada~initiative:x."
)
@click.option("--never", multiple=True, metavar="PERSON~WORK", help="Somebody does not do it, tried.")
@home_option
@json_option
def plan(
    cycle: str, said: str, must: tuple[str, ...], never: tuple[str, ...], home: Path | None, as_json: bool
) -> None:
    """Say who does what and what is left. With --must or --never, what that costs the team.

    A person is her e-mail address, or what stands before its @. It says no more of anybody than the page
    does: scores, and the weights in which a suggestion stays first, are what `throughline next --cycle` says.

    \b
    Example:
      throughline match plan --cycle 2027-q1 --must ana~initiative:paved-road
    """
    open_home(there(home))
    from throughline.assignments.asking import asked_of
    from throughline.assignments.match_documents import match_document
    from throughline.assignments.saying import cost_sentence
    from throughline.assignments.seeing import cost_to_the_hundredth

    if said and (must or never):
        raise Refused(
            "a change is weighed by the weights of the cycle: leave --weights out", place="--weights"
        )
    found = _cycle(cycle)
    stated = asked_of(found)
    ties = [*(_tie(stated, each, "must") for each in must), *(_tie(stated, each, "never") for each in never)]
    asked = asked_of(found, weights=_weights(said) if said else None, ties=ties)
    # What cannot be for a change alone is said of the change.
    tried = " and ".join(name for name, given in (("--must", must), ("--never", never)) if given)
    with placed({"--cycle": tried} if tried and not stated.conflicts else {}):
        answer = _worked_out(asked)
    document = match_document(asked, answer, with_costs=not said)
    if ties:
        lost = _worked_out(stated)["objective"] - answer["objective"]
        document["cost"] = cost_to_the_hundredth(lost)

    def show() -> None:
        if ties:
            click.echo(cost_sentence(document["cost"]))
        _show(document)

    emit(document, as_json=as_json, show=show)


@command.command()
@_cycle_option
@click.option("--weights", "said", required=True, metavar="B,I,G", help="Business, interest, growth: 2,1,1.")
@click.option("--reason", required=True, help="Why these weights.")
@click.option("--beta", default="", metavar="NUMBER", help="What a liked part of the work is worth.")
@click.option("--phi", default="", metavar="NUMBER", help="What fairness is worth.")
@click.option("--continuity", default="", metavar="NUMBER", help="What going on with one's work is worth.")
@click.option(
    "--at-least",
    multiple=True,
    metavar="OBJECTIVE=SHARE[:PRICE]",
    help="A share of all weeks for an objective, such as see=20%:0.5; without any there is no balance.",
)
@home_option
@json_option
def weigh(
    cycle: str,
    said: str,
    reason: str,
    beta: str,
    phi: str,
    continuity: str,
    at_least: tuple[str, ...],
    home: Path | None,
    as_json: bool,
) -> None:
    """State what counts how much in a cycle. The newest counts, earlier ones stay.

    \b
    Example:
      throughline match weigh --cycle 2027-q1 --weights 2,1,1 --reason "A promise to the board"
    """
    open_home(there(home))
    from throughline.assignments import weighing

    found = _cycle(cycle)
    business, interest, growth = _three(said)
    flags = {name: f"--{name}" for name in ("beta", "phi", "continuity", "reason")}
    rows = {
        f"{name}_{number}": "--at-least"
        for name in ("objective", "at_least", "price")
        for number in range(1, len(at_least) + 1)
    }
    weights = dict.fromkeys(("business", "interest", "growth"), "--weights")
    with placed({**flags, **rows, **weights, "cycle": "--cycle"}):
        made = weighing.weigh(
            ACTOR,
            found,
            business=business,
            interest=interest,
            growth=growth,
            reason=reason,
            beta=beta,
            phi=phi,
            continuity=continuity,
            balance=[_rule(each) for each in at_least],
            now=now(),
        )
    names = ("business", "interest", "growth", "beta", "phi", "continuity", "balance", "reason")
    said_back = {"cycle": found.key, **{name: getattr(made, name) for name in names}}
    emit(said_back, as_json=as_json, show=lambda: click.echo("The weights are stated."))


@command.command()
@_cycle_option
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@click.option("--take-off", is_flag=True, help="Take people off work that the plan does not give them.")
@click.option("--hand-over", is_flag=True, help="Hand key results over that somebody else owns.")
@click.option("--note", default="", help="A word with it.")
@home_option
@json_option
def publish(
    cycle: str, dry_run: bool, take_off: bool, hand_over: bool, note: str, home: Path | None, as_json: bool
) -> None:
    """Publish who does what: the plan is frozen, and people are put on their work.

    Nobody is taken off anything, and nothing gets another owner, unless that is asked for.

    \b
    Example:
      throughline match publish --cycle 2027-q1 --dry-run
    """
    open_home(there(home))
    from throughline.assignments.asking import asked_of
    from throughline.assignments.publishing import prepared
    from throughline.assignments.publishing import publish as published

    found = _cycle(cycle)
    if found.state == found.State.CLOSED:
        raise Refused(f"{found.title} is closed: what was published stays as it is", place="--cycle")
    asked = asked_of(found)
    answer = _worked_out(asked)
    ready = prepared(asked, answer)
    document = {"cycle": found.key, "published": not dry_run, **_ready(ready, take_off, hand_over)}
    if not dry_run:
        with placed({"note": "--note"}):
            plan = published(
                ACTOR,
                asked,
                answer,
                seen=ready.fingerprint,
                leave=[one.pk for each in ready.staffed for one in each.beyond] if take_off else (),
                hand_over=[each.key_result.pk for each in ready.owned] if hand_over else (),
                note=note,
                now=now(),
            )
        document["plan"] = plan.pk
    emit(document, as_json=as_json, show=lambda: _say(document))


def _cycle(key: str) -> Cycle:
    from throughline.people.queries import cycle_to_plan

    if key:
        with placed({"CYCLE": "--cycle"}):
            return cycle_named(key)
    found = cycle_to_plan()
    if found is None:
        raise Refused("no cycle is planned or runs: name one", place="--cycle", code="unknown")
    return found


def _worked_out(asked: Asked) -> dict[str, Any]:
    """The answer, worked out here: the worker may not be running."""
    from throughline.assignments.from_records import require_answerable
    from throughline.assignments.matched import worked_out
    from throughline.assignments.models import Matched

    require_answerable(asked)
    return worked_out(asked, Matched.What.MATCH, lambda done, total, says: None)


def _three(said: str) -> list[str]:
    parts = [each.strip() for each in said.split(",")]
    if len(parts) != TERMS:
        raise Refused(
            f"expected three numbers for business, interest, growth, such as 2,1,1; found '{said}'",
            place="--weights",
            code="weights",
        )
    return parts


def _weights(said: str) -> Any:
    from throughline.assignments.weighing import weights_of
    from throughline.engine.matching import TERMS as NAMES

    with placed(dict.fromkeys(NAMES, "--weights")):
        return weights_of(dict(zip(NAMES, _three(said), strict=True)))


def _tie(asked: Asked, said: str, how: str) -> tuple[str, str, str]:
    who, between, named = said.partition("~")
    if not between:
        raise Refused(
            f"expected PERSON~WORK, such as ada~initiative:paved-road; found '{said}'",
            place=f"--{how}",
            code="unknown",
        )
    name = who.strip().casefold()
    found = [
        key
        for key, user in asked.people.items()
        if name in (user.email.casefold(), user.email.casefold().partition("@")[0])
    ]
    if len(found) != 1:
        people = ", ".join(sorted(user.email for user in asked.people.values()))
        raise Refused(
            f"expected PERSON~WORK with a person of the team ({people}), found '{said}'",
            place=f"--{how}",
            code="unknown",
        )
    work = _key_of(asked, named)
    if work not in asked.works:
        raise Refused(
            f"there is no work '{named}' with weeks in this cycle: see `throughline work list`",
            place=f"--{how}",
            code="unknown",
        )
    return found[0], work, how


def _key_of(asked: Asked, named: str) -> str:
    """The key of work by its name: owning a key result is named by its number, or by its key in the plan."""
    if named in asked.works:
        return named
    owned = {f"key_result:{each.key_result.key}": key for key, each in asked.works.items() if each.key_result}
    return owned.get(named, named)


def _rule(said: str) -> dict[str, str]:
    objective, _, rest = said.partition("=")
    share, _, price = rest.partition(":")
    return {"objective": objective.strip(), "at_least": share.strip(), "price": price.strip()}


def _ready(ready: Prepared, take_off: bool, hand_over: bool) -> dict[str, Any]:
    """What publishing writes, and what it leaves as it is."""
    beyond = [(each.initiative.key, one.name) for each in ready.staffed for one in each.beyond]
    handed = [each for each in ready.owned if not each.by_hand and (hand_over or not each.before)]
    return {
        "joins": [
            {"initiative": each.initiative.key, "person": user.name}
            for each in ready.staffed
            for user in each.joins
        ],
        "leaves": [{"initiative": key, "person": name} for key, name in beyond if take_off],
        "stays_beyond_the_plan": [
            {"initiative": key, "person": name} for key, name in beyond if not take_off
        ],
        "owners": [{"key_result": each.key_result.key, "person": each.owner.name} for each in handed],
        "owners_by_hand": [
            {"key_result": each.key_result.key, "person": each.owner.name, "now": each.before}
            for each in ready.owned
            if each not in handed
        ],
    }


def _show(document: dict[str, Any]) -> None:
    by_person: dict[str, list[str]] = {}
    for row in document["plan"]:
        by_person.setdefault(row["person"], []).append(f"{row['title']} ({100 * row['share']:.0f} %)")
    for each in document["people"]:
        works = ", ".join(by_person.get(each["id"], ())) or "nothing"
        click.echo(f"{each['name']} ({each['load']:g} of {each['capacity']:g} weeks): {works}")
    for each in document["unstaffed"]:
        click.echo(f"nobody: {each['title']}. {each['why']}")
    for each in document["balance"]:
        if each["price"] is not None:
            click.echo(
                f"At least {100 * each['at_least']:.0f} % for {each['objective']} costs {each['price']:.2f}."
            )


def _say(document: dict[str, Any]) -> None:
    would = "" if document["published"] else "would "
    for each in document["joins"]:
        click.echo(f"{each['person']} {would or ''}join{'s' if not would else ''} {each['initiative']}")
    for each in document["leaves"]:
        click.echo(f"{each['person']} {would}leave{'s' if not would else ''} {each['initiative']}")
    for each in document["stays_beyond_the_plan"]:
        click.echo(
            f"{each['person']} stays on {each['initiative']}, which the plan does not say (--take-off)"
        )
    for each in document["owners"]:
        click.echo(f"{each['person']} {would}own{'s' if not would else ''} {each['key_result']}")
    for each in document["owners_by_hand"]:
        click.echo(
            f"{each['key_result']} stays with {each['now']}; the plan says {each['person']}: hand it over, "
            "or change one in force on its page"
        )
    click.echo("Published." if document["published"] else "Dry run: nothing was written.")
