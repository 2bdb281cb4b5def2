"""One notebook: what was handed in, the release's cells that its cells stand for, and what it may show."""
