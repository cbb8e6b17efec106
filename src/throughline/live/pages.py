"""What changed, for browsers that cannot keep a stream open."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from throughline.accounts.access import signed_in
from throughline.live.access import may_follow
from throughline.live.following import following
from throughline.live.queries import changes_of, newest_id


@require_safe
def changes_json(request: HttpRequest) -> JsonResponse:
    """The changes since `since`; without it none, and the id to ask with next time."""
    person = signed_in(request.user)
    asked = following(request.META.get("QUERY_STRING", ""))
    if not all(may_follow(person, topic) for topic in asked.topics):
        raise Http404
    last = newest_id()
    found = [] if asked.since is None else changes_of(asked.topics, since=asked.since)
    said = [{"id": each.pk, "topic": each.topic, "what": each.what} for each in found]
    return JsonResponse({"last": max(last, found[-1].pk if found else 0), "changes": said})
