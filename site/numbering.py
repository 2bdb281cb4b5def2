"""Numbers of equations and figures, (6.5) and Figure 6.9, and the links that name them.

A link to a cell, `[the rule](06_backpropagation.ipynb#cell-id=delta-hidden)`, leads there in JupyterLab. In the book it
leads to the last equation of that cell, or to its figure, and says its number.
"""

import re

EQUATION = re.compile(r"\$\$.+?\$\$", re.DOTALL)


def chapter(path):
    """The number of a lecture; none for errata and assignments, where nothing is numbered."""
    found = re.match(r"\d\d", path.stem)
    return int(found[0]) if found else None


def numbers(notebook, chapter):
    """{cell id: names of its equations, such as ["(6.4)", "(6.5)"], or of its figure, ["Figure 6.9"]}."""
    found, equations, figures = {}, 0, 0
    for cell in notebook.cells if chapter else []:
        if cell.cell_type == "markdown":
            here = len(EQUATION.findall(cell.source))
            found[cell.id] = [f"({chapter}.{equations + i})" for i in range(1, here + 1)]
            equations += here
        elif is_figure(cell):
            figures += 1
            found[cell.id] = [f"Figure {chapter}.{figures}"]
    return {cell: names for cell, names in found.items() if names}


def is_figure(cell):
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def caption(cell):
    """What a cell that draws says in its first line, which JupyterLab shows of it: a title for the figure."""
    words = cell.source.splitlines()[0].removeprefix("# ").removeprefix("The slider: ")
    return words[0].upper() + words[1:]


def anchor(name):
    """Where a link to this equation or figure leads, eq-6.5 or fig-6.9."""
    return ("fig-" if name.startswith("Figure") else "eq-") + re.sub(r"[^\d.]", "", name)


def with_numbers(notebook, names):
    """The notebook with a number beside each equation, and below each figure its number and caption."""
    for cell in notebook.cells:
        if cell.id in names and cell.cell_type == "markdown":
            cell.source = replaced(cell.source, names[cell.id], _equation)
        elif cell.id in names:
            for output in cell.outputs:
                if "text/html" in output.get("data", {}):
                    output.data["text/html"] = _figure(output.data["text/html"], names[cell.id][0], caption(cell))
    return notebook


def replaced(text, names, write):
    """The text with each equation as `write(equation, name)` writes it."""
    left = iter(names)
    return EQUATION.sub(lambda match: write(match[0], next(left)), text)


def _equation(formula, name):
    where = anchor(name)
    number = f'<a class="nn-number" href="#{where}">{name}</a>'
    return f'<div class="nn-equation" id="{where}">{number}\n\n{formula}\n\n</div>\n'


def _figure(page, name, words):
    where = anchor(name)
    label = f'<figcaption><a class="nn-number" href="#{where}">{name}</a> {words}</figcaption>'
    return f'<figure class="nn-numbered" id="{where}">{page}{label}</figure>'
