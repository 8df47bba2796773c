# Studies: points that a script of scripts/studies examines in its own way, one job per (ensemble, n_eff). A new study
# is one new script, and a section of that name in the configuration.


rule studies:
    input:
        PLAN.studies(),


for study in CONFIG.studies:

    rule:
        name:
            f"examine_{study}"
        input:
            data=lambda wildcards, study=study: PLAN.data(study, ensemble_of(wildcards)),
        output:
            f"{RESULTS}/studies/{study}/{ENSEMBLE}/n_eff{{n_eff}}.csv",
        log:
            f"{SCRATCH}/logs/studies/{study}/{ENSEMBLE}/n_eff{{n_eff}}.log",
        benchmark:
            f"{SCRATCH}/benchmarks/studies/{study}/{ENSEMBLE}/n_eff{{n_eff}}.tsv"
        group:
            "studies"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=lambda wildcards, attempt, study=study: attempt
            * megabytes(study_work(study, wildcards)),
            runtime=lambda wildcards, attempt, study=study: attempt
            * minutes(study_work(study, wildcards)),
        params:
            study=study,
            code=code(f"studies/{study}.py"),
            arguments=study_arguments(study),
        message:
            f"Examine {study}: {{wildcards.network}}, d = {{wildcards.dim}}, n_eff = {{wildcards.n_eff}}"
        script:
            "../../scripts/studies/{params.study}.py"

    rule:
        name:
            f"collect_{study}"
        input:
            PLAN.examined(study),
        output:
            f"{RESULTS}/studies/{study}.csv",
        log:
            f"{SCRATCH}/logs/collect_studies/{study}.log",
        benchmark:
            f"{SCRATCH}/benchmarks/collect_studies/{study}.tsv"
        localrule: True
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=memory_of(f"collect_{study}"),
            runtime=5,
        params:
            code=fingerprint(ROOT / "scripts/collect_tables.py", stage=study),
            stage=study,
        message:
            f"Collect {study}"
        script:
            "../../scripts/collect_tables.py"
