"""Candidates with their ranges, and which of them fit into the quarter together."""
