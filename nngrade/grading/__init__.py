"""One notebook, from the bytes that were handed in to a record."""
