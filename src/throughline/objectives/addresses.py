"""Where each part of the plan is read."""

from __future__ import annotations

from django.urls import reverse

from throughline.objectives.models import ItemKind


def address_of(kind: str, *, key: str = "", id: int = 0) -> str:
    """The address of a part of the plan by its kind; a key result is named by its number.

    >>> address_of("goal", key="trust")
    '/goals/#goal-trust'
    """
    match kind:
        case ItemKind.GOAL:
            return f"{reverse('goals')}#goal-{key}"
        case ItemKind.LONG_TERM:
            return f"{reverse('long-term-objectives')}#long-term-{key}"
        case ItemKind.OBJECTIVE:
            return reverse("objective", args=[key])
        case ItemKind.INITIATIVE:
            return reverse("initiative", args=[key])
    return reverse("key-result", args=[id])
