"""Entity tags (RFC 9110, 8.8 and 13): unchanged answers are not sent again, and nobody overwrites unseen."""

from __future__ import annotations

import hashlib
import re

from django.http import HttpRequest, HttpResponse

from throughline.api.problems import No

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_VERSION = "_version"


def of_version(request: HttpRequest, version: object) -> None:
    """Say which version the answer is of: its tag begins with it, and If-Match looks at no more."""
    setattr(request, _VERSION, str(version))


def require_match(request: HttpRequest, version: object) -> None:
    """Raises 412 where If-Match names other versions than this one."""
    asked = request.headers.get("If-Match", "").strip()
    if not asked or asked == "*":
        return
    if str(version) not in [_version_of(tag) for tag in _tags(asked)]:
        raise No(
            412,
            f"This has changed meanwhile and is version {version} now: read it again before you change it.",
            code="changed_meanwhile",
        )


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer to a read with its tag; 304 without a body where the asker has it already."""
    said = hashlib.sha256(response.content).hexdigest()[:32]
    version = getattr(request, _VERSION, "")
    tag = f'"{version}.{said}"' if version else f'"{said}"'
    response["ETag"] = tag
    asked = request.headers.get("If-None-Match", "").strip()
    if asked == "*" or tag in [each.removeprefix("W/") for each in _tags(asked)]:
        return HttpResponse(status=304, headers={"ETag": tag})
    return response


def _tags(text: str) -> list[str]:
    return _TAG.findall(text)


def _version_of(tag: str) -> str:
    return tag.removeprefix("W/").strip('"').partition(".")[0]
