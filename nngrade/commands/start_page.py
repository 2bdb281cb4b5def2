"""The first page of `make lab`: lectures, assignments, formgrader. JupyterLab's server loads it as an extension."""

import re
from pathlib import Path
from urllib.parse import quote

import tornado.web
from jinja2 import Environment, FileSystemLoader
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.httputil import url_concat

from nngrade.course import assignments
from nngrade.errors import CourseError
from nngrade.notebook import canonical

ADDRESS = "/start"
NO_EXCHANGE = "Unwritable directory"  # what nbgrader says again and again where its exchange is not set up
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
FIRST_SENTENCE = re.compile(r"(?:\*\*What you will be able to do\.\*\*\s*)?(.+?[.?])(?=\s|$)", re.DOTALL)


def page(root, base="/"):
    """The page as text. `base` is the address that all of the server's begin with."""
    lectures = [_entry(path, root) for path in sorted((root / "lectures").glob("[0-9]*.ipynb"))]
    tasks = [_entry(root / "assignments" / name / f"{name}.ipynb", root) for name in assignments(root)]
    return TEMPLATES.get_template("start_page.html").render(lectures=lectures, assignments=tasks, base=base)


def _entry(path, root):
    """What the page says of a notebook: its title, its first sentence, and where to open it, if it is there."""
    if not path.is_file():
        return {"title": path.stem, "says": "Not released yet: run nngrade release.", "path": None}
    address = quote(path.relative_to(root).as_posix())
    try:
        cells = canonical.read(path).cells
    except CourseError:  # somebody is at work on it, say: all others are there
        return {"title": path.stem, "says": "This file can't be read as a notebook.", "path": address}
    heading, _, text = (cells[0].source if cells else "").partition("\n")
    sentence = FIRST_SENTENCE.match(text.strip())
    says = sentence[1] if sentence else ""
    return {"title": heading.lstrip("# ") or path.stem, "says": says, "path": address}


class StartPage(JupyterHandler):
    """Answers with the page, made anew each time: a release changes it."""

    @tornado.web.authenticated
    def get(self):
        self.finish(page(Path(self.settings["server_root_dir"]).expanduser(), self.base_url))


def _jupyter_server_extension_points():
    return [{"module": __name__}]


def _load_jupyter_server_extension(server):
    server.web_app.add_handlers(".*$", [(url_path_join(server.base_url, ADDRESS), StartPage)])
    server.log.addFilter(lambda record: NO_EXCHANGE not in record.getMessage())
    server.identity_provider.token_generated = False  # else the server prints the address in its own seven lines


async def _start_jupyter_server_extension(server):
    """Now that the server runs, say where."""
    address = url_path_join(server.connection_url, ADDRESS)
    if server.identity_provider.token:
        address = url_concat(address, {"token": server.identity_provider.token})
    print(f"The course is open at {address} (Ctrl-C ends it)", flush=True)
