"""What is said of key results: check-ins, monthly reviews, grades, post-mortems, and who was right."""
