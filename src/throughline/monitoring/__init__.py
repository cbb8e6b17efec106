"""What those who run the server ask of it: whether it is ready, and how it is doing, in figures."""
