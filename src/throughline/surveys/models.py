"""Surveys, their waves, the links that let each person answer once, and answers without a name.

Nothing here joins an answer to whoever gave it: an answer holds no time and no link, its number is drawn at
random so that rows tell no order, and a personal link knows only the day on which it was used.
"""

from __future__ import annotations

import secrets

from django.db import models

from throughline.objectives.models import Cycle, Initiative
from throughline.series.models import Series

_BITS = 62


def random_number() -> int:
    """A number that says nothing of when it was drawn."""
    return secrets.randbits(_BITS)


class Survey(models.Model):
    """One question to many, with an open "why"; its score is a series that a key result may name."""

    class Kind(models.TextChoices):
        NPS = "nps", "0 to 10: would you recommend it?"
        AGREEMENT = "agreement", "1 to 5: do you agree?"

    title = models.CharField(max_length=160)
    question = models.CharField(max_length=300)
    why = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NPS)
    cycle = models.ForeignKey(Cycle, null=True, on_delete=models.SET_NULL, related_name="surveys")
    initiative = models.ForeignKey(Initiative, null=True, on_delete=models.SET_NULL, related_name="surveys")
    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="survey")
    author = models.CharField(max_length=160)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title


class Wave(models.Model):
    """One asking of everybody."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    # How many were asked, where it is known: for the response rate.
    asked = models.PositiveIntegerField(null=True)
    # The hash of the shared link's token; empty where there are personal links only.
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # The instant of its value in the series: the day on which its first five answers were in.
    shown_at = models.DateTimeField(null=True)
    # How many came after the last full five and were removed unread when it closed.
    left_out = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        unique_together = [("survey", "number")]


class Invitation(models.Model):
    """A personal link. It knows that it was used, and not for which answer."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    used_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]


class Response(models.Model):
    """An answer. No name and no time; it is shown with at least four others or not at all."""

    # Drawn at random: numbers that count up would say who came after whom.
    id = models.BigIntegerField(primary_key=True, default=random_number)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="responses")
    score = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True, max_length=2000)
    # Which batch of at least five it is shown with; 0 while that is not full.
    batch = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
