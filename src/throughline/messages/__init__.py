"""What the house says by itself: letters to people and channels, and events to other tools."""
