"""The command line: one module a command, loaded only when it is asked for."""

from __future__ import annotations

import importlib
import os
import traceback
from typing import Any

import click

from throughline.engine.refusals import Refused
from throughline.site.screen import screened

# The sentence is kept here so that `throughline --help` imports no command at all.
COMMANDS = {
    "import": ("throughline.cli.imports", "Bring vulnerabilities in from files."),
    "export": ("throughline.cli.export", "Write the record and the plan as Parquet or CSV."),
    "catalogue": ("throughline.cli.catalogue", "Bring services and owners in from a Backstage catalogue."),
    "connect": ("throughline.cli.connect", "Connect a tool, so that it is asked for what it knows."),
    "connectors": ("throughline.cli.connectors", "See which tools are connected, try one, remove one."),
    "sync": ("throughline.cli.sync", "Read from a connected tool now."),
    "formats": ("throughline.cli.formats", "List the formats that can be imported."),
    "enrich": ("throughline.cli.enrich", "Tell records what is known of their exploitation (KEV, EPSS)."),
    "introduced": ("throughline.cli.introduced", "Say when flaws came in, by a local clone."),
    "triage": ("throughline.cli.triage", "Decide what vulnerabilities are, and take that back."),
    "metric": ("throughline.cli.metric", "Measure: one figure, or one for each slice and period."),
    "kr": ("throughline.cli.kr", "Add key results, and ask how they stand."),
    "review": ("throughline.cli.review", "Check in, look back, and see how predictable the team is."),
    "dashboard": ("throughline.cli.dashboard", "See dashboards, and share them by a link that ends."),
    "thread": ("throughline.cli.thread", "Say what serves what, from a goal to a person."),
    "cycle": ("throughline.cli.cycle", "Plan a quarter: write, propose, set and close it."),
    "lint": ("throughline.cli.lint", "Say which key results two people could read differently, and why."),
    "candidate": ("throughline.cli.candidate", "List and write what might be done in a cycle."),
    "portfolio": ("throughline.cli.portfolio", "Choose work under a capacity, and say why."),
    "work": ("throughline.cli.work", "Say what work needs, so that the match finds people for it."),
    "match": ("throughline.cli.match", "Say who does what in a cycle by its records, and publish it."),
    "next": ("throughline.cli.next", "Say who should do what next, and what it costs to choose otherwise."),
    "outcomes": (
        "throughline.cli.outcomes",
        "Grade finished work, and learn from it what counts in choosing the next.",
    ),
    "stories": ("throughline.cli.stories", "Say what is told of our work, and of which nothing is."),
    "narratives": ("throughline.cli.narratives", "Look up how such work is told, and when that fails."),
    "ladder": ("throughline.cli.ladder", "Keep ladders of growth, whose rungs growth goals may name."),
    "shelf": (
        "throughline.cli.shelf",
        "Keep what is worth reading, and what was taken from it.",
    ),
    "board": ("throughline.cli.board", "See boards, take part in them, and export what was revealed."),
    "vote": ("throughline.cli.vote", "Count votes in which everybody ranks five."),
    "survey": (
        "throughline.cli.survey",
        "Ask many people one question without a name, and score what they answer.",
    ),
    "forecast": ("throughline.cli.forecast", "Pool and score a panel's forecasts, and find base rates."),
    "room": ("throughline.cli.room", "Ask a panel in a forecast room: open, give, reveal, close."),
    "risk": ("throughline.cli.risk", "Work out what a year of risks costs: of a file, or of the register."),
    "report": ("throughline.cli.report", "Write the quarter's report: PDF, slides, a sheet, Markdown."),
    "plan": ("throughline.cli.plan", "Keep the plan as code: export, check, compare, apply."),
    "check": ("throughline.cli.check", "Prove that the record, its history and the read side agree."),
    "messages": ("throughline.cli.messages", "Send what is due, and see what waits or was given up."),
    "secrets": ("throughline.cli.secrets", "See what is kept sealed, and change the key that seals it."),
    "backup": ("throughline.cli.backup", "Back the data folder up to one file, and prove that it restores."),
    "restore": ("throughline.cli.restore", "Put a backup into an empty data folder, and check it."),
    "serve": ("throughline.cli.serve", "Serve the pages from a data folder."),
    "demo": ("throughline.cli.demo", "Serve the sample organisation."),
    "user": ("throughline.cli.user", "Add people and make their one-time sign-in links."),
    "token": ("throughline.cli.token", "Make, list and revoke the tokens of programs."),
    "mcp": ("throughline.cli.mcp", "Let an agent ask in your name, by MCP."),
}


class BadInput(click.ClickException):
    """What the person gave cannot be used: one message on standard error, exit code 2."""

    exit_code = 2


class Broken(click.ClickException):
    """Our fault: one line on standard error, exit code 1; the traceback where THROUGHLINE_DEBUG=1."""

    exit_code = 1


class Commands(click.Group):
    """A group whose commands are imported when they are used, and that never shows a bare traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        with screened():
            return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise BadInput(str(refused)) from refused
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("THROUGHLINE_DEBUG") == "1":
                traceback.print_exc()
            raise Broken(f"{type(error).__name__}: {error} (THROUGHLINE_DEBUG=1 shows where)") from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="throughline", message="%(prog)s %(version)s")
def main() -> None:
    """Throughline: from a scanner's finding to a sentence a board understands.

    Every command takes --home DIR after its name (default: THROUGHLINE_HOME, else
    ~/.local/share/throughline) and answers `throughline COMMAND --help` with an example.
    """
