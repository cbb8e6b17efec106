"""`throughline forecast resolve`: say what came of a scenario, with the evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User
    from throughline.risk.models import Scenario

ACTOR = "command line"
OPTIONS = {name: f"--{name}" for name in ("outcome", "on", "loss", "evidence", "reason")}
# As a person types them; what is kept has an underscore.
OUTCOMES = {"happened": "happened", "did not": "did_not", "did-not": "did_not", "void": "void"}


@click.command("resolve")
@click.argument("key", metavar="KEY")
@click.option("--outcome", required=True, metavar="WORD", help="happened, did_not or void.")
@click.option("--on", "day", metavar="DATE", help="The day it happened, such as 2027-02-14.")
@click.option("--loss", metavar="AMOUNT", help="What it cost, where it happened and that is known.")
@click.option("--evidence", required=True, metavar="TEXT", help="By what anybody can see it.")
@click.option("--reason", default="", metavar="TEXT", help="Of a correction: why it was not so.")
@click.option(
    "--by", "email", default="", metavar="E-MAIL", help="Who says it; the command line where left out."
)
@home_option
@json_option
def resolve(
    key: str,
    outcome: str,
    day: str | None,
    loss: str | None,
    evidence: str,
    reason: str,
    email: str,
    home: Path | None,
    as_json: bool,
) -> None:
    """Say what came of a scenario: its judge does, or a manager.

    \b
    Example:
      throughline forecast resolve prod-access --outcome happened --on 2027-02-14 --evidence "INC-81"
    """
    open_home(there(home))
    from throughline.forecasts import outcomes
    from throughline.forecasts.resolving import resolve as say

    scenario = _found(key)
    actor = _speaker(email, scenario)
    word = OUTCOMES.get(outcome.strip().lower(), outcome.strip())
    said: dict[str, Any] = {
        "outcome": word,
        "on": _day(day),
        "loss": _amount(loss),
        "evidence": evidence,
        "reason": reason,
    }
    with placed(OPTIONS):
        made = say(actor, scenario, now=now(), **said)
    emit(outcomes.document(scenario), as_json=as_json, show=lambda: _show(scenario, made))


def _found(key: str) -> Scenario:
    from throughline.risk.models import Scenario

    found = Scenario.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no scenario '{key}'", place="KEY")
    return found


def _speaker(email: str, scenario: Scenario) -> str:
    """How the record names the person of this address, where she may resolve it. Raises Refused."""
    from throughline.accounts.access import actor_name
    from throughline.accounts.queries import person_by_email
    from throughline.forecasts.judging import may_resolve

    if not email:
        return ACTOR
    person: User = person_by_email(email)
    if not may_resolve(person, scenario):
        raise Refused(
            f"{person.name} does not judge '{scenario.key}': {scenario.judge_name} does, or a manager",
            place="--by",
        )
    return actor_name(person)


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"expected a day such as 2027-02-14, found '{text}'", place="--on") from None


def _amount(text: str | None) -> float | None:
    if text is None:
        return None
    from throughline.forecasts.resolving import loss_of

    return loss_of(text, place="--loss")


def _show(scenario: Any, made: Any) -> None:
    day = f" on {made.on.isoformat()}" if made.on else ""
    click.echo(f"{scenario.key}: {made.get_outcome_display().lower()}{day}.")
