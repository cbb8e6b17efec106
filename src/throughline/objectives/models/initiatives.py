"""Work that is expected to move key results, with how far, and who does it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from throughline.objectives.models.key_results import KeyResult
from throughline.objectives.models.plan import Cycle, Item


class Initiative(Item):
    """Work with an expected effect on key results, an effort, and a story for those who pay for it."""

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        DOING = "doing", "Doing"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    class DelayProfile(models.TextChoices):
        CONSTANT = "constant", "The same every week"
        DEADLINE = "deadline", "All at a deadline"
        DECAYING = "decaying", "Less every week"

    cycle = models.ForeignKey(Cycle, null=True, on_delete=models.PROTECT, related_name="initiatives")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    # How one would tell the board, a customer, an engineer; work without it is a broken thread.
    narrative = models.TextField(blank=True, max_length=2000)
    # A range in person-weeks, and what a week's delay costs in the organisation's currency.
    effort_low = models.FloatField(null=True)
    effort_high = models.FloatField(null=True)
    delay_cost = models.FloatField(null=True)
    delay_profile = models.CharField(
        max_length=10, choices=DelayProfile.choices, default=DelayProfile.CONSTANT
    )
    start = models.DateField(null=True)
    due = models.DateField(null=True)
    # Addresses of project plans, tickets, documents.
    links = models.JSONField(default=list)


class Effect(models.Model):
    """What an initiative is expected to change in a key result, in its unit, and what it changed."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="effects")
    key_result = models.ForeignKey(KeyResult, on_delete=models.CASCADE, related_name="effects")
    # A change of the value, signed: -5 is five days less. The range holds with the confidence, 0 to 1.
    low = models.FloatField()
    high = models.FloatField()
    confidence = models.FloatField()
    created_at = models.DateTimeField()
    realised = models.FloatField(null=True)
    realised_at = models.DateTimeField(null=True)
    realised_note = models.CharField(max_length=500, blank=True)
    realised_by = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering = ["id"]
        unique_together = [("initiative", "key_result")]


class Assignment(models.Model):
    """A person who works on an initiative; a name may have no account here."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="assignments")
    name = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        unique_together = [("initiative", "name")]
