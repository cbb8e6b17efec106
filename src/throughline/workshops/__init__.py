"""Boards: notes that are private until the reveal, clusters made together, and the vote on them."""
