"""What looks like a secret in a text that somebody will read, whoever's it is. Pure."""

from __future__ import annotations

import re

CIRCLE = "••••"
_WORD = r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|api[ _-]?key|access[ _-]?key|authorization|cookie)"
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'<>&,;]+)"""
# `password=hunter2`, `"api_key": "…"`, and a field of a form with its value.
_SAID = re.compile(
    rf"""(\b[\w-]*{_WORD}\w*["']?\s*[=:]\s*(?:(?:bearer|basic) )?)(?!["']?\s*(?:>|$)){_VALUE}""",
    re.IGNORECASE,
)
_IN_FORM = re.compile(
    rf"""(\bname=["']?[\w-]*{_WORD}[\w-]*["']?[^<>]{{0,200}}?\bvalue=)(?:"[^"]*"|'[^']*'|[^\s<>]+)""",
    re.IGNORECASE,
)


def circled(text: str) -> str:
    """The text with circles for whatever is called a password, secret, token or key.

    >>> circled("<p>password=hunter2</p>")
    '<p>password=••••</p>'
    >>> circled('{"api_key": "abc", "value": 12}')
    '{"api_key": ••••, "value": 12}'
    >>> circled('<input name="csrf_token" type="hidden" value="abc">')
    '<input name="csrf_token" type="hidden" value=••••>'
    >>> circled("the tokens are 3: fine")
    'the tokens are 3: fine'
    """
    return _SAID.sub(rf"\1{CIRCLE}", _IN_FORM.sub(rf"\1{CIRCLE}", text))
