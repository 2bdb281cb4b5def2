"""What identifiability leaves open, with its reason: {task: {what: why}}."""

COINCIDE = {}  # {task: {frozenset of two ids: why nothing tells them apart}}

UNNAMED = {}  # {task: {id: why its results are too poor to be named}}
