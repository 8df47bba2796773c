"""Formulas as MathML, written when the site is built: browsers show them without a script."""

import html
import re

from latex2mathml.converter import convert

# bars of a norm, which browsers would stretch each by itself
BAR = "<mo>&#x02016;</mo>"
# what pymdownx.arithmatex leaves for a formula
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\(?P<kind>[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>', flags=re.DOTALL
)


def on_page_content(content: str, **_) -> str:
    """Replace every formula of a page (called by mkdocs)."""
    return FORMULA.sub(_mathml, content)


def _mathml(found: re.Match) -> str:
    display = "block" if found["kind"] == "[" else "inline"
    written = convert(html.unescape(found["tex"]).strip(), display=display)
    return written.replace(BAR, BAR.replace("<mo>", '<mo stretchy="false">'))
