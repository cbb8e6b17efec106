"""`throughline next`: who should do what next, from a file; and what finished work says of the weights."""

from __future__ import annotations

import click

# What is asked where the first word is no command of the group: `throughline next team.yaml`.
OF_A_FILE = "match"


class _FileOrCommand(click.Group):
    """A group that takes a file where others take a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [OF_A_FILE, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileOrCommand)
def command() -> None:
    """Say who should do what next, and why; `next FILE` is short for `next match FILE`.

    \b
    Example:
      throughline next team.yaml
      throughline next team.yaml --person ana --weights 2,1,1
    """
