"""Grading for whole classes: a trusted checker, a sandbox, a queue, the gradebook, exports. For instructors."""

import sys

# Behind the validation of notebooks, jsonschema takes this grammar of internet addresses where it is installed. It
# costs more than half of every start, for formats that no notebook has; without it jsonschema goes on as well.
sys.modules.setdefault("rfc3987_syntax", None)
