"""What a command names, found in the data folder, or refused with where its kind is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.connectors.models import Connector
    from throughline.objectives.models import Cycle


def cycle_of(key: str, *, place: str = "KEY") -> Cycle:
    """The cycle of a key, as 2026-Q3 is written on pages too. Raises Refused."""
    from throughline.objectives.models import Cycle

    found = Cycle.objects.filter(key=key).first() or Cycle.objects.filter(key=key.lower()).first()
    if found is None:
        message = f"there is no cycle '{key}'; `throughline cycle list` names those there are"
        raise Refused(message, place=place, code="unknown")
    return found


def connector_of(name: str, *, place: str = "NAME") -> Connector:
    """The connector of a name. Raises Refused."""
    from throughline.connectors.queries import named

    found = named(name)
    if found is None:
        message = f"there is no connector '{name}'; `throughline connectors list` names those there are"
        raise Refused(message, place=place, code="unknown")
    return found
