"""What runs the instructor's tests, in a process of its own. Student code never runs here."""
