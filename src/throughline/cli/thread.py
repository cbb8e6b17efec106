"""`throughline thread`: from a company goal to the person who works for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from throughline.cli.common import emit, home_option, json_option, now, there
from throughline.engine.refusals import Refused
from throughline.site.home import open_home


@click.command("thread")
@click.option("--cycle", metavar="KEY", default="", help="The cycle, such as 2026-q4; else the running one.")
@click.option("--of", metavar="ID", default="", help="Tell the line of one part, such as key_result:faster.")
@home_option
@json_option
def command(home: Path | None, as_json: bool, cycle: str, of: str) -> None:
    """Say what serves what, from goals to people, and where the thread is broken.

    \b
    Example:
      throughline thread --json
      throughline thread --of key_result:faster-repair
    """
    open_home(there(home))
    from throughline.engine.narratives import narrative
    from throughline.thread.documents import document
    from throughline.thread.queries import current_cycle, plan_of, thread_of

    moment = now()
    plan = plan_of(_cycle(cycle) if cycle else current_cycle(moment), now=moment)
    found = thread_of(plan)
    if of and of not in found.nodes:
        raise Refused(
            f"there is no '{of}' in this cycle; `throughline thread` names what there is", place="--of"
        )
    answer = document(found) | ({"narrative": narrative(found, of)} if of else {})
    emit(answer, as_json=as_json, show=lambda: click.echo(answer["narrative"]) if of else _show(answer))


def _cycle(key: str) -> Any:
    from throughline.objectives.models import Cycle

    found = Cycle.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Cycle.objects.values_list("key", flat=True)) or "none yet"
        raise Refused(f"there is no cycle '{key}'; there are: {known}", place="--cycle")
    return found


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    if not found["nodes"]:
        click.echo("There is no plan yet. `throughline plan apply FILE` brings one in.")
        return
    serves: dict[str, list[str]] = {}
    for edge in found["edges"]:
        serves.setdefault(edge["from"], []).append(f"{edge['kind']} {edge['to']}")
    table = Table("part", "title", "serves", box=None, pad_edge=False)
    # A name cut short is none: `--of` takes it whole.
    table.columns[0].no_wrap, table.columns[2].overflow = True, "fold"
    for node in found["nodes"]:
        row = (node["id"], node["title"], "\n".join(serves.get(node["id"], [])))
        table.add_row(*map(escape, row))
    Console().print(table)
    for each in found["broken"]:
        click.echo(f"! {each['node']}: {each['reason']}")
