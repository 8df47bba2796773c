"""Formulas as MathML, written when the site is built: browsers show them without a script."""

import html
import re

from latex2mathml.converter import convert

MENDED = {
    # bars of a norm, which browsers would stretch each by itself
    "<mo>&#x02016;</mo>": '<mo stretchy="false">&#x02016;</mo>',
    # an asterisk on the line, which the superscript raises: that of ASCII is raised already
    "<mo>&#x0002A;</mo>": "<mo>&#x02217;</mo>",
    # bars about a number, not an operator between two
    '<mo stretchy="false">&#x0007C;</mo>': '<mo stretchy="false" lspace="0" rspace="0">&#x0007C;</mo>',
    # operators, with their spaces, not letters
    "<mi>&#x0007E;</mi>": "<mo>&#x0223C;</mo>",
    "<mi>&#x02AB0;</mi>": "<mo>&#x02AB0;</mo>",
    "<mi>&#x000B1;</mi>": "<mo>&#x000B1;</mo>",
}
# what pymdownx.arithmatex leaves for a formula, with the signs around it
FORMULA = re.compile(
    r'(?P<before>\(?)<(?P<tag>span|div) class="arithmatex">\\(?P<kind>[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>'
    r"(?P<after>[,.;:?!)]*)",
    flags=re.DOTALL,
)


def on_page_content(content: str, **_) -> str:
    """Replace every formula of a page (called by mkdocs)."""
    return FORMULA.sub(_mathml, content)


def _mathml(found: re.Match) -> str:
    display = "block" if found["kind"] == "[" else "inline"
    written = convert(html.unescape(found["tex"]).strip(), display=display)
    for as_is, mended in MENDED.items():
        written = written.replace(as_is, mended)
    written = found["before"] + written + found["after"]
    # browsers break a line between a formula and its comma
    return f'<span class="unbroken">{written}</span>' if found["before"] or found["after"] else written
