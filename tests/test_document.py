"""Committed reference pages are those that the code describes."""

from pathlib import Path

import pytest

from scaling_spectra_pipeline.document import PAGES

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name):
    written = (ROOT / name).read_text()
    assert written == PAGES[name](), "run: python -m scaling_spectra_pipeline.document"
