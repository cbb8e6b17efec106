"""Trying a connection: what works, what is wrong, and how to mend it."""

from __future__ import annotations

from throughline.connectors.actions import secrets_of
from throughline.connectors.asking import Clock
from throughline.connectors.kinds.registry import kind_named
from throughline.connectors.models import Connector
from throughline.connectors.shape import Check
from throughline.connectors.syncing import asking_of
from throughline.engine.refusals import Refused


def tried(connector: Connector, *, clock: Clock | None = None) -> list[Check]:
    """Everything that was tried, in order; a refusal on the way is the last of it."""
    try:
        with asking_of(connector, secrets_of(connector), clock=clock or Clock(sleep=not_now)) as asking:
            return kind_named(connector.kind).check(asking, connector.settings)
    except Refused as refused:
        return [Check(False, str(refused))]


def not_now(seconds: float) -> None:
    """Who looks at a page does not wait for a tool that has no time."""
    raise Refused("The tool is busy, and asks to be left alone for a while: try again in a minute.")
