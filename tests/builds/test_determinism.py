"""Files hold no date and no path. That builds are equal byte by byte is tested where one is killed (test_faults.py)."""

import re
from io import BytesIO

from PIL import Image
from pypdf import PdfReader


def test_files_hold_no_date_and_no_path(small_build):
    figures = sorted((small_build / "figures/smoke").iterdir())
    assert {path.suffix for path in figures} == {".pdf", ".png", ".csv", ".txt", ".html"}
    for path in figures:
        content = path.read_bytes()
        assert str(small_build).encode() not in content
        if path.suffix == ".pdf":
            assert not PdfReader(BytesIO(content)).metadata
            assert not re.search(rb"/(CreationDate|ModDate|ID)\b", content)
        if path.suffix == ".png":
            with Image.open(path) as image:
                assert set(image.info) <= {"dpi"}
