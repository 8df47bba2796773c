# The verdict on everything that was built. The pages are logs, so that a failed check leaves them behind.
from scaling_spectra_pipeline.tables.columns import stage_of

STAGES = ("training", "theory", "exponents")
# what figures show beside these: studies, spectra, tables
OF_EXPERIMENTS = [path for stage in STAGES for path in PLAN.per_experiment(stage)]
OTHER_TABLES = sorted({*TABLES, *PLAN.studies(), *FIGURE_TABLES} - {*OF_EXPERIMENTS})


rule check:
    input:
        tables=OF_EXPERIMENTS + OTHER_TABLES,
        figures=FIGURES,
    output:
        f"{RESULTS}/checks.passed",
    log:
        summary=f"{RESULTS}/checks.json",
        page=f"{RESULTS}/checks.md",
        messages=f"{SCRATCH}/logs/check.log",
    benchmark:
        f"{SCRATCH}/benchmarks/check.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        code=fingerprint(
            ROOT / "scripts/check_artifacts.py",
            *(
                f"scaling_spectra_pipeline.tables.{stage}"
                for stage in sorted({*STAGES, *map(stage_of, OTHER_TABLES)})
            ),
        ),
        arguments={
            "results": {
                name: {stage: f"{RESULTS}/{stage}/{name}.csv" for stage in STAGES}
                for name in CONFIG.experiments
            },
            "tables": OTHER_TABLES,
            "figures": sorted({str(Path(path).with_suffix("")) for path in FIGURES}),
            "expected": {
                name: PLAN.trained_points(name) for name in CONFIG.experiments
            },
            "tolerance": CONFIG.training.tolerance,
            **CONFIG.checks.model_dump(),
        },
    message:
        "Check tables, certificates, agreement with theory, exponents and figures"
    script:
        "../../scripts/check_artifacts.py"
