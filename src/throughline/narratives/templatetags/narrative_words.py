"""The story of a piece of work as a part of its own page."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from throughline.narratives.access import Work, may_tell
from throughline.narratives.queries import told
from throughline.objectives.models import Initiative

register = template.Library()


@register.inclusion_tag("narratives/story_of.html", takes_context=True)
def story_of(context: template.Context, work: Work, own_words: str = "") -> dict[str, Any]:
    """What is told of it to whom, when that fails, and what it unlocks; asks one question at most."""
    if isinstance(work, Initiative):
        to_tell = reverse("initiative-story", args=[work.key])
    else:
        to_tell = reverse("key-result-story", args=[work.pk])
    return {
        "told": told(getattr(work, "story", None), own_words=own_words),
        # Why a key result serves its objective stands on its page already.
        "narrative": own_words if isinstance(work, Initiative) else "",
        "description": work.description if isinstance(work, Initiative) else "",
        "to_tell": to_tell,
        "may_tell": may_tell(context["request"].user, work),
    }
