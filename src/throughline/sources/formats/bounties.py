"""What the exports of bug bounty platforms have in common: assets that may be addresses, and payments."""

from __future__ import annotations

import re

from throughline.sources import values

# Identifiers of apps look like names of hosts.
_NO_ADDRESS = ("app", "apk", "ipa", "android", "ios", "source", "code", "hardware", "executable", "download")
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://\S+|(?:[\w*-]+\.)+[\w-]+(?::\d+)?(?:/\S*)?)", re.IGNORECASE)


def address(asset: str, kind: str = "") -> str:
    """The asset where it is an address of the network; empty for an app, code or a name in words.

    >>> address("*.shop.example"), address("com.shop.app", "GOOGLE_PLAY_APP_ID"), address("Shop for Android")
    ('*.shop.example', '', '')
    """
    if any(word in kind.lower() for word in _NO_ADDRESS):
        return ""
    return asset if _ADDRESS.fullmatch(asset) else ""


def kind_of(endpoint: str, kind: str = "") -> str:
    """The kind of vulnerability that an asset of this kind has."""
    if "source" in kind.lower():
        return "code"
    return "web" if endpoint or "web" in kind.lower() or kind.lower() in ("url", "api") else ""


def money(cell: str) -> tuple[float | None, str]:
    """An amount and its currency as a cell says them; none of a cell that is no amount.

    >>> money("$1,200.50"), money("400.0"), money("swag")
    ((1200.5, 'USD'), (400.0, ''), (None, ''))
    """
    try:
        said = values.money(cell) if cell else {}
    except values.NotAValue:
        return None, ""
    award, currency = said.get("award"), said.get("award_currency")
    return float(award) if isinstance(award, int | float) else None, str(currency or "")
