"""Judge everything that was built; write a summary for machines and a page for readers."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from scaling_spectra.plotting import style
from scaling_spectra_pipeline import checks
from scaling_spectra_pipeline.job import job, whole
from scaling_spectra_pipeline.tables.columns import read, schema_of, stage_of


def main(
    results: dict[str, dict[str, str]],
    tables: list[str],
    figures: list[str],
    expected: dict[str, int],
    summary: str,
    page: str,
    tolerance: float,
    outliers: float,
    agreeing: float,
    large_dim: float,
) -> list[checks.Finding]:
    """`results` maps each experiment to its tables by stage, `expected` to its number of trained points.

    `tables` are all others: studies, learned spectra, theory alone.
    """
    findings = []
    for experiment, paths in results.items():
        valid = [checks.table_is_valid(path) for path in paths.values()]
        findings += valid
        if not all(finding.passed for finding in valid):
            continue
        found = {stage: read(path, schema_of(stage)) for stage, path in paths.items()}
        training = found["training"]
        points = checks.residuals(training, found["theory"])
        findings += [
            checks.table_is_complete(paths["training"], training, expected[experiment]),
            checks.points_are_certified(paths["training"], training, tolerance),
            checks.simulation_follows_theory(paths["training"], points, outliers),
            checks.exponents_follow_theory(paths["exponents"], found["exponents"], agreeing),
        ]
    for path in tables:
        valid = checks.table_is_valid(path)
        findings.append(valid)
        if not valid.passed:
            continue
        table = read(path, schema_of(stage_of(path)))
        if "relative_gap" in table:
            findings.append(checks.points_are_certified(path, table, tolerance))
        if "objective_difference" in table:
            findings.append(checks.objectives_agree(path, table))
        if "large_slope" in table:
            findings.append(checks.large_exponents_are_those_of_the_phases(path, table, large_dim))
        if "every_teacher" in table:
            findings.append(checks.nothing_beats_bayes(path, table))
        if "lazy_finite_size" in table:
            findings += checks.gain_follows_theory(path, table, outliers)
    for figure in figures:
        findings += checks.figure_is_sound(figure, style.TEXT)
    _write(findings, summary, page)
    return findings


def _write(findings: list[checks.Finding], summary: str, page: str) -> None:
    failed = [finding for finding in findings if not finding.passed]
    with whole(summary) as partial:
        content = {"passed": not failed, "findings": [asdict(finding) for finding in findings]}
        partial.write_text(json.dumps(content, indent=1) + "\n")
    lines = [
        f"# Checks: {len(findings) - len(failed)} passed, {len(failed)} failed",
        "",
        "| | check | artifact | finding |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {'passed' if f.passed else '**FAILED**'} | {f.check} | {f.artifact} | {f.detail} |"
        for f in sorted(findings, key=lambda f: f.passed)
    ]
    with whole(page) as partial:
        partial.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    with job(snakemake.log.messages, snakemake.threads):
        findings = main(summary=snakemake.log.summary, page=snakemake.log.page, **snakemake.params.arguments)
    failed = [finding for finding in findings if not finding.passed]
    for finding in failed:
        print(f"check failed: {finding.check}: {finding.artifact}: {finding.detail}", file=sys.stderr)
    count = f"{len(findings) - len(failed)} passed, {len(failed)} failed"
    print(f"checks: {count}; see {snakemake.log.page}", file=sys.stderr)
    if failed:
        sys.exit(1)
    Path(snakemake.output[0]).touch()
