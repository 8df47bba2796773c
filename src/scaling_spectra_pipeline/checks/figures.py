"""The four files of a figure: one page of the right size with embedded fonts, its picture, numbers and caption."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image
from pypdf import PageObject, PdfReader

from scaling_spectra_pipeline.checks.finding import Finding

INCH = 72
# inches
TALLEST = 9.0
SAME_SIZE = 0.02
# points, of the smallest letter, scripts included; the root's sign is as small as what it covers
LEAST_TYPE, ROUNDING, ROOT = 5.5, 0.01, "√"
SIZE = re.compile(rb"/\S+ ([\d.]+) Tf")
# a page that draws nothing has less
SHORTEST_CONTENT = 1000
INKED = (0.005, 0.9)
# captions say what is drawn; what it means is told in docs/figures.md
LEAST_WORDS, MOST_WORDS = 10, 80


def figure_is_sound(stem: str, widest_inches: float) -> list[Finding]:
    """PDF of one page with embedded fonts, PNG of the same size that is not blank, numbers and caption beside them."""
    pdf, size = _pdf(f"{stem}.pdf", widest_inches)
    return [pdf, _png(f"{stem}.png", size), _source(f"{stem}.csv"), _caption(f"{stem}.txt")]


def _pdf(path: str, widest_inches: float) -> tuple[Finding, tuple[float, float] | None]:
    try:
        pages = PdfReader(path, strict=False).pages
        page = pages[0]
        size = float(page.mediabox.width) / INCH, float(page.mediabox.height) / INCH
        content = page.get_contents()
        drawn = content.get_data() if content is not None else b""
        fonts = list(_fonts(page["/Resources"]))
        # texts take longer to read than the sizes that are set
        small = _small(page) if any(float(size) < LEAST_TYPE for size in SIZE.findall(drawn)) else []
        bare = sorted({str(font.get("/BaseFont", "?")) for font in fonts if not _embedded(font)})
    # a damaged file may make its reader raise anything
    except Exception as error:
        return Finding("figure", path, False, f"not a readable PDF: {error}"), None
    faults = [
        text
        for wrong, text in (
            (len(pages) != 1, f"{len(pages)} pages for 1"),
            (size[0] > widest_inches + SAME_SIZE, f"wider than {widest_inches} in"),
            (size[1] > TALLEST + SAME_SIZE, f"taller than {TALLEST} in"),
            (len(drawn) < SHORTEST_CONTENT, "draws nothing"),
            (not fonts, "no text"),
            (bool(small), f"smaller than {LEAST_TYPE} pt: {' '.join(small)}"),
            (bool(bare), f"fonts not embedded: {', '.join(bare)}"),
        )
        if wrong
    ]
    detail = f"{size[0]:.2f} x {size[1]:.2f} in; {'; '.join(faults) or f'{len(fonts)} fonts embedded'}"
    return Finding("figure", path, not faults, detail), size


def _small(page: PageObject) -> list[str]:
    """Texts of a page in type that is too small to read in print, each once."""
    found: dict[str, None] = {}

    def look(text: str, _: Any, __: Any, ___: Any, size: float) -> None:
        if size < LEAST_TYPE - ROUNDING and (letters := text.replace(ROOT, "").strip()):
            found[f"{letters!r} ({size:.2f} pt)"] = None

    page.extract_text(visitor_text=look)
    return list(found)


def _fonts(resources):
    """Fonts of a page and of the forms that it draws."""
    resources = resources.get_object()
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for form in resources.get("/XObject", {}).values():
        form = form.get_object()
        if form.get("/Subtype") == "/Form" and "/Resources" in form:
            yield from _fonts(form["/Resources"])


def _embedded(font) -> bool:
    """Whether the outlines of a font are in the file (type 3 fonts always are)."""
    if font["/Subtype"] == "/Type3":
        return True
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner.get("/FontDescriptor", {}).get_object() if "/FontDescriptor" in inner else {}
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _png(path: str, page: tuple[float, float] | None) -> Finding:
    try:
        with Image.open(path) as image:
            resolution = image.info.get("dpi", (0.0, 0.0))
            width, height = image.size
            channels = [np.asarray(channel) for channel in image.convert("RGB").split()]
    except (OSError, SyntaxError, ValueError) as error:
        return Finding("figure", path, False, f"not a readable PNG: {error}")
    ink = float(np.mean(np.minimum.reduce(channels) < 230))
    faults = []
    if not INKED[0] < ink < INKED[1]:
        faults.append("blank")
    if min(resolution) <= 0:
        faults.append("no resolution")
    elif page is not None and not np.allclose(np.divide((width, height), resolution), page, atol=SAME_SIZE):
        faults.append(f"not of the size of its PDF, {page[0]:.2f} x {page[1]:.2f} in")
    detail = f"{width} x {height} pixels at {resolution[0]:.0f} dpi, {ink:.1%} inked"
    return Finding("figure", path, not faults, "; ".join([detail, *faults]))


def _source(path: str) -> Finding:
    try:
        table = pd.read_csv(path, low_memory=False)
    except (OSError, ValueError) as error:
        return Finding("figure", path, False, f"not a readable table: {error}")
    infinite = [str(name) for name, column in table.select_dtypes("number").items() if np.isinf(column).any()]
    unnamed = [str(name) for name in table if str(name).startswith("Unnamed")]
    faults = [f"infinite {', '.join(infinite)}"] if infinite else []
    faults += ["a column without a name"] if unnamed else []
    return Finding("figure", path, len(table) > 0 and not faults, "; ".join([f"{len(table)} plotted rows", *faults]))


def _caption(path: str) -> Finding:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Finding("figure", path, False, f"not a readable caption: {error}")
    words = text.split()
    faults = [f"{LEAST_WORDS} or more are expected"] if len(words) < LEAST_WORDS else []
    faults += [f"{MOST_WORDS} or fewer are expected"] if len(words) > MOST_WORDS else []
    faults += ["does not end with a full stop"] if not text.rstrip().endswith(".") else []
    faults += ["a number is missing"] if {"nan", "None", "inf"} & {word.strip("(),.;:") for word in words} else []
    return Finding("figure", path, not faults, "; ".join([f"{len(words)} words", *faults]))
