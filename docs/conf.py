"""The site's settings. Build it with ``make docs``; nothing of it is fetched from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

import evoscope

# autodoc imports modules as type checkers see them, and so FastAPI cannot be imported: here it can.
import evoscope.app.serving

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "Evoscope"
author = "The Evoscope developers"
project_copyright = f"{author}. Apache-2.0"
version = release = evoscope.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "command_help",
    "flow_charts",
    "own_types",
    "public_names",
    "repository_pages",
]
exclude_patterns = ["_build", "images/*.py"]

# GitHub shows the same files: plain Markdown, with mermaid charts and links by file name.
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]  # <img> of a stated width, as GitHub takes it
myst_fence_as_directive = ["mermaid"]
# Two notebooks, run while the site is built: what they show is what the code says now.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300  # seconds a cell, on a busy machine: each takes a few
nb_merge_streams = True

autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
napoleon_attr_annotations = False  # a class shows its fields with their types in its signature

nitpicky = True

html_theme = "furo"
html_title = f"Evoscope {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
