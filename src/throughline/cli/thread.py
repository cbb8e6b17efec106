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
    if not found["nodes"]:
        click.echo("There is no plan yet. `throughline plan apply FILE` brings one in.")
        return
    below: dict[str, list[tuple[str, str]]] = {}
    for edge in found["edges"]:
        below.setdefault(edge["to"], []).append((edge["from"], edge["kind"]))
    nodes = {node["id"]: node for node in found["nodes"]}
    serving = {edge["from"] for edge in found["edges"]}
    told: set[str] = set()
    # Those that serve nothing are the tops; what is left over after them serves only itself in a ring.
    for id in [*(id for id in nodes if id not in serving), *nodes]:
        if id not in told:
            _tell(id, "", nodes, below, told, depth=0)
    for each in found["broken"]:
        click.echo(f"! {each['node']}: {each['reason']}")


def _tell(
    id: str,
    how: str,
    nodes: dict[str, dict[str, Any]],
    below: dict[str, list[tuple[str, str]]],
    told: set[str],
    *,
    depth: int,
) -> None:
    """One part, and under it what serves it; a part that was told already is named and not told again."""
    node, again = nodes[id], id in told
    told.add(id)
    kind = node["kind"].replace("_", " ")
    by = f" ({how})" if how not in ("", "contributes") else ""
    name = click.style(f"[{id}]", dim=True)
    click.echo(f"{'  ' * depth}{kind}: {node['title']}{by} {name}{' see above' if again else ''}")
    if not again:
        for lower, kind_of_edge in below.get(id, ()):
            _tell(lower, kind_of_edge, nodes, below, told, depth=depth + 1)
