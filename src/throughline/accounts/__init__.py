"""People, their roles and teams, and how they sign in."""
