"""Sources of the Explorer's page, and what they are known by; apart from what assembles it, which loads matplotlib."""

import hashlib
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "web/explorer"


def checksum() -> str:
    """Digest of the page's sources, names and contents."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
