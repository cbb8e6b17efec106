"""What people can give, like, and want to grow in: each sees and changes all that is held of her."""
