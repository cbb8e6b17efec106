"""Short questions to many people by link: shown from five answers on, and never with a name."""
