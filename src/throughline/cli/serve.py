"""`throughline serve`."""

from __future__ import annotations

import fcntl
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from throughline.cli.common import emit, home_option, json_option, made, now
from throughline.site import server
from throughline.site.home import open_home


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@home_option
@json_option
def command(port: int, host: str, home: Path | None, as_json: bool) -> None:
    """Serve the pages from a data folder, and do its background work.

    An empty folder is made ready, and a one-time link for the first administrator is printed. Ctrl-C stops.

    \b
    Example:
      throughline serve --home ~/throughline --port 8000
    """
    opened = open_home(made(home))
    listening = server.bind(host, port)
    address = server.address_of(listening, host)
    with held(opened):
        server.remember_address(opened, address)
        announce(
            opened,
            address=address,
            link=_first_link(server.known_address(opened), when=now()),
            as_json=as_json,
        )
        server.run(listening, host=host)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the folder as its server; warn where another holds it, which is safe and seldom meant."""
    # What a script starts in the background begins deaf to it, until the server listens for signals itself.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (home / "address").open("a+") as file:
        try:
            # The system lets go of it however the process ends.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            click.echo(
                f"Another server serves this folder already, at {server.known_address(home)}: "
                "both work on the same data, and new sign-in links name this one.",
                err=True,
            )
        yield


def _first_link(address: str, *, when: datetime) -> str | None:
    from throughline.accounts.actions import first_administrator, make_sign_in_link

    administrator = first_administrator(now=when)
    return address + make_sign_in_link(administrator, now=when, actor="server") if administrator else None


def announce(home: Path, *, address: str, link: str | None, as_json: bool) -> None:
    """Say where the pages are and how to get in."""

    def show() -> None:
        click.echo(f"Throughline serves {home} at {address}")
        if link:
            click.echo(f"Sign in once with this link (within a day): {link}")
        else:
            click.echo("A new sign-in link for somebody: throughline user link EMAIL")
        click.echo("Ctrl-C stops.")

    emit({"home": str(home), "address": address, "sign_in_link": link}, as_json=as_json, show=show)
    # Whoever starts us through a pipe waits for the link.
    sys.stdout.flush()
