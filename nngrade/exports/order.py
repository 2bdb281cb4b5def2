"""The questions of an assignment as they follow one another in its notebooks; the gradebook has no order."""

from nngrade.notebook import canonical


def in_order(course, assignment, questions):
    """These names of questions, in the order of the notebooks."""
    places = {}
    for path in sorted((course.root / "solutions" / assignment).glob("*.ipynb")):
        for cell in canonical.read(path).cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
            places |= {name: len(places), f"{path.stem}/{name}": len(places)}
    return sorted(questions, key=lambda name: places.get(name, len(places)))
