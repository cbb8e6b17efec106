"""Programs that ask the API: a token, and requests in its name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from throughline.accounts.models import Token, User
from throughline.accounts.scopes import SCOPES
from throughline.accounts.tokens import _hash

ROOT = "/api/v1"
EVERY_SCOPE = tuple(SCOPES)


class Program:
    """Asks with a token of `owner`, which may have scopes that her role does not: it was higher once."""

    def __init__(self, owner: User | None, scopes=EVERY_SCOPE, **fields: Any):
        self.client = Client(raise_request_exception=False)
        self.headers: dict[str, str] = {}
        self.token = None
        if owner is not None:
            value = f"tl_{owner.name}{Token.objects.count()}"
            now = datetime.now(UTC)
            said = {"created_at": now, "expires_at": now + timedelta(days=1), **fields}
            self.token = Token.objects.create(
                user=owner, name="Test", hint="tl_test", value_hash=_hash(value), scopes=list(scopes), **said
            )
            self.headers = {"authorization": f"Bearer {value}"}

    def get(self, path: str, **headers: str):
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str):
        return self.ask("POST", path, body, **headers)

    def ask(self, method: str, path: str, body: object = None, **headers: str):
        """Header names are written with underscores; a body that is no bytes is sent as JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("content-type", "application/json" if body is not None else "")
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, ROOT + path, content, content_type=kind, headers={**self.headers, **named}
        )


def value_of(program: Program) -> str:
    """The value of its token."""
    return program.headers["authorization"].partition(" ")[2]


def assert_problem(answer, status: int, said: str = "", **members: Any) -> dict[str, Any]:
    """The answer is a problem document of this status, whose detail holds `said`."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert {"type", "title", "status", "detail"} <= set(document)
    assert document["status"] == status
    assert said in document["detail"]
    assert {name: document.get(name) for name in members} == members
    return document
