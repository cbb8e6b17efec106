"""What a person says of a finished piece of work: three grades and whether it was the right work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from throughline.objectives.models import Initiative, KeyResult

LONGEST_NOTE = 500
GRADES = ("impact", "engagement", "growth")


def _on_scale(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5})


class Outcome(models.Model):
    """One person's grades of one piece of work, from 1 to 5. Its writer changes it until it counts."""

    initiative = models.ForeignKey(Initiative, null=True, on_delete=models.CASCADE, related_name="+")
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # None: the person cannot tell. Who did not do the work never tells the second and the third.
    impact = models.PositiveSmallIntegerField(null=True)
    engagement = models.PositiveSmallIntegerField(null=True)
    growth = models.PositiveSmallIntegerField(null=True)
    overall = models.PositiveSmallIntegerField()
    # For the writer alone.
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    at = models.DateTimeField()
    # With those of how many others it was taken into account, never alone; from then on it stands.
    counted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="outcome_is_of_one_thing",
                condition=Q(initiative__isnull=False, key_result__isnull=True)
                | Q(initiative__isnull=True, key_result__isnull=False),
            ),
            models.CheckConstraint(
                name="outcome_is_graded_from_one_to_five",
                condition=_on_scale("impact")
                & _on_scale("engagement")
                & _on_scale("growth")
                & Q(overall__gte=1, overall__lte=5),
            ),
            models.UniqueConstraint(
                name="one_outcome_a_person_and_initiative",
                fields=["person", "initiative"],
                condition=Q(initiative__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_outcome_a_person_and_key_result",
                fields=["person", "key_result"],
                condition=Q(key_result__isnull=False),
            ),
        ]
