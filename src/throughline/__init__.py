"""Throughline: one unbroken line from a finding to a sentence a board understands."""

__version__ = "0.1.0"
