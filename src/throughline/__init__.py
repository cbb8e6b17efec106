"""Throughline: one unbroken line from a finding to a sentence a board understands."""
