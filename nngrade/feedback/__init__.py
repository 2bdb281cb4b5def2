"""What goes back to students: a page for each submission, and packs of them for learning platforms."""
