"""What identifiability leaves open, with its reason: {task: {what: why}}."""

COINCIDE = {}  # {task: {frozenset of two ids: why nothing tells them apart}}

UNNAMED = {}  # {task: {id: why its results are too poor to be named}}

TABLE = "the right answer is declared as a table, which calls no unit"
UNSEEN = {"a1.xnor": {"units": TABLE}, "a1.xor": {"units": TABLE}}  # {task: {fact that steps cannot show: why}}
