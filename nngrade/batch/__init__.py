"""A class of notebooks: what was handed in, how it is graded in parallel, and where the scores are kept."""
