"""What could go wrong: scenarios, how often and how dear, and what the portfolio of them costs."""
