"""What the live notebooks say about where work is kept: on the page that lists them, and on top of each notebook."""

import html
import json
import re
from pathlib import Path

KEPT = """**You are in a browser: there is nothing to install.** Python starts in this page; that takes up to a minute.

What you write is saved every 15 seconds, in this browser on this computer and nowhere else. It is lost when you clear \
the browser's data of this site, and a private window forgets it when it closes. So **keep a copy**: in the list of \
files on the left, right-click `{name}` and choose *Download*."""
LECTURE = "To have the notebook as it was, delete it in that list and reload the page."
ASSIGNMENT = """**Hand in** the file that you have downloaded, under the name `{name}`. If your browser has made it \
`{stem} (1).ipynb`, rename it.

**To go on elsewhere**, open this page there, close the notebook, drag the file from your disk into the list on the \
left, into the folder `{folder}`, choose *Overwrite*, and open it from that list."""
MNIST = """**Data.** Here the small digits are used: they are quick to load and to learn from. MNIST is there, \
too: put `import os; os.environ["NNLIB_DATA"] = "/drive/mnist"` into a cell above the first, restart the kernel and \
run all cells. That loads 12 MB more, and training takes minutes."""


def noted(files, with_mnist):
    """The files, in which each notebook of the course begins with a word on where work is kept."""
    return {name: _with_note(name, data, with_mnist) if name.endswith(".ipynb") else data
            for name, data in files.items()}  # fmt: skip


def _with_note(path, data, with_mnist):
    notebook, (folder, _, name) = json.loads(data), path.rpartition("/")
    said = [KEPT, ASSIGNMENT if path.startswith("assignments/") else LECTURE]
    said += [MNIST] * (with_mnist and b"data.mnist()" in data)
    text = "\n\n".join(said).replace("{name}", name).replace("{stem}", Path(name).stem).replace("{folder}", folder)
    source = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    notebook["cells"].insert(0, {"cell_type": "markdown", "id": "in-the-browser", "metadata": {}, "source": source})
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode()


def page(files):
    """The front page: what to know first, and a link to every notebook."""
    names = sorted((name for name in files if name.endswith(".ipynb")), key=lambda name: ("errata" in name, name))
    template = Path(__file__).with_name("start.html").read_text(encoding="utf-8")
    for folder in ("lectures", "assignments"):
        rows = [_link(name, files[name]) for name in names if name.startswith(folder)]
        template = template.replace(f"{{{folder}}}", "\n".join(rows))
    return template


def _link(name, data):
    text = "".join(json.loads(data)["cells"][0]["source"])
    title = re.search(r"^# (.*)", text, re.MULTILINE)[1]
    return f'<li><a href="lab/index.html?path={name}">{html.escape(title)}</a></li>'
