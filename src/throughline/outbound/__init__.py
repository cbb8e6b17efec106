"""What leaves the house: one guarded client for every address outside, and the secrets it needs."""
