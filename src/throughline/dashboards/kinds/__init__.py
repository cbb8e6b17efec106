"""What each kind of address shows on a tile."""
