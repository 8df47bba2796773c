# Slopes of log R against log n_eff, fitted within phases.
rule exponents:
    input:
        PLAN.per_experiment("exponents"),


rule fit_exponents:
    input:
        training=f"{RESULTS}/training/{{experiment}}.csv",
        theory=f"{RESULTS}/theory/{{experiment}}.csv",
    output:
        f"{RESULTS}/exponents/{{experiment}}.csv",
    log:
        f"{SCRATCH}/logs/fit_exponents/{{experiment}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/fit_exponents/{{experiment}}.tsv"
    priority: round(seconds_of_rule("fit_exponents"))
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("fit_exponents"),
        runtime=120,
    params:
        code=fingerprint(ROOT / "scripts/fit_exponents.py"),
        arguments={
            **CONFIG.fit.model_dump(),
            "width": CONFIG.width_or_rule,
            "root_seed": CONFIG.seed,
        },
    message:
        "Fit exponents of {wildcards.experiment}"
    script:
        "../../scripts/fit_exponents.py"
