"""`throughline review`: what is said of key results, and how well the team foretold itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, now, placed, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.accounts.models import User

ACTOR = "command line"
OPTIONS = {
    name: f"--{name.replace('_', '-')}"
    for name in ("confidence", "line", "grade", "reason", "cause", "next_step", "lesson", "worked", "did_not")
} | {"into": "--into"}


class Share(click.ParamType[float]):
    """A probability: 0.7 or 70%."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        text = str(value).strip()
        if not re.fullmatch(r"\d+(\.\d+)?\s*%?", text):
            self.fail(f"expected a probability such as 0.7 or 70%, found '{value}'", param, ctx)
        return float(text.rstrip("% ")) / (100 if text.endswith("%") else 1)


_by = click.option(
    "--by", "email", default="", metavar="E-MAIL", help="Who says it; the command line where left out."
)


@click.group()
def command() -> None:
    """Check in, look back, and see how predictable the team is.

    \b
    Example:
      throughline review check-in 3 --confidence 70% --line "Two people are on it"
      throughline review predictability
    """


@command.command("check-in")
@click.argument("id", type=int, metavar="ID")
@click.option("--confidence", type=Share(), required=True, metavar="P", help="0.7 or 70%.")
@click.option("--line", default="", metavar="TEXT", help="One line.")
@_by
@home_option
@json_option
def check_in(id: int, confidence: float, line: str, email: str, home: Path | None, as_json: bool) -> None:
    """Say how likely a key result ends at or past its target; the value is already there.

    \b
    Example:
      throughline review check-in 3 --confidence 70% --by ada@example.org
    """
    open_home(there(home))
    from throughline.reviews import actions

    found = _found(id)
    person = _speaker(email, found)
    with placed(OPTIONS):
        made = actions.check_in(
            _actor(person), found, confidence=confidence, line=line, person=person, now=now()
        )
    answer = {
        "key_result": id,
        "confidence": made.confidence,
        "value": made.value,
        "line": made.line,
        "at": made.at,
    }
    emit(answer, as_json=as_json, show=lambda: click.echo(f"Checked in on {id} with {confidence:.0%}."))


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option("--grade", type=float, required=True, metavar="G", help="From 0 to 1.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the computed grade is not the right one.")
@_by
@home_option
@json_option
def override(id: int, grade: float, reason: str, email: str, home: Path | None, as_json: bool) -> None:
    """Set another grade beside the computed one, with the reason.

    \b
    Example:
      throughline review override 3 --grade 0.9 --reason "A scanner was down for a week"
    """
    open_home(there(home))
    from throughline.reviews import actions

    found = _found(id)
    actor = _actor(_speaker(email, found, managers_only=True))
    with placed(OPTIONS):
        made = actions.override(actor, found, grade=grade, reason=reason, now=now())
    answer = {"key_result": id, "grade": made.grade, "computed": found.grade, "reason": made.reason}
    emit(
        answer,
        as_json=as_json,
        show=lambda: click.echo(f"Grade {grade:g} beside the computed {found.grade}."),
    )


@command.command("post-mortem")
@click.argument("id", type=int, metavar="ID")
@click.option("--cause", required=True, metavar="CLASS", help="as intended, no capacity, dependency, …")
@click.option("--next-step", required=True, metavar="CLASS", help="try again, change, new approach, drop.")
@click.option("--lesson", default="", metavar="TEXT", help="What the next one should know.")
@click.option("--worked", default="", metavar="TEXT", help="What worked.")
@click.option("--did-not", default="", metavar="TEXT", help="What did not.")
@_by
@home_option
@json_option
def post_mortem(id: int, email: str, home: Path | None, as_json: bool, **said: str) -> None:
    """Keep what a key result taught.

    \b
    Example:
      throughline review post-mortem 3 --cause "no capacity" --next-step "try again" --lesson "Plan for leave"
    """
    open_home(there(home))
    from throughline.reviews import actions

    found = _found(id)
    actor = _actor(_speaker(email, found))
    with placed(OPTIONS):
        made = actions.write_post_mortem(actor, found, now=now(), **said)
    answer = {"key_result": id, "cause": made.cause, "next_step": made.next_step, "lesson": made.lesson}
    emit(answer, as_json=as_json, show=lambda: click.echo(f"Kept: {made.cause}; next: {made.next_step}."))


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is given up.")
@home_option
@json_option
def drop(id: int, reason: str, home: Path | None, as_json: bool) -> None:
    """Give a running key result up; it stays in the history.

    \b
    Example:
      throughline review drop 3 --reason "The service is gone"
    """
    open_home(there(home))
    from throughline.reviews import actions

    with placed(OPTIONS):
        actions.drop(ACTOR, _found(id), reason=reason, now=now())
    emit({"key_result": id, "dropped": True}, as_json=as_json, show=lambda: click.echo(f"{id} is given up."))


@command.command()
@click.argument("id", type=int, metavar="ID")
@click.option("--into", required=True, metavar="CYCLE", help="The key of a cycle that is still planned.")
@home_option
@json_option
def carry(id: int, into: str, home: Path | None, as_json: bool) -> None:
    """Take an ended key result up again in a planned cycle, to be measured anew.

    \b
    Example:
      throughline review carry 3 --into 2027-q1
    """
    open_home(there(home))
    from throughline.objectives.models import Cycle
    from throughline.reviews.carrying import carry as carry_over

    cycle = Cycle.objects.filter(key=into).first()
    if cycle is None:
        raise Refused(f"there is no cycle '{into}'", place="--into")
    with placed(OPTIONS):
        made = carry_over(ACTOR, _found(id), into=cycle, now=now())
    answer = {"key_result": id, "carried_to": made.key, "cycle": cycle.key}
    emit(answer, as_json=as_json, show=lambda: click.echo(f"Sketched in {cycle.title} as {made.key}."))


@command.command()
@home_option
@json_option
def predictability(home: Path | None, as_json: bool) -> None:
    """Score confidences of ended key results, and expected effects of initiatives.

    \b
    Example:
      throughline review predictability --json
    """
    open_home(there(home))
    from throughline.reviews import queries

    answer = queries.document(queries.how_predictable(now=now()))
    emit(answer, as_json=as_json, show=lambda: _show(answer))


def _show(found: dict[str, Any]) -> None:
    if found["overall"] is None:
        click.echo("Nothing to score yet: no key result with a check-in has ended.")
        return
    for each in [*found["quarters"], found["overall"]]:
        score, rate = each["headline"], each["hit_rate"]
        click.echo(
            f"{each['quarter']}: Brier {score['value']:.2f} of {score['n']} first check-ins; "
            f"said {each['said']:.0%}, hit {rate['value']:.0%}"
        )


def _speaker(email: str, key_result: Any, *, managers_only: bool = False) -> User | None:
    """The person of this address, where she may speak of the key result as on its page. Raises Refused."""
    from throughline.accounts.access import at_least
    from throughline.accounts.models import Role
    from throughline.accounts.queries import person_by_email
    from throughline.reviews.access import answers_for

    if not email:
        return None
    person = person_by_email(email)
    if managers_only and not at_least(person, Role.MANAGER):
        raise Refused(f"{person.name} is a {person.role}: a manager sets another grade", place="--by")
    if not answers_for(person, key_result):
        message = (
            f"{person.name} does not answer for key result {key_result.pk}: its owner does, or a manager"
        )
        raise Refused(message, place="--by")
    return person


def _actor(person: User | None) -> str:
    """How the audit record names who speaks."""
    from throughline.accounts.access import actor_name

    return actor_name(person) if person else ACTOR


def _found(id: int) -> Any:
    from throughline.objectives.models import KeyResult

    found = KeyResult.objects.filter(pk=id).first()
    if found is None:
        raise Refused(f"there is no key result {id}; `throughline kr list` names those there are", place="ID")
    return found
