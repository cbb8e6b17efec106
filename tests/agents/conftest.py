"""A served data folder, and clients of `throughline mcp` for each token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
from mcp import Client
from tests.homes import ready
from tests.journeys.house import PROJECT, House, served


@dataclass(frozen=True, slots=True)
class Asked:
    """A served folder with its tokens and the numbers of its findings."""

    house: House
    tokens: dict[str, str]
    numbers: dict[str, int]

    @asynccontextmanager
    async def client(self, name: str, *, may_write: bool = False) -> Any:
        """A client in this process, which asks the served API."""
        from throughline.agents.asking import Api
        from throughline.agents.serving import offered, server_of

        api = Api(self.house.address, self.tokens[name])
        try:
            offer = await offered(api, may_write=may_write)
            async with Client(server_of(api, offer.tools)) as client:
                yield client
        finally:
            await api.close()

    def call(self, name: str, tool: str, /, *, may_write: bool = False, **arguments: Any) -> Any:
        """What one call answers the owner of a token."""

        async def ask() -> Any:
            async with self.client(name, may_write=may_write) as client:
                return await client.call_tool(tool, arguments)

        return anyio.run(ask)

    def each(self, name: str, ask: Callable[[Client], Any], *, may_write: bool = False) -> Any:
        """What a conversation gives."""

        async def talk() -> Any:
            async with self.client(name, may_write=may_write) as client:
                return await ask(client)

        return anyio.run(talk)


@pytest.fixture(scope="package")
def asked(tmp_path_factory) -> Iterator[Asked]:
    home = ready(tmp_path_factory.mktemp("agents") / "home")
    command = [sys.executable, "-m", "tests.agents.filling", str(home)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(PROJECT)))}
    filled = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=PROJECT)
    assert filled.returncode == 0, filled.stderr
    with served(home) as house:
        yield Asked(house, **json.loads(filled.stdout))
        assert house.errors() == []
