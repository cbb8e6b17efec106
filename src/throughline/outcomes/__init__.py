"""How finished work turned out, by those who did it and lead it, and what that says of the weights."""
