# The verdict on everything that was built. The pages are logs, so that a failed check leaves them behind.
STAGES = ("training", "theory", "exponents")


rule check:
    input:
        tables=[path for stage in STAGES for path in PLAN.per_experiment(stage)]
        + THEORY_TABLES,
        figures=FIGURES,
    output:
        f"{RESULTS}/checks.passed",
    log:
        summary=f"{RESULTS}/checks.json",
        page=f"{RESULTS}/checks.md",
        messages=f"{SCRATCH}/logs/check.log",
    benchmark:
        f"{SCRATCH}/benchmarks/check.tsv"
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
                for stage in sorted(
                    {*STAGES, *(declared(script, "STAGE") for script in TABLE_SCRIPTS)}
                )
            ),
        ),
        arguments={
            "results": {
                name: {stage: f"{RESULTS}/{stage}/{name}.csv" for stage in STAGES}
                for name in CONFIG.experiments
            },
            "tables": THEORY_TABLES,
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
