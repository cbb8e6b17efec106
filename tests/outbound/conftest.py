"""A loopback server that the settings list, as an administrator would a chat server of the house."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.outbound.loopback import Loopback, served


@pytest.fixture
def loopback(listed) -> Iterator[Loopback]:
    with served() as found:
        yield found


@pytest.fixture
def listed(settings):
    """This machine, listed as a network that may be sent to, without TLS."""
    from throughline.outbound.ranges import networks_of

    settings.THROUGHLINE_OUTBOUND_HTTP = ("127.0.0.1",)
    settings.THROUGHLINE_OUTBOUND_NETWORKS = networks_of("127.0.0.0/8")
    return settings
