"""From what a learning platform hands out to submitted/: who handed in what, and when."""
