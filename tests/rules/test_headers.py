"""Security headers on failures and static files, and templates that need none of what they forbid.

That every address carries them is seen where everybody asks every address, in test_access_table.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from tests.rules.test_access_table import assert_headers

from throughline.site.headers import HEADERS

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "throughline"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))


def test_failures_and_static_files_carry_them_too(db):
    browser = Client()
    assert_headers(browser.get("/nothing/here/"))
    assert_headers(browser.get("/healthz", headers={"host": "evil.example"}))
    style = browser.get("/static/ui/tokens.css")
    assert style.status_code == 200
    assert style["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


INLINE = [
    (re.compile(r"<script(?![^>]*\bsrc=)", re.I), "an inline script"),
    (re.compile(r"<style\b", re.I), "an inline style sheet"),
    (re.compile(r"\sstyle\s*=", re.I), "a style attribute"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I), "an event handler attribute"),
    (re.compile(r"\shx-on", re.I), "an htmx event handler"),
    (re.compile(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.I), "an address of another host"),
    (re.compile(r"\|\s*safe\b|autoescape\s+off"), "text that is not escaped"),
]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_what_the_policy_forbids(template):
    text = template.read_text()
    found = [f"{what}: {match[0]!r}" for pattern, what in INLINE if (match := pattern.search(text))]
    assert not found
