"""Trying a connection: what works, what is wrong, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from throughline.connectors.actions import secrets_of
from throughline.connectors.asking import Asking, Clock
from throughline.connectors.kinds.registry import kind_named
from throughline.connectors.models import Connector
from throughline.connectors.shape import Check
from throughline.connectors.syncing import asking_of, masked
from throughline.engine.refusals import Refused


def tried(connector: Connector, *, clock: Clock | None = None) -> list[Check]:
    """Everything that was tried, in order; a refusal on the way is the last of it."""
    secrets: dict[str, str] = {}
    try:
        secrets = secrets_of(connector)
        clock = clock or Clock(sleep=not_now)
        with asking_of(connector, secrets, clock=clock) as asking:
            found = kind_named(connector.kind).check(asking, connector.settings)
    except Refused as refused:
        found = [Check(False, refused.sentence)]
    # A tool may repeat the token that it refuses.
    return [replace(each, said=masked(connector, secrets, each.said)) for each in found]


@contextmanager
def asking_now(connector: Connector, *, clock: Clock | None = None) -> Iterator[Asking]:
    """The tool of a connector for whoever waits for it. Raises Refused, without any secret in it."""
    secrets = secrets_of(connector)
    try:
        with asking_of(connector, secrets, clock=clock or Clock(sleep=not_now)) as asking:
            yield asking
    except Refused as refused:
        # A tool may repeat the token that it refuses.
        message = masked(connector, secrets, refused.message)
        raise Refused(message, place=refused.place, code=refused.code) from refused


def not_now(seconds: float) -> None:
    """Who looks at a page does not wait for a tool that has no time."""
    raise Refused("The tool is busy, and asks to be left alone for a while: try again in a minute.")
