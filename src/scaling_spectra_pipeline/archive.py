"""``python -m scaling_spectra_pipeline.archive [SETTINGS]``: a checked build as one file to cite.

archive/<build>.crate.zip is a Workflow RO-Crate: every file under version control, the collected tables, the figures
with captions and numbers, the verdict of the checks, the report if there is one, the seals, and a manifest. Nothing in
it depends on when it was packed: the same state gives the same bytes.
"""

import json
import os
import platform
import re
import shlex
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import psutil
from rocrate.model import Preview

from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.asked import again, configuration, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.crate import MANIFEST, described
from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.job import whole

# where code lies: a file there that is not under version control may have had a part in the build
CODE = ("Snakefile", "config.yaml", "workflow", "profiles", "scripts", "src")
# zip files know no earlier day
EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveError(ValueError):
    """A state that is not archived; the message is one line."""


def git(*arguments: str) -> str:
    """What git says about the current folder.

    Raises
    ------
    ArchiveError
        If there is no git, no commit, or git refuses to answer, with its reason.
    """
    try:
        result = subprocess.run(
            ["git", *arguments], capture_output=True, encoding="utf-8", env={**os.environ, "LC_ALL": "C"}
        )
    except OSError:
        raise ArchiveError("git is not installed; it knows the files and the revision to cite") from None
    if result.returncode == 0:
        return result.stdout
    reason = result.stderr.strip().partition("\n")[0].removeprefix("fatal: ")
    if reason.startswith("detected dubious ownership"):
        raise ArchiveError(
            f"this folder belongs to somebody else, so git does not answer: git config --global --add safe.directory "
            f"{shlex.quote(str(Path.cwd()))}"
        )
    if not re.match("not a git repository|ambiguous argument 'HEAD'", reason):
        raise ArchiveError(f"git: {reason}")
    raise ArchiveError("no revision to cite here: archive from a git checkout with at least one commit")


def tracked() -> list[str]:
    """Files under version control, all of them as committed.

    Raises
    ------
    ArchiveError
        If one is changed, or code lies beside them.
    """
    git("rev-parse", "HEAD")
    if Path(git("rev-parse", "--show-toplevel").strip()) != Path.cwd().resolve():
        raise ArchiveError("the current folder is not the top of a git checkout: run there")
    changed = git("status", "--porcelain", "--no-renames", "-z", "--untracked-files=no").split("\0")
    changed += git("status", "--porcelain", "--no-renames", "-z", "--untracked-files=all", "--", *CODE).split("\0")
    if found := sorted({entry[3:] for entry in changed if entry}):
        more = f" and {len(found) - 1} more" if found[1:] else ""
        raise ArchiveError(f"{found[0]}{more} differs from the committed revision: commit or undo it first")
    return [name for name in git("ls-files", "-z").split("\0") if name and Path(name).is_file()]


def artifacts(build: str) -> list[str]:
    """Collected tables, figures with captions and numbers, and the verdict, all as their jobs left them.

    Files of single jobs are left out: the collected tables hold their rows.

    Raises
    ------
    ArchiveError
        If the build has not passed its checks, or a file is not what its job wrote.
    """
    results, figures = Path("results") / build, Path("figures") / build
    verdict = [results / name for name in ("checks.passed", "checks.json", "checks.md")]
    if not all(path.exists() for path in verdict):
        raise ArchiveError(
            f"no build {build} that passed its checks: build it first, make figures with the same settings"
        )
    found = [*verdict, *results.glob("*/*.csv"), *(path for path in figures.glob("*") if path.is_file())]
    found = [path for path in found if not path.name.startswith(".")]
    for path in sorted(found):
        if fault := seals.fault(path):
            raise ArchiveError(f"{path} {fault}")
    if not json.loads(verdict[1].read_text(encoding="utf-8"))["passed"]:
        raise ArchiveError(f"{verdict[1]} names failed checks: read {verdict[2]}")
    kept = [seal for path in found if (seal := seals.seal_of(path))]
    return sorted(path.as_posix() for path in [*found, *kept])


def report(build: str) -> list[str]:
    """The report page, if it was made after the checks it shows."""
    page, passed = Path("report") / f"{build}.html", Path("results") / build / "checks.passed"
    return [page.as_posix()] if page.exists() and page.stat().st_mtime >= passed.stat().st_mtime else []


def machine() -> dict[str, Any]:
    """Hardware and system, without names that identify a host."""
    models = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "processor": models[0] if models else platform.processor(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def manifest(build: str, files: list[str]) -> dict[str, Any]:
    """What the archive holds and where it comes from; ``settings`` holds the root of every seed."""
    verdict = json.loads(Path(f"results/{build}/checks.json").read_text(encoding="utf-8"))
    installed = {found.metadata["Name"].lower(): found.version for found in distributions()}
    return {
        "build": build,
        "revision": git("rev-parse", "HEAD").strip(),
        "committed": committed(),
        "seed": verdict["settings"]["seed"],
        "settings": verdict["settings"],
        "checks": verdict["counts"],
        # of the environment that packs
        "machine": machine(),
        "versions": {"python": platform.python_version(), **dict(sorted(installed.items()))},
        "files": {name: {"sha256": seals.digest(name), "bytes": Path(name).stat().st_size} for name in files},
    }


def committed() -> str:
    """Date of the revision."""
    return git("log", "-1", "--format=%cI").strip()


def pack(build: str) -> Path:
    """Write the archive of a build in the current folder; return its path.

    Raises
    ------
    ArchiveError
        If the build or the checkout cannot be cited.
    """
    built = artifacts(build)
    files = sorted({*tracked(), *built, *report(build)})
    crate = described(build, files, git("rev-parse", "HEAD").strip(), committed())
    made = {MANIFEST: json.dumps(manifest(build, files), indent=1, ensure_ascii=False) + "\n"}
    for entity in (crate.metadata, crate.get(Preview.BASENAME)):
        made[entity.id] = b"".join(chunk for _, chunk in entity.stream()).decode()
    target = Path("archive") / f"{build}.crate.zip"
    target.parent.mkdir(exist_ok=True)
    with whole(str(target)) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted({*files, *made}):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            executable = name in files and os.access(name, os.X_OK)
            member.external_attr = (0o100755 if executable else 0o100644) << 16
            bundle.writestr(member, made[name] if name in made else Path(name).read_bytes())
    return target


def main(*settings: str) -> None:
    """Pack a checked build into `archive/<build>.crate.zip`.

    Parameters
    ----------
    settings
        What was built: a scale, or settings as Snakemake's --config takes them, such as scale=laptop gamma=1.3;
        those of config.yaml if not given.
    """
    try:
        build = configuration(settings).build
        target = pack(build)
    except ConfigError as error:
        sys.exit(str(error))
    except ArchiveError as error:
        sys.exit(f"archive: {error}")
    if not report(build):
        print(f"archive  without a report: none was made after the checks ({again('report', settings)})")
    print(f"archive  {target}, {target.stat().st_size / 1e6:.1f} MB, sha256 {seals.digest(target)}")


if __name__ == "__main__":
    refuse_another()
    serve(main)
