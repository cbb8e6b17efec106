"""The MCP server: which tools it offers, and what it makes of a call."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as Shown

from throughline import __version__
from throughline.agents import reading, writing
from throughline.agents.asking import ROOT, Api
from throughline.agents.marking import NOTE, enveloped
from throughline.agents.tool import Tool
from throughline.engine.refusals import Refused

EVERY = (*reading.TOOLS, *writing.TOOLS)
INSTRUCTIONS = (
    "Throughline is where this team keeps its vulnerabilities, key results, risks and plan. "
    "You see what the person whose token you use sees. "
    "Figures come with an interval and n: say them with the figure. " + NOTE
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A server's answer to what it may be asked: for whom, and with which tools."""

    person: str
    tools: tuple[Tool, ...]
    # Tools that are left out, and the scope that the token lacks for each.
    lacking: dict[str, str]


async def offered(api: Api, *, may_write: bool) -> Offer:
    """What the server can answer and the token may ask. Raises Refused where there is no use in starting."""
    me = await api.get("/me")
    scopes = me["token"]["scopes"]
    there = {_bare(path) for path in (await api.get("/openapi.json"))["paths"]}
    usable = [each for each in EVERY if _bare(ROOT + each.operation) in there and (each.is_read or may_write)]
    lacking = {each.name: each.scope for each in usable if each.scope not in scopes}
    return Offer(me["name"], tuple(each for each in usable if each.name not in lacking), lacking)


def server_of(api: Api, tools: Iterable[Tool]) -> Server[Any]:
    """A server with these tools, for any transport."""
    by_name = {each.name: each for each in tools}

    async def listed(ctx: ServerRequestContext[Any], asked: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[shown(each) for each in by_name.values()])

    async def called(ctx: ServerRequestContext[Any], asked: CallToolRequestParams) -> CallToolResult:
        tool = by_name.get(asked.name)
        if tool is None:
            return refused(f"There is no tool of this name; there are {', '.join(by_name)}.")
        return await answered(api, tool, dict(asked.arguments or {}), ctx.session.report_progress)

    return Server(
        "throughline",
        title="Throughline",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )


async def served(api: Api, tools: Iterable[Tool]) -> None:
    """Answer on standard input and output until the client leaves."""
    server = server_of(api, tools)
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())


async def answered(api: Api, tool: Tool, arguments: dict[str, Any], progress: Any) -> CallToolResult:
    """What a call gives: text and structure, or a sentence of what was wrong."""
    try:
        _check(tool, arguments)
        told = await tool.answer(api, arguments, progress)
    except Refused as no:
        return refused(str(no))
    except (KeyError, TypeError, ValueError):
        traceback.print_exc(file=sys.stderr)
        return refused(
            "The server's answer has another form than this version knows: upgrade the older of the two."
        )
    text = f"{told.sentence}\n{enveloped(told.data, source=told.source)}"
    return CallToolResult(
        content=[TextContent(text=text)],
        structured_content={"source": told.source, "note": NOTE, "data": told.data},
    )


def refused(sentence: str) -> CallToolResult:
    """A call that came to nothing, so that the agent can mend it."""
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)


def shown(tool: Tool) -> Shown:
    """A tool as clients list it."""
    hints = ToolAnnotations(
        title=tool.title,
        read_only_hint=tool.is_read,
        destructive_hint=False,
        idempotent_hint=tool.is_read,
        open_world_hint=False,
    )
    return Shown(
        name=tool.name,
        title=tool.title,
        description=tool.says,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
        annotations=hints,
    )


def _check(tool: Tool, arguments: Mapping[str, Any]) -> None:
    """Raises Refused with every place that the schema does not take."""
    wrong = [
        f"{'.'.join(map(str, each.absolute_path)) or 'arguments'}: {each.message[:300]}"
        for each in Draft202012Validator(tool.input_schema()).iter_errors(arguments)
    ]
    if wrong:
        raise Refused("; ".join(sorted(wrong)))


def _bare(path: str) -> str:
    """A path whatever its parameters are called."""
    return re.sub(r"{[^}]*}", "{}", path)
