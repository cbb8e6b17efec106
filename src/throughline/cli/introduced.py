"""`throughline introduced`: when flaws came in, asked of a local clone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import bar, emit, home_option, json_option, now, show_table, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.introductions.answers import Answer
    from throughline.introductions.asking import Asked

    Storing = Callable[[list[Answer]], list[list[dict[str, Any]]]]

ACTOR = "command line"


@click.command()
@click.option(
    "--repo",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The root of a local clone. It is only read, and nothing that it configures is run.",
)
@click.option("--fix", "fixes", multiple=True, metavar="COMMIT", help="A fixing commit; may be repeated.")
@click.option(
    "--finding",
    "findings",
    multiple=True,
    metavar="FILE:LINE@REV",
    help="A flagged line as it is in a revision (without @REV: HEAD); may be repeated.",
)
@click.option(
    "--bisect",
    "bisects",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What `git bisect log` printed, in a file; may be repeated. Nothing is run: its marks are read.",
)
@click.option(
    "--affected",
    "releases",
    multiple=True,
    metavar="TAG",
    help="The first release that has it, as a tag; may be repeated.",
)
@click.option("--lockfiles", is_flag=True, help="Ask of every dependency that a lockfile ever held.")
@click.option(
    "--advisories",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of OSV advisories, one .json each: the commits that they name, with --lockfiles packages.",
)
@click.option(
    "--commit-graph",
    is_flag=True,
    help="Write into the clone which paths each commit changed; blame of long histories is faster then.",
)
@click.option("--trust-owner", is_flag=True, help="Read a clone that belongs to another user.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1, max=86_400),
    default=60,
    show_default=True,
    help="How long git may take for one answer.",
)
@click.option("--store", is_flag=True, help="Keep what is found on the records that it is about.")
@click.option("--service", default="", metavar="NAME", help="Whose clone it is (with --store).")
@click.option(
    "--record",
    "number",
    type=click.IntRange(min=1, max=10**18),
    metavar="NUMBER",
    help="Which record the one subject is about (with --store).",
)
@home_option
@json_option
def command(repo: Path, *, home: Path | None, as_json: bool, **given: Any) -> None:
    """Say when flaws came in, by a clone: of fixes, flagged lines, bisections, releases and dependencies.

    A fix that says so itself (Introduced-in: or Fixes: with a commit) is believed. Of others the lines that
    it took away are traced to where they are from; that is an estimate with its interval. A flagged line is
    blamed. A bisection names the first commit with the flaw, or those that may still be it. Of the first
    release with it the flaw lies after the release before. Of dependencies it is the first commit whose
    lockfile held a version that an advisory names. An advisory may name commits of the clone itself: then it
    is the commit that it says brought the flaw in. Needs no data folder, unless --store keeps it on records:
    those whose file and line were flagged, that name the commit or the release, or that are the advisory in
    the package. Better evidence is never written over.

    \b
    Examples:
      throughline introduced --repo shop --fix v1.2 --finding src/login.py:12@v1.0
      throughline introduced --repo shop --advisories advisories
      throughline introduced --repo shop --lockfiles --advisories advisories --json
      throughline introduced --repo shop --bisect bisect.log --affected v1.2
      throughline introduced --repo shop --fix v1.2 --store --record 17
    """
    asked = _asked(repo, given)
    storing = _storing(asked, given, home)
    from throughline.introductions import asking

    with bar() as progress:
        answers, notes = asking.answered(asked, progress=progress)
    if asked.commit_graph:
        click.echo(f"Wrote a commit-graph with changed paths into {repo}.", err=True)
    for note in notes:
        click.echo(f"Note: {note}.", err=True)
    documents = [asking.document(answer) for answer in answers]
    if storing is not None:
        for document, kept in zip(documents, storing(answers), strict=True):
            document["records"] = kept
    emit(documents, as_json=as_json, show=lambda: _show(documents, lockfiles=asked.lockfiles))


def _storing(asked: Asked, given: dict[str, Any], home: Path | None) -> Storing | None:
    """What keeps answers on records, where it is asked for; the data folder is opened before the clone."""
    if not given["store"]:
        for name, option in (("service", "--service"), ("number", "--record")):
            if given[name]:
                raise Refused("it is read with --store only", place=option, code="no_store")
        return None
    if given["number"] and (asked.n_subjects != 1 or asked.advisories is not None):
        message = "it is for one subject: a single --fix, --finding, --bisect or --affected"
        raise Refused(message, place="--record", code="several_subjects")
    open_home(there(home))
    about = {"service": given["service"], "number": given["number"]}
    return lambda answers: _stored(answers, repository=asked.repo.resolve().name, about=about)


def _stored(answers: list[Answer], *, repository: str, about: dict[str, Any]) -> list[list[dict[str, Any]]]:
    from dataclasses import asdict

    from throughline.introductions.actions import store

    kept = store(answers, repository=repository, actor=ACTOR, now=now(), **about)
    return [[asdict(each) for each in one] for one in kept]


def _asked(repo: Path, given: dict[str, Any]) -> Asked:
    from throughline.introductions.asking import Asked

    if given["lockfiles"] and given["advisories"] is None:
        message = "say with --advisories DIR which versions are vulnerable: a folder of OSV advisories"
        raise Refused(message, place="--lockfiles", code="no_advisories")
    if not any(given[name] for name in ("fixes", "findings", "bisects", "releases", "advisories")):
        message = (
            "say what to ask: --fix COMMIT, --finding FILE:LINE@REV, --bisect FILE, --affected TAG, "
            "--advisories DIR, or --lockfiles --advisories DIR"
        )
        raise Refused(message, code="nothing_asked")
    return Asked(
        repo=repo,
        fixes=given["fixes"],
        findings=given["findings"],
        bisects=given["bisects"],
        releases=given["releases"],
        advisories=given["advisories"],
        lockfiles=given["lockfiles"],
        commit_graph=given["commit_graph"],
        trusted=given["trust_owner"],
        seconds=given["seconds"],
    )


def _show(documents: list[dict[str, Any]], *, lockfiles: bool) -> None:
    from rich.table import Table

    if not documents:
        held = "No lockfile of this history ever held a version that these advisories name."
        click.echo(held if lockfiles else "These advisories name no commit of this clone.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("Subject", "Introduced", "Between", "How it is known", "Candidates"):
        table.add_column(title)
    for each in documents:
        table.add_row(
            each["subject"],
            _day(each["introduced"]) or "unknown",
            _between(each),
            each["method"] or "",
            f"{len(each['candidates'])}",
        )
    show_table(table)
    for each in documents:
        for note in each["notes"]:
            click.echo(f"{each['subject']}: {note}.")
        for line in _kept(each):
            click.echo(f"{each['subject']}: {line}.")


def _kept(each: dict[str, Any]) -> Iterator[str]:
    """What became of it on its records, where it was to be stored."""
    if each.get("records") == []:
        yield "it is about no record here" if each["introduced"] else "nothing is known that could be stored"
    for kept in each.get("records", []):
        reason = f" ({kept['reason']})" if kept["reason"] else ""
        yield f"{kept['outcome']} on vulnerability {kept['vulnerability']}, {kept['title']}{reason}"


def _day(instant: str | None) -> str:
    return (instant or "")[:10]


def _between(each: dict[str, Any]) -> str:
    if not each["newest"]:
        return ""
    return f"{_day(each['oldest']) or 'unknown'} and {_day(each['newest'])}"
