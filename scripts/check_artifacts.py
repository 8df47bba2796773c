"""Judge everything that was built; write a summary for machines, a page for readers, and the sums of what passed."""

import json
import sys
from dataclasses import asdict
from itertools import groupby
from typing import Any

from scaling_spectra.plotting import style
from scaling_spectra_pipeline import seals
from scaling_spectra_pipeline.checks import figures as figure_checks
from scaling_spectra_pipeline.checks import files, reference, verdict
from scaling_spectra_pipeline.checks.finding import Finding, Limits
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.plan import FIGURE_FILES


def main(
    tables: list[str],
    figures: list[str],
    folders: list[str],
    sealed: list[str],
    produced: list[str],
    jobs: list[str],
    grids: dict[str, list[dict[str, Any]]],
    settings: dict[str, Any],
    limits: dict[str, float],
    released: dict[str, Any],
    summary: str,
    page: str,
) -> list[Finding]:
    """Findings on all artifacts; they are written to `summary` and `page`.

    Parameters
    ----------
    tables : list of str
        Collected tables of the build.
    figures : list of str
        Its figures, without suffix.
    folders, sealed, produced, jobs
        Where files of the build are, which have seals, which it makes at all, and patterns of files of single points.
    grids, settings
        Points and settings that the configuration asks for.
    limits : dict
        Fields of `Limits`.
    released : dict
        Arguments of `reference.compare`.
    """
    files_of_figures = [f"{figure}.{kind}" for figure in figures for kind in FIGURE_FILES]
    findings = files.files_are_there([*tables, *files_of_figures])
    findings += files.files_are_sealed(folders[0], sealed)
    findings += files.no_file_is_stale(folders, produced, jobs)
    findings += verdict.judge_tables(tables, grids, settings, Limits(**limits))
    for figure in figures:
        findings += figure_checks.figure_is_sound(figure, style.TEXT)
    findings += reference.compare(**released)
    _write(
        findings, reference.numbers(released["settings"]), reference.advice(released["folder"], findings), summary, page
    )
    return findings


def _write(findings: list[Finding], settings: dict[str, Any], advice: str, summary: str, page: str) -> None:
    wrong = [finding for finding in findings if finding.fails]
    other = [finding for finding in findings if finding.differs]
    passed = [finding for finding in findings if finding.passed]
    with whole(summary) as partial:
        content = {
            "passed": len(passed) == len(findings),
            "counts": {"passed": len(passed), "failed": len(wrong), "unlike_release": len(other)},
            "failed_artifacts": sorted({finding.artifact for finding in wrong}),
            "advice": advice,
            "settings": settings,
            "findings": [asdict(finding) for finding in findings],
        }
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    lines = [f"# Checks: {_counted(findings)}"]
    if wrong:
        lines += ["", "## Failed", "", *_table(wrong)]
    if other:
        lines += ["", "## Unlike the release", "", f"By more than machines explain; {advice}.", "", *_table(other)]
    lines += ["", "## Passed", "", *_table(passed)]
    with whole(page) as partial:
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _counted(findings: list[Finding]) -> str:
    wrong, other = (sum(getattr(finding, what) for finding in findings) for what in ("fails", "differs"))
    counts = f"{len(findings) - wrong - other} passed, {wrong} failed"
    return f"{counts}, {other} unlike the release" if other else counts


def _table(findings: list[Finding]) -> list[str]:
    """Rows grouped by artifact, which is named once."""
    rows = ["| artifact | check | finding |", "|---|---|---|"]
    for artifact, group in groupby(sorted(findings, key=lambda f: f.artifact), key=lambda f: f.artifact):
        for number, finding in enumerate(group):
            detail = finding.detail.replace("|", "\\|")
            rows.append(f"| {'' if number else f'`{artifact}`'} | {finding.check} | {detail} |")
    return rows


def write_sums(artifacts: list[str], output: str) -> None:
    """SHA-256 of everything that was judged, in the format of ``sha256sum``."""
    with whole(output) as partial:
        partial.write_text("".join(f"{seals.digest(path)}  {path}\n" for path in artifacts), encoding="utf-8")


if __name__ == "__main__":
    with job(snakemake.log.messages, snakemake.threads):
        for path in snakemake.params.disturbed:
            print(f"check: judged again, {path} is not as a job left it", file=sys.stderr)
        findings = main(summary=snakemake.log.summary, page=snakemake.log.page, **snakemake.params.arguments)
    for finding in findings:
        if not finding.passed:
            print(f"check {'failed' if finding.fails else 'unlike the release'}: {finding}", file=sys.stderr)
    print(f"checks: {_counted(findings)}; see {snakemake.log.page}", file=sys.stderr)
    if not all(finding.passed for finding in findings):
        sys.exit(1)
    write_sums(sorted(map(str, snakemake.input)), snakemake.output[0])
