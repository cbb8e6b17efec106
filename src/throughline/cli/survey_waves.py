"""The surveys of a data folder: listed, shown, made, asked, closed, and answered elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from throughline.cli.common import emit, home_option, json_option, made, now, placed, there
from throughline.cli.given import content_of, name_of, rows_of, text_of
from throughline.engine.refusals import Refused
from throughline.site import server
from throughline.site.home import open_home

if TYPE_CHECKING:
    from throughline.surveys.answering import Given
    from throughline.surveys.models import Survey, Wave

ACTOR = "command line"
OPTIONS = {name: f"--{name}" for name in ("title", "question", "why", "kind", "name", "asked", "personal")}
OPTIONS |= {"shared": "--no-shared", "cycle": "--cycle", "initiative": "--initiative"}


@click.command("list")
@home_option
@json_option
def list_(home: Path | None, as_json: bool) -> None:
    """List surveys with what their newest wave says.

    \b
    Example:
      throughline survey list
    """
    open_home(there(home))
    from throughline.surveys.documents import summary
    from throughline.surveys.models import Survey
    from throughline.surveys.queries import newest_results
    from throughline.surveys.sentences import score_said

    known = list(Survey.objects.select_related("series"))
    found = newest_results(known)
    answer = {"surveys": [summary(each, found[each.pk]) for each in known]}

    def show() -> None:
        for each in known:
            click.echo(f"{each.series.name}: {each.title}")
            last = next((one for one in reversed(found[each.pk]) if one.score), None)
            click.echo(f"  {score_said(last)}" if last else "  Nothing is shown yet.")
        if not known:
            click.echo("No survey yet: throughline survey add makes one.")

    emit(answer, as_json=as_json, show=show)


@click.command()
@click.argument("survey")
@home_option
@json_option
def show(survey: str, home: Path | None, as_json: bool) -> None:
    """What each wave of a survey says, of full batches of five alone. SURVEY is its series or its number.

    \b
    Example:
      throughline survey show security_review
    """
    open_home(there(home))
    _show(_survey(survey), as_json=as_json)


@click.command()
@click.argument("title")
@click.option("--question", required=True, metavar="TEXT", help="What everybody is asked.")
@click.option("--why", default="Why?", show_default=True, metavar="TEXT", help="The open question after it.")
@click.option("--kind", default="nps", show_default=True, metavar="nps|agreement", help="0 to 10, or 1 to 5.")
@click.option("--name", default="", metavar="NAME", help="Of its series; made of the title if left out.")
@click.option("--cycle", default="", metavar="KEY", help="The cycle that it belongs to.")
@click.option("--initiative", default="", metavar="KEY", help="What it looks back on.")
@home_option
@json_option
def add(title: str, *, cycle: str, initiative: str, home: Path | None, as_json: bool, **said: Any) -> None:
    """Make a survey, and with it the series that a key result can name.

    \b
    Example:
      throughline survey add "Security review" --question "Would you recommend it to a colleague?"
    """
    open_home(made(home))
    from throughline.objectives.models import Cycle, Initiative
    from throughline.surveys.actions import make_survey

    with placed(OPTIONS | {"title": "TITLE"}):
        found = make_survey(
            ACTOR,
            title=title,
            cycle=_keyed(Cycle, cycle, place="cycle"),
            initiative=_keyed(Initiative, initiative, place="initiative"),
            now=now(),
            **said,
        )
    _show(found, as_json=as_json)


@click.command("open")
@click.argument("survey")
@click.option("--asked", type=int, metavar="N", help="How many people are asked, where it is known.")
@click.option("--personal", type=int, default=0, metavar="N", help="So many links, each for one answer.")
@click.option("--no-shared", "no_shared", is_flag=True, help="No link for everybody.")
@home_option
@json_option
def open_(
    survey: str, asked: int | None, personal: int, no_shared: bool, home: Path | None, as_json: bool
) -> None:
    """Ask again: open a wave, and print its links, this once.

    \b
    Example:
      throughline survey open security_review --asked 40
    """
    address = server.known_address(open_home(there(home)))
    from throughline.surveys.waves import open_wave

    found = _survey(survey)
    with placed(OPTIONS):
        opened = open_wave(ACTOR, found, asked=asked, shared=not no_shared, personal=personal, now=now())
    shared = address + opened.shared if opened.shared else None
    personal_links = [address + path for path in opened.personal]
    answer = {"wave": opened.wave.number, "link": shared, "links": personal_links}

    def said() -> None:
        click.echo(f"Wave {opened.wave.number} is open. Its links, shown this once:")
        for link in (*([shared] if shared else []), *personal_links):
            click.echo(link)

    emit(answer, as_json=as_json, show=said)


@click.command()
@click.argument("survey")
@home_option
@json_option
def close(survey: str, home: Path | None, as_json: bool) -> None:
    """End the open wave. What came after its last full five is removed unread.

    \b
    Example:
      throughline survey close security_review
    """
    open_home(there(home))
    from throughline.surveys.waves import close_wave

    found = _survey(survey)
    wave = _running(found)
    if wave is None:
        raise Refused(f"no wave of '{found.series.name}' is open", place="SURVEY", code="state")
    close_wave(ACTOR, wave, now=now())
    _show(found, as_json=as_json)


@click.command("answers-import")
@click.argument("survey")
@click.argument("file", metavar="FILE.csv|-")
@click.option("--asked", type=int, metavar="N", help="How many people were asked, for a wave of its own.")
@home_option
@json_option
def answers_import(survey: str, file: str, asked: int | None, home: Path | None, as_json: bool) -> None:
    """Bring in answers that were gathered elsewhere: a CSV with the columns score and, if any, why.

    All or none, and at least five. They join the open wave as a batch of their own; where none is open they
    are a wave, which is closed at once. The same file twice counts twice.

    \b
    Example:
      throughline survey answers-import security_review answers.csv --asked 40
    """
    content = content_of(file)
    open_home(there(home))
    from django.db import transaction

    from throughline.surveys.answering import add_answers
    from throughline.surveys.waves import close_wave, open_wave

    found, name, moment = _survey(survey), name_of(file), now()
    answers = _answers(found, text_of(content, name=name), name=name)
    with transaction.atomic(), placed(OPTIONS):
        running = _running(found)
        if running is not None and asked is not None:
            raise Refused(f"wave {running.number} is open and says how many were asked", place="asked")
        wave = running or open_wave(ACTOR, found, asked=asked, now=moment).wave
        add_answers(ACTOR, wave, answers, file_name=name, now=moment)
        if running is None:
            close_wave(ACTOR, wave, now=moment)
    _show(found, as_json=as_json)


def _answers(survey: Survey, text: str, *, name: str) -> list[Given]:
    from throughline.surveys.answering import Given, checked_answer

    rows = list(rows_of(text, name=name))
    if not rows:
        raise Refused("the file is empty: expected the columns score and why", place=name, code="empty")
    line, header = rows[0][0], [cell.casefold() for cell in rows[0][1]]
    if header.count("score") != 1 or header.count("why") > 1 or set(header) - {"score", "why"}:
        raise Refused(
            f"expected a header with the columns score and, if any, why; found {', '.join(rows[0][1])[:80]}",
            place=f"{name}:{line}",
            code="header",
        )
    found = []
    for line, cells in rows[1:]:
        if len(cells) != len(header):
            raise Refused(f"expected {len(header)} cells, found {len(cells)}", place=f"{name}:{line}")
        said = dict(zip(header, cells, strict=True))
        try:
            found.append(checked_answer(survey, Given(_whole(said["score"]), said.get("why", ""))))
        except Refused as refused:
            place = f"{name}:{line}, column '{refused.place}'"
            raise Refused(refused.message, place=place, code=refused.code) from refused
    return found


def _whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 3):
        raise Refused(f"expected a whole number, found '{cell[:40]}'", place="score", code="bad_answer")
    return int(cell)


def _survey(text: str) -> Survey:
    from throughline.engine.language.fields import nearest
    from throughline.site.numbers import whole_number
    from throughline.surveys.models import Survey

    found = Survey.objects.select_related("series", "cycle", "initiative")
    number = whole_number(text)
    one = found.filter(pk=number).first() if number else found.filter(series__name=text).first()
    if one is not None:
        return one
    near = nearest(text, [each.series.name for each in found])
    raise Refused(f"there is no survey '{text[:80]}'{near}", place="SURVEY", code="unknown")


def _running(survey: Survey) -> Wave | None:
    return survey.waves.filter(closed_at=None).last()


def _keyed(kind: Any, key: str, *, place: str) -> Any:
    if not key:
        return None
    found = kind.objects.filter(key=key).first()
    if found is None:
        raise Refused(f"there is no {place} '{key[:80]}'", place=place, code="unknown")
    return found


def _show(survey: Survey, *, as_json: bool) -> None:
    from throughline.surveys import sentences
    from throughline.surveys.documents import document
    from throughline.surveys.queries import results

    found = results(survey)

    def said() -> None:
        click.echo(f"{survey.series.name}: {survey.title}")
        click.echo(f"“{survey.question}”")
        for each in found:
            click.echo(f"Wave {each.wave.number}: {sentences.score_said(each)}")
            notes = (sentences.change_said(each), sentences.rate_said(each), sentences.waiting_said(each))
            for note in filter(None, notes):
                click.echo(f"  {note}")
        if not found:
            click.echo("Not asked yet: throughline survey open asks.")

    emit(document(survey, found), as_json=as_json, show=said)
