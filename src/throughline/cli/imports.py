"""`throughline import`: bring vulnerabilities in from files."""

from __future__ import annotations

import gc
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from throughline.cli.common import bar, emit, home_option, json_option, now
from throughline.cli.import_answers import COUNTS, show
from throughline.engine.dates import Order, zone_named
from throughline.engine.language.fields import SEVERITIES
from throughline.engine.refusals import Refused
from throughline.sources.doubts import Doubts
from throughline.sources.fields import BY_NAME
from throughline.sources.formats import archives
from throughline.sources.formats.archives import Member
from throughline.sources.mapping import parse_maps
from throughline.sources.rows import MOST_LISTED, BadRows, Finding, Problem, fallback_title
from throughline.sources.scans.dry import dry_run, format_of
from throughline.sources.wishes import Wish, listings, read_file, refuse_nothing, source_of

ACTOR = "command line"


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--format",
    "format_",
    default="auto",
    metavar="NAME",
    help="See 'throughline formats' (default: by content).",
)
@click.option("--map", "maps", multiple=True, metavar="FIELD=COLUMN", help="Map a column; empty: map none.")
@click.option(
    "--source", default="", metavar="NAME", help="Where the records come from (default: by file name)."
)
@click.option("--scope", default="", metavar="TEXT", help="The part of the source that the file covers.")
@click.option(
    "--service", default="", metavar="NAME", help="The service of a report's findings that name none."
)
@click.option(
    "--default-branch", default="", metavar="NAME", help="The branch of a repository whose scans count."
)
@click.option("--full", is_flag=True, help="The file is a complete listing: what it lacks has vanished.")
@click.option("--as-of", default="", metavar="DATE", help="When the content was known (default: now).")
@click.option(
    "--as-of-column", default="", metavar="NAME", help="The column that says when each row was known."
)
@click.option("--dry-run", is_flag=True, help="Show what would be stored; needs no data folder.")
@click.option(
    "--zone", default="UTC", metavar="ZONE", help="The zone of times that name none (default: UTC)."
)
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="How to read 03/04/2024.")
@click.option(
    "--state",
    type=click.Choice(["potential", "confirmed"]),
    help="The state of records that name none (default: confirmed for tables, potential for reports).",
)
@click.option("--skip-invalid", is_flag=True, help="Leave out what cannot be read, and list it.")
@json_option
@home_option
def command(
    files: tuple[str, ...],
    format_: str,
    maps: tuple[str, ...],
    source: str,
    scope: str,
    service: str,
    default_branch: str,
    full: bool,
    as_of: str,
    as_of_column: str,
    dry_run: bool,
    zone: str,
    date_order: Order | None,
    state: str | None,
    skip_invalid: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """Bring vulnerabilities in from scanners' reports, and from CSV, JSON or JSON Lines; - is standard input.

    Reports are recognised by their content. Columns of a table are mapped by their headers; those that mean
    no field stay attributes under their own names. Each file is stored whole or not at all, in the order
    given; the first that is refused ends the command. A .gz is the file in it, a .zip the files in it.

    \b
    Examples:
      throughline import curl_vulnerabilities.csv
      throughline import export.csv --map severity=Risk --map mitigated="Closed on" --source tracker
      throughline import snapshots.csv --as-of-column as_of --full
      throughline import trivy.json --service shop-api --full
      throughline import scan.json --dry-run --json
    """
    if format_ == "backstage":
        message = "a catalogue of Backstage holds services: bring it in with `throughline catalogue FILE`"
        raise Refused(message, place="--format")
    done: list[dict[str, Any]] = []
    try:
        wish = Wish(
            format=format_,
            maps=parse_maps(maps),
            source=source,
            scope=scope,
            full=full,
            as_of=as_of,
            as_of_column=as_of_column,
            zone=zone_named(zone),
            order=date_order,
            state=state or "",
            service=service,
            default_branch=default_branch,
            skip_invalid=skip_invalid,
        )
        if not dry_run:
            _open(home)
        for path in files:
            with _opened(path) as (stream, name), archives.unpacked(stream, name=name) as members:
                done += [_dry(member, wish) if dry_run else _stored(member, wish) for member in members]
    except Refused as refused:
        _say_refused(refused, done, as_json=as_json)
    document = _together(done, dry_run=dry_run)
    emit(document, as_json=as_json, show=lambda: show(done, dry_run=dry_run))


def _open(home: Path | None) -> None:
    from throughline.site.home import open_home

    open_home(home)
    # Rows make no cycles; the collector would walk all that Django loaded, again and again, for nothing.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _stored(member: Member, wish: Wish) -> dict[str, Any]:
    from throughline.sources.actions import import_file

    with bar() as progress:
        result = import_file(
            member.stream, name=member.name, wish=wish, actor=ACTOR, now=now(), progress=progress
        )
    return {"file": member.name, **result.document()}


def _dry(member: Member, wish: Wish) -> dict[str, Any]:
    stream, name = member.stream, member.name
    format = format_of(stream, name=name, said=wish.format)
    if format is not None:
        return dry_run(stream, name=name, format=format, wish=wish)
    instant = now()
    reading = read_file(stream, name=name, wish=wish, now=instant)
    refuse_nothing(reading, named=wish.format != "auto")
    feed = wish.source or source_of(name)
    findings: list[dict[str, Any]] = []
    problems = [Problem.of(passed) for passed in reading.passed_over]
    skipped, doubts = len(problems), Doubts(reading.options.known_at)
    for listing in listings(reading, now=instant):
        rows = listing.rows(reading)
        findings += [
            _shown(finding, listing.known_at, feed, reading.options.state, keyed=reading.has_keys)
            for finding in rows.findings()
        ]
        problems += rows.problems
        skipped += rows.left_out
        doubts.add(rows.doubts)
    return {
        "file": name,
        **dict.fromkeys(COUNTS, 0),
        "read": len(findings),
        "skipped": skipped,
        "refused": [problem.document() for problem in problems[:MOST_LISTED]],
        "source": feed,
        "scope": wish.scope,
        "mapping": reading.named_maps,
        "attributes": reading.attributes,
        "as_of": sorted({finding["as_of"] for finding in findings}),
        "findings": findings,
        "notices": [
            *map(str, reading.unread),
            *doubts.notices(reading.maps, unit=reading.table.unit),
        ],
    }


def _shown(finding: Finding, known_at: datetime, feed: str, state: str, *, keyed: bool) -> dict[str, Any]:
    """A finding under the names that expressions use, beside those of the record for dates."""
    from throughline.engine.dates import iso

    values = {"state": state, "source": feed, **finding.values}
    values.setdefault("title", fallback_title(values, finding.key if keyed else None))
    shown = {target.short: values.get(target.name) for target in BY_NAME.values() if target.name != "key"}
    shown |= {name: value for name, value in values.items() if name not in shown}
    shown |= {
        "id": finding.key,
        "key": finding.key,
        "keys": [finding.key],
        "record_line": finding.line,
        "as_of": iso(known_at),
    }
    shown["severity"] = None if values.get("severity") is None else SEVERITIES[values["severity"]]
    shown |= {"vulnerability_ids": values.get("vulnerability_ids", []), "tags": values.get("tags", [])}
    return shown | {"attributes": values.get("attributes", {})}


@contextmanager
def _opened(path: str) -> Iterator[tuple[BinaryIO, str]]:
    if path == "-":
        # Several passes are made over the bytes.
        with tempfile.TemporaryFile() as spooled:
            while chunk := sys.stdin.buffer.read(1 << 20):
                spooled.write(chunk)
            spooled.seek(0)
            yield spooled, "standard input"
        return
    try:
        stream = io.BufferedReader(io.FileIO(path), 1 << 18)
    except OSError as error:
        raise Refused(_unreadable(path, error), place=path, code="bad_file") from None
    with stream:
        yield stream, os.path.basename(path)


def _unreadable(path: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file: check the path"
    if isinstance(error, IsADirectoryError):
        return f"this is a folder: name the files in it, such as {path.rstrip('/')}/*.csv"
    return f"the file cannot be read ({error.strerror})"


def _together(done: list[dict[str, Any]], *, dry_run: bool) -> dict[str, Any]:
    if len(done) == 1:
        return done[0]
    counts = {name: sum(each[name] for each in done) for name in COUNTS}
    findings = {"findings": [f for each in done for f in each["findings"]]} if dry_run else {}
    return {**counts, "refused": [], "files": done, **findings}


def _say_refused(refused: Refused, done: list[dict[str, Any]], *, as_json: bool) -> None:
    """Every problem on standard error, the same as JSON on standard output, and exit code 2."""
    problems = refused.problems if isinstance(refused, BadRows) else []
    messages = [problem.message for problem in problems] or [str(refused)]
    if done:
        messages.append(f"stored before that: {', '.join(each['file'] for each in done)}")
    if as_json:
        said = [problem.document() for problem in problems] or [
            {"line": getattr(refused, "line", None), "message": str(refused)}
        ]
        counts = {name: sum(each[name] for each in done) for name in COUNTS}
        emit({**counts, "refused": said, "files": done}, as_json=True, show=lambda: None)
    for message in messages:
        click.echo(f"Error: {message}", err=True)
    raise SystemExit(2)
