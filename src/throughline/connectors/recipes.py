"""What a tool lacks for what is read from it, said or made."""

from __future__ import annotations

from datetime import datetime

from throughline.audit import actions as audit
from throughline.connectors.asking import Clock
from throughline.connectors.kinds.registry import recipe_of
from throughline.connectors.models import Connector
from throughline.connectors.shape import Made
from throughline.connectors.trying import asking_now
from throughline.engine.refusals import Refused


def followed(
    actor: str, connector: Connector, *, apply: bool, now: datetime, clock: Clock | None = None
) -> list[Made]:
    """What is there and what is lacking; with `apply` the latter is made. A second time makes nothing.

    Raises Refused; what was made until then is written down.
    """
    recipe = recipe_of(connector.kind)
    if recipe is None:
        raise Refused(f"There is no recipe for the kind '{connector.kind}'.", code="no_recipe")
    found: list[Made] = []
    try:
        with asking_now(connector, clock=clock) as asking:
            for each in recipe.steps(asking, connector.settings, apply=apply):
                found.append(each)
    finally:
        if made := {each.name: each.id for each in found if each.is_made}:
            detail = {"name": connector.name, "made": made}
            audit.record(
                actor, "connector recipe applied", object_type="connector", object_id=connector.pk,
                detail=detail, now=now,
            )  # fmt: skip
    return found
