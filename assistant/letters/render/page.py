"""A letter as one whole HTML page with its style in it: equal letters make equal bytes. Pure but for the template."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.letters.render.printed import SAMPLE, SAMPLE_NOTE, SEAL, PrintedLetter

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def to_html(letter: PrintedLetter) -> str:
    """The page, with every word of the letter escaped."""
    return _PAGES.get_template("letter.html").render(
        letter=letter, sample=SAMPLE, sample_note=SAMPLE_NOTE, seal=SEAL
    )


def _style_hash() -> str:
    style = _PAGES.get_template("letter.css").render()
    digest = hashlib.sha256(style.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


# What a Content-Security-Policy has to name for the page's own style: style-src 'sha256-…'.
STYLE_HASH = _style_hash()
