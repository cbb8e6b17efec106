"""`throughline mcp`: what an agent may ask, over MCP on standard input and output."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from throughline.agents.asking import SECONDS, Api, goes_in_the_open
from throughline.cli.common import emit, home_option, json_option
from throughline.engine.refusals import Refused
from throughline.site.home import default_home
from throughline.site.server import known_address

TOKEN = "THROUGHLINE_TOKEN"  # noqa: S105 - where it is looked for
ADDRESS = "THROUGHLINE_URL"
EXTRA = "throughline[mcp]"


@click.command("mcp")
@click.option(
    "--url",
    metavar="URL",
    help="The server's address (default: THROUGHLINE_URL, else where the data folder was served last).",
)
@click.option("--write", "may_write", is_flag=True, help="Offer tools that write, as far as the token may.")
@click.option("--tools", "only_tools", is_flag=True, help="List the tools that would be offered, and end.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(1, 600),
    default=SECONDS,
    show_default=True,
    help="Seconds until one question to the server is given up.",
)
@home_option
@json_option
def command(
    url: str | None, may_write: bool, only_tools: bool, seconds: float, home: Path | None, as_json: bool
) -> None:
    """Let an agent ask in your name: an MCP server on standard input and output.

    It asks the API of a running server with the token in THROUGHLINE_TOKEN, and sees what its owner sees.

    \b
    Example:
      export THROUGHLINE_TOKEN=tl_…
      throughline mcp --url http://localhost:8000
    """
    serving = _extra()
    api = Api(
        url or os.environ.get(ADDRESS) or known_address(home or default_home()), _token(), seconds=seconds
    )
    if as_json and not only_tools:
        raise Refused("the server speaks JSON-RPC; --json goes with --tools", place="--json")
    if host := goes_in_the_open(api.address):
        click.echo(
            f"The token goes to {host} unencrypted, so whoever is on the way can read and use it: "
            "name an address that begins with https://.",
            err=True,
        )

    async def run() -> Any:
        try:
            offer = await serving.offered(api, may_write=may_write)
            if only_tools:
                return offer
            for name, scope in offer.lacking.items():
                click.echo(f"{name} is not offered: the token lacks the scope {scope}.", err=True)
            await serving.served(api, offer.tools)
            return None
        finally:
            await api.close()

    offer = import_module("anyio").run(run)
    if offer is not None:
        document = {
            "person": offer.person,
            "tools": [
                {"name": each.name, "says": each.says, "scope": each.scope, "input": each.input_schema()}
                for each in offer.tools
            ],
            "lacking": offer.lacking,
        }
        emit(document, as_json=as_json, show=lambda: _show(document))


def _token() -> str:
    token = os.environ.get(TOKEN, "").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise Refused("expected the value of a token, as it was shown when it was made", place=TOKEN)
    if not token:
        raise Refused(
            "put a token there: the page makes one under Account, Tokens, and `throughline token create` "
            "on the server's machine. It is no option, since others on this machine can read those.",
            place=TOKEN,
        )
    return token


def _extra() -> ModuleType:
    """The server. Raises Refused with how to install what it stands on."""
    try:
        return import_module("throughline.agents.serving")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("throughline"):
            raise
        raise Refused(
            f"it needs an extra that this installation lacks: install it with `pip install '{EXTRA}'`",
            place="mcp",
            code="not_installed",
        ) from None


def _show(document: dict[str, Any]) -> None:
    click.echo(f"In the name of {document['person']}:")
    width = max(len(each["name"]) for each in document["tools"])
    for each in document["tools"]:
        click.echo(f"  {each['name']:<{width}}  {each['says']}")
    for name, scope in document["lacking"].items():
        click.echo(f"  {name:<{width}}  not offered: the token lacks the scope {scope}")
