"""Sources of the Explorer's page, and what they are known by; apart from what assembles it, which loads matplotlib."""

import hashlib
from pathlib import Path

from scaling_spectra import networks

SOURCES = Path(__file__).parents[2] / "web/explorer"


def known() -> tuple[str, ...]:
    """Networks whose theory the page has, ``<name>.js``."""
    return tuple(name for name in networks.names() if (SOURCES / f"{name}.js").exists())


def checksum() -> str:
    """Digest of the page's sources, names and contents."""
    digest = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
