"""``python remember.py CACHE URL FILE``: what the validator's cache then holds for a URL is the JSON in FILE.

Runs in the validator's own environment, so that validation needs no network.
"""

import sys
from io import BytesIO
from pathlib import Path

from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3 import HTTPResponse


class FromFile(HTTPAdapter):
    """Answers every request with one file."""

    def __init__(self, path: Path):
        super().__init__()
        self.path = path

    def send(self, request, **options):
        """The file as JSON-LD."""
        body = BytesIO(self.path.read_bytes())
        headers = {"Content-Type": "application/ld+json"}
        return self.build_response(request, HTTPResponse(body, headers, status=200, preload_content=False))


cache, url, file = sys.argv[1:]
with CachedSession(cache, backend="sqlite", expire_after=-1) as session:
    session.mount("https://", FromFile(Path(file)))
    assert session.get(url).json()["@context"]
