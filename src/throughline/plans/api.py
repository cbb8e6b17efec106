"""The plan as code for programs: the plan as it stands, and applying one that was brought."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from throughline.api.problems import No
from throughline.api.subject import Anything, Sent, Subject, Told, actor, person
from throughline.plans import queries
from throughline.plans.access import may_add_teams, require_manager
from throughline.plans.actions import Wish, apply
from throughline.plans.format.meaning import understood
from throughline.plans.format.problems import MOST_SHOWN, Problems
from throughline.plans.format.writing import plan_text
from throughline.plans.lines import document, summary
from throughline.site.plain import plain

router = Subject("plan as code")
# What the page takes.
MOST_BYTES = 256 * 1024
Items = list[dict[str, Anything]]


class OfCycle(Schema):
    """Of which cycle."""

    cycle: str = Field("", max_length=80, description="Its key; the whole plan if left out.")


class Exported(Told):
    """The plan in the form that a file of it has, as its sections and as text to be kept."""

    goals: Items
    long_term_objectives: Items
    series: Items
    cycles: Items
    objectives: Items
    key_results: Items
    initiatives: Items
    yaml: str


class Brought(Sent):
    """A plan in YAML or JSON, and how it is applied; a dry run says what would change and changes nothing."""

    text: str = Field(min_length=1, max_length=MOST_BYTES)
    dry_run: bool = False
    prune: bool = Field(False, description="Take away what the plan leaves out.")
    reason: str = Field("", max_length=40, description="Of changes of key results in force.")
    reason_text: str = Field("", max_length=500)


class AppliedOf(Told):
    """What was changed, or would be, and what a person should know besides."""

    applied: bool
    summary: str
    changes: Items
    notes: list[str]


@router.writes("POST", "/plan", scope="plan:write", answer=AppliedOf)
def apply_plan(request: HttpRequest, given: Brought) -> Any:
    """Bring the plan to what a file says, all of it or nothing; a dry run says what differs. Managers."""
    require_manager(request.user)
    wish = Wish(
        reason=given.reason,
        text=given.reason_text,
        prune=given.prune,
        dry_run=given.dry_run,
        may_add_teams=may_add_teams(person(request)),
    )
    try:
        read = understood({"plan.yaml": given.text.encode()}, queries.known())
        done = apply(read, actor(request), wish=wish, now=datetime.now(UTC))
    except Problems as problems:
        errors = [{"pointer": "/text", "detail": str(each)} for each in problems.found[:MOST_SHOWN]]
        raise No(422, str(problems), code="plan", errors=errors) from problems
    changes = [document(each) for each in done.changes]
    told = {"applied": not given.dry_run, "summary": summary(done.changes), "notes": done.notes}
    return plain({**told, "changes": changes})


@router.reads("/plan", answer=Exported)
def export_plan(request: HttpRequest, asked: Query[OfCycle]) -> Any:
    """The plan as a file has it: all of it, or one cycle with what that serves. Managers."""
    require_manager(request.user)
    found = queries.sections(asked.cycle)
    return plain({**found, "yaml": plan_text(found)})
