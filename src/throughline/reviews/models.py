"""Check-ins, monthly reviews, overridden grades and post-mortems. What was said stays said."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from throughline.objectives.models import Cycle, KeyResult, Measurement


class CheckIn(models.Model):
    """What an owner says of a key result: how likely it ends at or past its target, and a line."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="check_ins")
    measurement = models.ForeignKey(Measurement, null=True, on_delete=models.SET_NULL, related_name="+")
    # As it was shown to the person.
    value = models.FloatField(null=True)
    confidence = models.FloatField()
    line = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class MonthlyReview(models.Model):
    """A meeting over all key results of a cycle: who held it, and what was decided."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reviews")
    # The first day of the month that was reviewed.
    month = models.DateField()
    text = models.TextField(max_length=5000)
    author_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["month", "id"]


class Override(models.Model):
    """A grade that a person set instead of the computed one, with the reason; both are shown."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="overrides")
    grade = models.FloatField()
    reason = models.CharField(max_length=500)
    author_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class PostMortem(models.Model):
    """What a key result taught: what worked and what did not, why, and what comes next."""

    class Cause(models.TextChoices):
        NONE = "as intended", "It went as intended"
        WRONG_MEASURE = "wrong measure", "Wrong measure"
        TOO_HIGH = "target too high", "Target too high"
        TOO_LOW = "target too low", "Target too low"
        DEPENDENCY = "dependency", "A dependency"
        NO_CAPACITY = "no capacity", "No capacity"
        PRIORITIES = "priorities moved", "Priorities moved"
        INITIATIVE = "initiative did not work", "The initiative did not work"
        EXTERNAL = "external", "Something from outside"

    class NextStep(models.TextChoices):
        TRY_AGAIN = "try again", "Try again"
        CHANGE = "change", "Change it"
        NEW_APPROACH = "new approach", "Take a new approach"
        DROP = "drop", "Drop it"

    key_result = models.OneToOneField(KeyResult, on_delete=models.CASCADE, related_name="post_mortem")
    worked = models.TextField(blank=True, max_length=5000)
    did_not = models.TextField(blank=True, max_length=5000)
    cause = models.CharField(max_length=30, choices=Cause.choices)
    next_step = models.CharField(max_length=20, choices=NextStep.choices)
    lesson = models.CharField(max_length=500, blank=True)
    author_name = models.CharField(max_length=160)
    at = models.DateTimeField()
