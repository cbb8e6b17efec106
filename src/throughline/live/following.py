"""What a request asks to follow: topics and the last change it knows."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from throughline.engine.refusals import Refused

MOST_TOPICS = 20


@dataclass(frozen=True, slots=True)
class Following:
    """Topics such as `room:12`, and the id of the last change that is known."""

    topics: tuple[str, ...]
    since: int | None


def following(query: str, *, last_event: str = "") -> Following:
    """Read `topic=room:12&topic=person:3&since=40`; a browser that comes back says its last event instead.

    Raises Refused.

    >>> following("topic=room:12&since=40")
    Following(topics=('room:12',), since=40)
    >>> following("topic=room:12&since=40", last_event="57").since
    57
    """
    fields = parse_qs(query, max_num_fields=2 * MOST_TOPICS)
    topics = tuple(dict.fromkeys(fields.get("topic", [])))
    if not topics:
        raise Refused("say what to follow, such as topic=room:12", place="topic")
    if len(topics) > MOST_TOPICS:
        raise Refused(f"at most {MOST_TOPICS} topics can be followed at once", place="topic")
    since = last_event or fields.get("since", [""])[0]
    if since and not (since.isascii() and since.isdigit() and len(since) < 19):
        raise Refused(f"expected the id of a change, found '{since[:20]}'", place="since")
    return Following(topics, int(since) if since else None)
