"""The record, its history and the plan as files that any analytics tool reads, with a dictionary of them."""
