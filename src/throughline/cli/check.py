"""`throughline check`."""

from __future__ import annotations

from pathlib import Path

import click

from throughline.cli.common import emit, home_option, json_option, there
from throughline.site.home import open_home


@click.command("check")
@home_option
@json_option
@click.pass_context
def command(context: click.Context, home: Path | None, as_json: bool) -> None:
    """Prove that the record, its history, the audit record and the read side agree.

    Exits with 1 when a proof fails, and says which record is wrong.

    \b
    Example:
      throughline check --home ~/throughline
    """
    open_home(there(home))
    from throughline.site.checks import Check, all_checks

    def show(check: Check) -> None:
        click.echo(f"{'ok    ' if check.ok else 'FAILED'}  {check.name}")
        for problem in check.problems:
            click.echo(f"        {problem}")

    done = []
    for check in all_checks():
        done.append(check)
        if not as_json:
            show(check)
    ok = all(check.ok for check in done)
    checks = [{"name": check.name, "ok": check.ok, "problems": check.problems} for check in done]
    emit({"ok": ok, "checks": checks}, as_json=as_json, show=lambda: None)
    if not ok:
        context.exit(1)
