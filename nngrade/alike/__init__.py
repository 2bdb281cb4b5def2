"""Which submissions are the same up to names, comments and order: a hint, and no proof."""
