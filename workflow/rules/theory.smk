# State evolution for the teachers that were drawn, and the tables of theory alone.
from scaling_spectra import networks
from scaling_spectra_pipeline.plan import declared

# one rule a table, made from the scripts in scripts/theory: a new table is one new script
TABLE_SCRIPTS = sorted((ROOT / "scripts/theory").glob("*.py"))
THEORY_TABLES = [PLAN.theory_table(script) for script in TABLE_SCRIPTS]


rule theory:
    input:
        PLAN.per_experiment("theory"),
        THEORY_TABLES,


rule solve_theory:
    input:
        lambda wildcards: PLAN.data(
            wildcards.experiment, Ensemble(**ensemble(wildcards))
        ),
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
        mem_mb=500,
        runtime=30,
    params:
        code=code("solve_theory.py", "problem", "theory"),
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
            "width": PLAN.width(wildcards.network),
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
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=fingerprint(
            ROOT / "scripts/collect_tables.py",
            "scaling_spectra_pipeline.tables.theory",
        ),
        stage="theory",
    message:
        "Collect the theory of {wildcards.experiment}"
    script:
        "../../scripts/collect_tables.py"


for table_script in TABLE_SCRIPTS:

    rule:
        name:
            f"tabulate_{table_script.stem}"
        output:
            PLAN.theory_table(table_script),
        log:
            f"{SCRATCH}/logs/tabulate/{table_script.stem}.log",
        benchmark:
            f"{SCRATCH}/benchmarks/tabulate/{table_script.stem}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=30,
        params:
            table=table_script.stem,
            code=fingerprint(
                table_script,
                *(
                    f"scaling_spectra.networks.{network}.{role}"
                    for network in networks.names()
                    for role in declared(table_script, "ROLES")
                ),
            ),
            arguments=PLAN.parameters(table_script),
        message:
            f"Tabulate {table_script.stem}"
        script:
            "../../scripts/theory/{params.table}.py"
