"""Metrics: definitions, the columnar read side, measurements."""
