"""`throughline connect`: connect a tool, so that it is asked for what it knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now
from throughline.cli.given import content_of
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.connectors.actions import Wish
    from throughline.connectors.models import Connector
    from throughline.connectors.shape import Field, Kind, SecretField

ACTOR = "command line"
MOST_SECRET_BYTES = 20_000


@click.command()
@click.argument("kind", metavar="KIND")
@click.argument("name", metavar="NAME")
@click.option("--setting", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the kind.")
@click.option(
    "--secret-file", "secret_files", multiple=True, metavar="NAME=FILE",
    help="A secret, read from a file; - is standard input.",
)  # fmt: skip
@click.option(
    "--every", metavar="TIME",
    help="10 minutes, hour, 6 hours, day or by hand (default: by hand, or as it was).",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what the kind asks for, and connect nothing.")
@home_option
@json_option
def command(
    kind: str,
    name: str,
    settings: tuple[str, ...],
    secret_files: tuple[str, ...],
    every: str | None,
    dry_run: bool,
    home: Path | None,
    as_json: bool,
) -> None:
    """Connect a tool of a KIND under a NAME; a NAME that is connected already is changed.

    A secret is never given as an option: other people of the machine would see it. It is read from a file,
    sealed with a key outside the database, and shown to nobody.

    \b
    Examples:
      throughline connect KIND tracker --dry-run
      throughline connect KIND tracker --setting address=https://example.atlassian.net \\
        --secret-file token=token.txt --every hour
    """
    open_home(made(home))
    from throughline.connectors import actions, queries
    from throughline.connectors.kinds.registry import kind_named

    chosen = kind_named(kind)
    if dry_run:
        emit(_declared(chosen), as_json=as_json, show=lambda: _show_declared(chosen))
        return
    given = dict(_pair(each, "--setting") for each in settings)
    secrets = {name: _secret(path) for name, path in (_pair(each, "--secret-file") for each in secret_files)}
    known = queries.named(name)
    if known is not None and known.kind != chosen.name:
        raise Refused(f"'{name}' is connected already, as {known.kind}: choose another name", place="NAME")
    before = dict(known.settings) if known else {}
    wish = actions.Wish(name=name, settings=given, secrets=secrets, schedule=every or _schedule(known))
    try:
        if known is None:
            done = actions.connect(ACTOR, kind, wish, now=now())
        else:
            done = actions.change(ACTOR, known, _over(known, wish), now=now())
    except Refused as refused:
        raise _with_option(refused, {each.name for each in chosen.secrets}) from refused
    moved = _moved(before, done.settings)
    said = f"{name} is connected.{moved} Try it: throughline connectors check '{name}'"
    emit(queries.document(done), as_json=as_json, show=lambda: click.echo(said))


def _moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """That values go into another series from now on: key results on the old one no longer hear of them."""
    old, new = before.get("series"), after.get("series")
    if not old or old == new:
        return ""
    return f" It writes into the series '{new}' from now on; what it brought into '{old}' stays there."


def _over(known: Connector, wish: Wish) -> Wish:
    """The wish with the settings that stand where nothing else is said."""
    return replace(wish, settings={**known.settings, **wish.settings})


def _schedule(known: Connector | None) -> str:
    """Of a connector that is there already, the one that it has."""
    return known.schedule if known else "by hand"


def _pair(given: str, option: str) -> tuple[str, str]:
    name, sign, value = given.partition("=")
    if not sign or not name:
        raise Refused(f"expected NAME=VALUE, found '{given}'", place=option)
    return name, value


def _secret(path: str) -> str:
    try:
        return content_of(path, most=MOST_SECRET_BYTES).decode().strip()
    except UnicodeDecodeError:
        raise Refused("it is no text", place=path) from None


def _with_option(refused: Refused, secrets: set[str]) -> Refused:
    place = refused.place or ""
    option = "--secret-file" if place in secrets else "--every" if place == "schedule" else "--setting"
    where = f"{option} {place}" if place and place != "schedule" else option
    return Refused(refused.message, place=where if place else None, code=refused.code)


def _declared(kind: Kind) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "title": kind.title,
        "settings": [_told(each) for each in kind.settings],
        "secrets": [_told(each) for each in kind.secrets],
    }


def _told(each: Field | SecretField) -> dict[str, Any]:
    told = {name: getattr(each, name) for name in ("name", "label", "help")}
    default, choices = getattr(each, "default", ""), getattr(each, "choices", ())
    return {
        **told,
        "is_required": _must_be_given(each),
        "default": default if default != "" else None,
        "choices": [value for value, _ in choices],
    }


def _must_be_given(each: Field | SecretField) -> bool:
    return getattr(each, "must_be_given", each.is_required)


def _show_declared(kind: Kind) -> None:
    click.echo(f"{kind.title}: {kind.lead}")
    for option, declared in (("--setting", kind.settings), ("--secret-file", kind.secrets)):
        for each in declared:
            note = "" if _must_be_given(each) else " (may be left out)"
            said = " ".join(filter(None, (f"{each.label}{note}.", each.help, *_values_of(each))))
            click.echo(f"  {option} {each.name}=…  {said}")


def _values_of(each: Field | SecretField) -> Iterator[str]:
    """What a setting may be, and what stands where it is left out, in sentences."""
    told = _told(each)
    if words := [value for value in told["choices"] if value]:
        yield f"One of: {', '.join(words)}."
    if told["default"] is not None:
        yield f"Left out: {told['default']}."
