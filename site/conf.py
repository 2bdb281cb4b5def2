"""Configuration of Sphinx for the book; site/build.py puts the pages together and calls it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from docstrings import as_rst

project = "Neural networks from scratch"
author = "the course's authors"
copyright = "text and figures CC BY 4.0, code MIT"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax"]
nb_execution_mode = "off"  # site/executed.py has done it
nb_code_prompt_show = "Show code"
nb_code_prompt_hide = "Hide code"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "html_image"]
myst_heading_anchors = 3
math_number_all = True
mathjax_path = "mathjax/tex-svg.js"  # from the npm package, see build.py: nothing loads from elsewhere
mathjax3_config = {"svg": {"fontCache": "global"}}
html_theme = "pydata_sphinx_theme"
html_title = project
templates_path = ["templates"]
html_static_path = [str(Path(__file__).parents[1] / "build" / "site" / "source" / "_static")]
html_css_files = ["course.css"]
html_js_files = ["questions.js", "live.js"]
html_favicon = str(Path(__file__).parent / "static" / "favicon.svg")
html_context = {"default_mode": "auto"}
html_sidebars = {name: [] for name in ("index", "notation", "results", "instructors", "contributing")}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": True,
    "show_toc_level": 2,
    "header_links_before_dropdown": 5,
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_end": ["theme-switcher"],
    "article_header_end": ["live"],
    "secondary_sidebar_items": ["page-toc"],
}
autodoc_default_options = {"members": True, "member-order": "bysource", "show-inheritance": False}
autodoc_typehints = "none"


def setup(app):
    app.connect("autodoc-process-docstring", as_rst)
