"""What is told of a piece of work: to the board, to a customer, to an engineer."""

from __future__ import annotations

from django.db import models

from throughline.objectives.models import Initiative, KeyResult

LONGEST = {
    "board": 300,
    "customer": 300,
    "engineer": 300,
    "narrative": 40,
    "fails": 1000,
    "revenue_from": 500,
}


class Story(models.Model):
    """The story of an initiative, or of a key result and whoever owns it; every sentence may be empty."""

    initiative = models.OneToOneField(Initiative, null=True, on_delete=models.CASCADE, related_name="story")
    key_result = models.OneToOneField(KeyResult, null=True, on_delete=models.CASCADE, related_name="story")
    board = models.CharField(max_length=LONGEST["board"], blank=True)
    customer = models.CharField(max_length=LONGEST["customer"], blank=True)
    engineer = models.CharField(max_length=LONGEST["engineer"], blank=True)
    # The key of a story of the library that it takes after.
    narrative = models.CharField(max_length=LONGEST["narrative"], blank=True)
    # What would show that the story fails here.
    fails = models.CharField(max_length=LONGEST["fails"], blank=True)
    # What it unlocks, in the organisation's currency, and which deals, contracts or customers that is.
    revenue = models.FloatField(null=True)
    revenue_from = models.CharField(max_length=LONGEST["revenue_from"], blank=True)
    author = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="story_is_of_one_thing",
                condition=models.Q(initiative__isnull=False, key_result__isnull=True)
                | models.Q(initiative__isnull=True, key_result__isnull=False),
            )
        ]

    @property
    def is_told(self) -> bool:
        """Whether any reader is told anything."""
        return bool(self.board or self.customer or self.engineer)
