"""`throughline demo`."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from pathlib import Path

import click

from throughline.cli.common import home_option, json_option, now
from throughline.cli.serve import announce, held
from throughline.engine.refusals import Refused
from throughline.site import server
from throughline.site.home import HOME_VARIABLE, open_home

FIRST_PORT = 8000
PORTS_TRIED = 20


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), help="Default: the first free one from 8000.")
@home_option
@json_option
def command(port: int | None, home: Path | None, as_json: bool) -> None:
    """Serve the sample organisation, from a data folder of its own.

    The first run loads it; later runs keep what you changed. Without --home and THROUGHLINE_HOME
    the folder is ~/.local/share/throughline-demo. Ctrl-C stops.

    \b
    Example:
      throughline demo --port 8000
    """
    if home is None and HOME_VARIABLE not in os.environ:
        home = Path.home() / ".local" / "share" / "throughline-demo"
    opened = open_home(home)
    listening = server.bind("127.0.0.1", port) if port is not None else _first_free()
    _load_sample(opened, when=now())
    address = server.address_of(listening, "127.0.0.1")
    with held(opened):
        server.remember_address(opened, address)
        announce(opened, address=address, link=address + _link(when=now()), as_json=as_json)
        server.run(listening, host="127.0.0.1")


def _first_free() -> socket.socket:
    return server.bind("127.0.0.1", FIRST_PORT, tries=PORTS_TRIED)


def _load_sample(home: Path, *, when: datetime) -> None:
    from throughline import sample

    if sample.is_wanted():
        click.echo("Loading the sample organisation…", err=True)
        sample.load(home, when, told=lambda step: click.echo(f"  {step}", err=True))


def _link(*, when: datetime) -> str:
    from throughline.accounts.actions import make_sign_in_link
    from throughline.accounts.models import Role, User

    administrator = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk").first()
    if administrator is None:
        raise Refused("This folder has no administrator; serve it with `throughline serve` instead.")
    return make_sign_in_link(administrator, now=when, actor="server")
