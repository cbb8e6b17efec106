"""`throughline enrich`: what others publish about exploitation, put on the records."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from throughline.cli.common import emit, home_option, json_option, made, now
from throughline.engine.refusals import Refused

if TYPE_CHECKING:
    from throughline.vulnerabilities.exploitation import Enriched

ACTOR = "command line"


@click.command("enrich")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@json_option
@home_option
def command(files: tuple[str, ...], as_json: bool, home: Path | None) -> None:
    """Tell records of CISA's KEV catalogue (JSON or CSV) and FIRST's EPSS scores (CSV or .csv.gz).

    Each vulnerability that names a CVE says then whether it is known to be exploited (kev, kev_added) and
    how likely that is within 30 days (epss). A file takes the place of the one before it of its kind, whole
    or not at all; the same file again changes nothing. Records that are imported later are told at once.

    \b
    Examples:
      throughline enrich known_exploited_vulnerabilities.json epss_scores-current.csv.gz
      throughline enrich epss_scores-current.csv.gz --json
    """
    from throughline.site.home import open_home

    open_home(made(home))
    done = [_enriched(path) for path in files]
    document = {
        "files": [each.document() for each in done],
        "changed": sum(each.changed for each in done),
    }
    emit(document, as_json=as_json, show=lambda: click.echo("\n".join(each.sentence() for each in done)))


def _enriched(path: str) -> Enriched:
    from throughline.vulnerabilities.exploitation import enrich_file

    try:
        stream = io.BufferedReader(io.FileIO(path), 1 << 18)
    except OSError as error:
        message = f"the file cannot be read ({error.strerror}): check the path"
        raise Refused(message, place=path, code="bad_file") from None
    with stream:
        return enrich_file(stream, name=os.path.basename(path), actor=ACTOR, now=now())
