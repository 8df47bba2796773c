# State evolution for the teachers that were drawn.
rule theory:
    input:
        PLAN.per_experiment("theory"),


rule solve_theory:
    input:
        lambda wildcards: PLAN.data(wildcards.experiment, ensemble_of(wildcards)),
    output:
        f"{RESULTS}/theory/{{experiment}}/{ENSEMBLE}.csv",
    log:
        f"{SCRATCH}/logs/solve_theory/{{experiment}}/{ENSEMBLE}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/solve_theory/{{experiment}}/{ENSEMBLE}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("solve_theory"),
        runtime=lambda wildcards, attempt: attempt * 30,
    params:
        code=code("solve_theory.py"),
        arguments=lambda wildcards: {
            **ensemble(wildcards),
            "n_eff": PLAN.grid(
                wildcards.experiment, wildcards.network, int(wildcards.dim)
            ).n_eff,
            "weight_decays": PLAN.weight_decays(wildcards.experiment),
            "replicas": PLAN.grid(
                wildcards.experiment, wildcards.network, int(wildcards.dim)
            ).replicas,
            "points_per_decade": PLAN.experiment(
                wildcards.experiment
            ).curve_points_per_decade,
            "width": PLAN.width(wildcards.network, int(wildcards.dim)),
        },
    message:
        "Solve state evolution of {wildcards.network}, d = {wildcards.dim}, Delta = {wildcards.noise_var}"
    script:
        "../../scripts/solve_theory.py"


rule collect_theory:
    input:
        lambda wildcards: PLAN.theories(wildcards.experiment),
    output:
        f"{RESULTS}/theory/{{experiment}}.csv",
    log:
        f"{SCRATCH}/logs/collect_theory/{{experiment}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/collect_theory/{{experiment}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("collect_theory"),
        runtime=5,
    params:
        code=fingerprint(ROOT / "scripts/collect_tables.py", stage="theory"),
        stage="theory",
    message:
        "Collect the theory of {wildcards.experiment}"
    script:
        "../../scripts/collect_tables.py"
