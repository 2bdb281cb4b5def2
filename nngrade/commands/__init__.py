"""The commands of nngrade that are more than a line; __main__.py has the table of all."""
