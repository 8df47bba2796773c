"""Seals: the SHA-256 of every artifact, kept by the job that wrote it.

The seal of ``results/<build>/x`` or ``figures/<build>/x`` is the file ``results/<build>/.jobs/seals/results/x.sha256``
or ``.../seals/figures/x.sha256``, in the format of ``sha256sum``. It is written before the artifact moves to its
place, so that no artifact of ours is without one, and holds no dates. Files elsewhere have no seal.
"""

import hashlib
import os
import re
from pathlib import Path

ADVICE = "is not what its job wrote (truncated, edited or stale): delete it and run again"
ARTIFACT = re.compile(r"(?P<root>.*/)?(?P<name>(?P<kind>results|figures)/(?P<scale>[^/]+)/(?P<rest>.+))")


class SealError(ValueError):
    """A file that differs from what its job wrote."""


def seal_of(artifact: str | Path) -> Path | None:
    """Where the seal of an artifact is; None for files outside ``results/<build>`` and ``figures/<build>``."""
    found = ARTIFACT.fullmatch(Path(artifact).as_posix())
    if found is None:
        return None
    seals = Path(found["root"] or "") / "results" / found["scale"] / ".jobs/seals"
    return seals / found["kind"] / f"{found['rest']}.sha256"


def digest(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(artifact: str | Path, content: str | Path) -> None:
    """Seal `artifact`, which is about to become the file `content`."""
    seal = seal_of(artifact)
    if seal is None:
        return
    seal.parent.mkdir(parents=True, exist_ok=True)
    partial = seal.with_name(f".{seal.name}.{os.getpid()}")
    try:
        found = ARTIFACT.fullmatch(Path(artifact).as_posix())
        assert found is not None
        partial.write_text(f"{digest(content)}  {found['name']}\n", encoding="utf-8")
        os.replace(partial, seal)
    finally:
        partial.unlink(missing_ok=True)


def is_sealed(path: str | Path) -> bool:
    """Whether a job has sealed a file at this path."""
    seal = seal_of(path)
    return seal is not None and seal.exists()


def fault(artifact: str | Path) -> str:
    """What is wrong with an artifact that exists: nothing (an empty string), no seal, or a seal of other content."""
    seal = seal_of(artifact)
    if seal is None:
        return ""
    if not seal.exists():
        return "was not written by a job of this project (no seal): delete it and run again"
    return "" if seal.read_text(encoding="utf-8").partition(" ")[0] == digest(artifact) else ADVICE


def verified(path: str | Path) -> Path:
    """The path of a file that is to be read, if it is what its job wrote.

    A file without a seal is taken as it is: tests and users may read tables of their own. The checks accept none.

    Raises
    ------
    SealError
        If the content differs from its seal.
    """
    if is_sealed(path) and Path(path).exists() and fault(path):
        raise SealError(f"{path} {ADVICE}")
    return Path(path)
