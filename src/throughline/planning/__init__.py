"""The quarter, from last one's lessons to what is published: its stages, each feeding the next."""
