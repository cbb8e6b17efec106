"""What people think will happen: rooms whose members cannot see each other's numbers before the reveal."""
