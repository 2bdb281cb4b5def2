"""What may cross between the grader and a student's process, and nothing else. Both sides import it."""
