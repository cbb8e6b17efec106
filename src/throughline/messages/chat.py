"""A letter for Slack and for Microsoft Teams, in forms that read no marks: a title stays the text it is.

Slack: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block ; Teams: an Adaptive Card posted to
the webhook of a workflow, https://adaptivecards.io/explorer/RichTextBlock.html
"""

from __future__ import annotations

import json
from typing import Any

from throughline.messages.letters import Letter, Words, plain_text, shown
from throughline.messages.models import Service

LONGEST_HEADER = 150
Block = dict[str, Any]


def body(letter: Letter, *, service: str, origin: str) -> bytes:
    """What is posted to the channel's webhook."""
    write = {Service.SLACK: slack, Service.TEAMS: teams}[Service(service)]
    return json.dumps(write(letter, origin=origin), ensure_ascii=False).encode()


def slack(letter: Letter, *, origin: str) -> Block:
    """Blocks, and the same as text for notifications."""
    header = {"type": "plain_text", "text": shown(letter.subject)[:LONGEST_HEADER], "emoji": False}
    blocks: list[Block] = [{"type": "header", "text": header}, _rich([_section(letter.lead, origin)])]
    for part in letter.parts:
        title = {"type": "text", "text": shown(part.title), "style": {"bold": True}}
        rows = [_section(each, origin) for each in part.lines]
        listed = {"type": "rich_text_list", "style": "bullet", "elements": rows}
        blocks.append(_rich([{"type": "rich_text_section", "elements": [title]}, listed]))
    if letter.do:
        blocks.append(_rich([_section((letter.do,), origin)]))
    return {"text": _harmless(plain_text(letter, origin=origin)), "mrkdwn": False, "blocks": blocks}


def _rich(elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": elements}


def _section(pieces: tuple[Words, ...], origin: str) -> Block:
    return {"type": "rich_text_section", "elements": [_element(each, origin) for each in pieces if each.text]}


def _element(piece: Words, origin: str) -> Block:
    text = _kept(piece)
    if piece.address:
        return {"type": "link", "url": origin + piece.address, "text": text}
    return {"type": "text", "text": text}


def _harmless(text: str) -> str:
    """The three characters by which Slack calls people and channels, as it asks for them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(letter: Letter, *, origin: str) -> Block:
    """A message with one Adaptive Card, as a workflow's webhook takes it."""
    parts: list[Block] = [
        _runs((Words(letter.subject),), origin, size="Large", weight="Bolder"),
        _runs(letter.lead, origin),
    ]
    for part in letter.parts:
        parts.append(_runs((Words(part.title),), origin, weight="Bolder") | {"separator": True})
        parts += [_runs((Words("• "), *each), origin) for each in part.lines]
    card: Block = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": parts,
    }
    if letter.do:
        way = {"type": "Action.OpenUrl", "title": shown(letter.do.text), "url": origin + letter.do.address}
        card["actions"] = [way]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _runs(pieces: tuple[Words, ...], origin: str, **look: str) -> Block:
    # A TextBlock would read marks; a run is what it says.
    return {"type": "RichTextBlock", "inlines": [_run(each, origin, look) for each in pieces if each.text]}


def _run(piece: Words, origin: str, look: dict[str, str]) -> Block:
    run: Block = {"type": "TextRun", "text": _kept(piece), **look}
    if piece.address:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": origin + piece.address}
    return run


def _kept(piece: Words) -> str:
    """In one line, with the spaces at its ends, which part it from the next piece."""
    return shown(f"|{piece.text}|")[1:-1]
