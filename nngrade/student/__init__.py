"""What runs in the sandbox, in the student's process, beside the student's code. Nobody believes what it says."""
