"""What others do and write: a shelf to read from, with a takeaway from each."""
