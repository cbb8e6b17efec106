"""A quarter as a file, from a given first day: three kinds of key results, and the work for them."""

from __future__ import annotations

from datetime import date, timedelta

LENGTH = 90
FEWER, ROAD, AUDIT = "Less is open at any time", "Every team is on the paved road", "The audit ends clean"
ROAD_STEPS = ("The pilot team is on it", "All teams are on it")


def quarter(first: date) -> str:
    """The plan of the quarter that starts on this day."""
    return f"""apiVersion: throughline/v1
kind: Plan

goals:
  - key: trust
    title: Banks trust us with their payments
    owner: Dana Whitfield

long_term_objectives:
  - key: secure-the-product
    title: Secure the product
    kind: actual_risk
    contributes:
      - goal:trust

cycles:
  - key: quarter
    title: The quarter
    start: {first}
    end: {first + timedelta(days=LENGTH - 1)}

objectives:
  - key: gone-before-use
    title: Flaws are gone before anybody uses them
    cycle: quarter
    owner: Max
    contributes:
      - long_term_objective:secure-the-product
    key_results:
      - key: fewer
        title: {FEWER}
        metric: known_open_average
        baseline: measured
        target: -40%
        owner: Max
        why: What is open on an average day is what an attacker finds.
        why_target: The paved road takes two of every five away.
        how_measured: We count what is open on each day, and take the mean.
      - key: road
        title: {ROAD}
        kind: milestone
        steps:
          - title: {ROAD_STEPS[0]}
            weight: 40
          - title: {ROAD_STEPS[1]}
            weight: 60
        owner: Mia
        judge: Max
        why: A fix that nobody has to ask for is a fix that happens.
        why_target: The pilot needs a month, and the other teams one more.
        how_measured: A team is on it when its last ten fixes were deployed by it.
      - key: audit
        title: {AUDIT}
        kind: binary
        acceptance: The auditors sign the report of the quarter without a finding.
        owner: Mia
        judge: Max
        why: The banks read that report before they sign.
        why_target: The last one had two findings.
        how_measured: The report is signed or it is not.

initiatives:
  - key: paved-road
    title: A paved road for fixes
    cycle: quarter
    status: doing
    narrative: A fix that is merged is a fix that customers have.
    people:
      - Mia
    contributes:
      - objective:gone-before-use
    effects:
      - key_result: fewer
        low: -30
        high: -10
        confidence: 0.8
"""
