"""What happened, written on charts: by people, and by the plan itself."""
