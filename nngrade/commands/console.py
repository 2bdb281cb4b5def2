"""Where commands print."""

from rich.console import Console

WIDTH = 120  # of a log file, which has none of its own


def wide_console():
    """A console as wide as the terminal, or as the lines of a log file."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)
