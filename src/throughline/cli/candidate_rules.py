"""`throughline candidate rules` and `state-rules`: under what a cycle's work is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.candidate_names import candidate_named, cycle_named
from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.objectives.models import Cycle

ACTOR = "command line"
RELATED = {"requires": "cannot be without", "excludes": "cannot be beside"}


@click.command()
@click.argument("cycle", metavar="CYCLE")
@home_option
@json_option
def rules(cycle: str, home: Path | None, as_json: bool) -> None:
    """Show under what the work of a cycle is chosen: capacity, weights, balance, what needs what.

    \b
    Example:
      throughline candidate rules 2027-q1
    """
    open_home(there(home))
    from throughline.portfolio.tables import rules_document

    found = rules_document(cycle_named(cycle))
    emit(found, as_json=as_json, show=lambda: _show(found))


@click.command("state-rules")
@click.argument("cycle", metavar="CYCLE")
@click.option("--capacity", metavar="WEEKS", help="Person-weeks of the team, before what goals claim.")
@click.option("--person-weeks", metavar="WEEKS", help="What one more person would bring.")
@click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="OBJECTIVE=NUMBER",
    help="What it is worth; may be repeated.",
)
@click.option(
    "--balance",
    multiple=True,
    metavar="OF=LOW..HIGH[@POINTS]",
    help="OF: objective:KEY, objective:each (in number), kind:NAME (a share); replaces the balance.",
)
@click.option("--no-balance", is_flag=True, help="Ask for no balance.")
@click.option("--requires", multiple=True, metavar="CANDIDATE=OTHER", help="It cannot be without the other.")
@click.option("--excludes", multiple=True, metavar="CANDIDATE=OTHER", help="It cannot be beside the other.")
@click.option("--no-relations", is_flag=True, help="Nothing needs or excludes anything.")
@home_option
@json_option
def state_rules(cycle: str, home: Path | None, as_json: bool, **given: Any) -> None:
    """State the rules anew; what is not given stays as it was.

    \b
    Example:
      throughline candidate state-rules 2027-q1 --capacity 40 --balance kind:big-bet=15%..40%@0.05
    """
    open_home(there(home))
    from throughline.portfolio import ruling
    from throughline.portfolio.tables import rules_document

    found = cycle_named(cycle)
    said = _said(found, given)
    with placed(_places(said)):
        ruling.state_rules(ACTOR, found, now=now(), **said)
    document = rules_document(found)
    emit(document, as_json=as_json, show=lambda: _show(document))


def _said(cycle: Cycle, given: dict[str, Any]) -> dict[str, Any]:
    """What `state_rules` takes: the newest rules with what is given in their stead."""
    from throughline.portfolio.stored import rules_of

    stated = rules_of(cycle)
    capacity = given["capacity"] if given["capacity"] is not None else stated and stated.capacity
    if capacity is None:
        raise Refused(
            "say how many person-weeks the team has, such as 40", place="--capacity", code="missing"
        )
    weeks = given["person_weeks"] if given["person_weeks"] is not None else stated and stated.person_weeks
    return {
        "capacity": capacity,
        "person_weeks": 10.0 if weeks is None else weeks,
        "weights": {**(stated.weights if stated else {}), **dict(map(_weight, given["weights"]))},
        "balance": _balance(cycle, stated, given),
        "relations": _relations(stated, given),
    }


def _balance(cycle: Cycle, stated: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
    from throughline.portfolio.ruling import choices_of, of_rule

    if given["balance"] and given["no_balance"]:
        raise Refused("give either a balance or none", place="--no-balance")
    if given["balance"]:
        return [_rule(each) for each in given["balance"]]
    if given["no_balance"] or stated is None:
        return []
    # A rule about an objective that was archived since says nothing any more.
    known = dict(choices_of(cycle))
    rows = [{**rule, "of": of_rule(rule)} for rule in stated.balance]
    return [
        {name: row.get(name) for name in ("of", "at_least", "at_most", "price")}
        for row in rows
        if "kind" in row or row["of"] in known
    ]


def _rule(text: str) -> dict[str, str]:
    about, is_said, bounds = text.partition("=")
    bounds, _, price = bounds.partition("@")
    least, is_range, most = bounds.partition("..")
    if not is_said or not is_range:
        raise Refused(
            "expected OF=LOW..HIGH such as kind:big-bet=15%..40% (15%.. is at least, ..40% at most), "
            f"found '{text}'",
            place="--balance",
        )
    return {"of": about.strip(), "at_least": least, "at_most": most, "price": price}


def _relations(stated: Any, given: dict[str, Any]) -> list[dict[str, Any]]:
    asked = [(kind, text) for kind in RELATED for text in given[kind]]
    if asked and given["no_relations"]:
        raise Refused("give either relations or none", place="--no-relations")
    if asked:
        return [_relation(kind, text) for kind, text in asked]
    return [] if given["no_relations"] or stated is None else list(stated.relations)


def _relation(kind: str, text: str) -> dict[str, Any]:
    place = f"--{kind}"
    first, is_said, other = text.partition("=")
    if not is_said:
        raise Refused(f"expected CANDIDATE=OTHER such as 7=3, found '{text}'", place=place)
    found = (candidate_named(each.strip(), place=place) for each in (first, other))
    return {"kind": kind, **{name: each.pk for name, each in zip(("candidate", "other"), found, strict=True)}}


def _weight(text: str) -> tuple[str, str]:
    key, is_said, number = text.partition("=")
    if not is_said or not number.strip():
        raise Refused(f"expected OBJECTIVE=NUMBER such as paved=2, found '{text}'", place="--weight")
    return key.strip(), number


def _places(said: dict[str, Any]) -> dict[str, str]:
    """Options by the fields that a refusal names."""
    places = {"capacity": "--capacity", "person_weeks": "--person-weeks"}
    places |= {f"weight_{key}": "--weight" for key in said["weights"]}
    for number, _ in enumerate(said["balance"], 1):
        places |= {f"{name}_{number}": "--balance" for name in ("of", "at_least", "at_most", "price")}
    for number, row in enumerate(said["relations"], 1):
        places |= {f"{name}_{number}": f"--{row['kind']}" for name in ("candidate", "kind", "other")}
    return places


def _show(found: dict[str, Any]) -> None:
    if found["at"] is None:
        return click.echo(f"{found['cycle']}: no rules are stated yet.")
    click.echo(f"{found['capacity']:g} person-weeks; one more person brings {found['person_weeks']:g}.")
    for key, weight in found["weights"].items():
        click.echo(f"weight    {key} {weight:g}")
    for each in found["balance"]:
        click.echo(f"balance   {_bounds(each)}")
    for each in found["relations"]:
        click.echo(f"relation  {each['candidate']} {RELATED[each['kind']]} {each['other']}")
    return None


def _bounds(rule: dict[str, Any]) -> str:
    """A rule as the option takes it."""
    about = f"kind:{rule['kind']}" if "kind" in rule else f"objective:{rule['objective']}"
    ends = [_end(rule, end) for end in ("at_least", "at_most")]
    price = f"@{rule['price']:g}" if "price" in rule else ""
    return f"{about}={'..'.join(ends)}{price}"


def _end(rule: dict[str, Any], name: str) -> str:
    if name not in rule:
        return ""
    return f"{100 * rule[name]:.10g}%" if "kind" in rule else f"{rule[name]:g}"
