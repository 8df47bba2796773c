# What the report shows beside the figures: `make report`, or snakemake report and then snakemake --report x.html report.
report: "../report/workflow.rst"


# for the description of the run: values that may stand in no file but be defaults
config["built"] = {
    **CONFIG.model_dump(include={"scale", "width", "seed"}),
    "teacher": next(iter(PLAN.teachers)),
    "noise_var": CONFIG.theory.noise_var,
    "tolerance": CONFIG.training.tolerance,
    "build": CONFIG.build,
    "different": builds.described(CONFIG.changes) or "nothing",
    "explorer": EXPLORER[0] if EXPLORER else "",
}

PAGES = {
    name: f"report/{CONFIG.build}/{name}.html"
    for name in ("checks", "exponents", "spectral_phases")
}


rule report:
    input:
        FIGURES,
        # pages of an earlier verdict do not stand for one that is missing
        rules.check.output,
        PAGES.values(),


rule render_pages:
    input:
        rules.check.output,
        exponents=f"{RESULTS}/tables/exponent_summary.csv",
        spectral_phases=f"{RESULTS}/tables/spectral_phases.csv",
    output:
        checks=report(
            PAGES["checks"],
            caption="../report/checks.rst",
            category="Checks",
            labels={"table": "checks"},
        ),
        exponents=report(
            PAGES["exponents"],
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "exponents"},
        ),
        spectral_phases=report(
            PAGES["spectral_phases"],
            caption="../report/table.rst",
            category="Tables",
            labels={"table": "spectral phases"},
        ),
    log:
        f"{SCRATCH}/logs/render_pages.log",
    benchmark:
        f"{SCRATCH}/benchmarks/render_pages.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=150,
        runtime=5,
    params:
        code=fingerprint(ROOT / "scripts/render_pages.py"),
        # written as a log of the check, which a failed one leaves too
        checks=rules.check.log.summary,
    message:
        "Render tables and checks for the report"
    script:
        "../../scripts/render_pages.py"
