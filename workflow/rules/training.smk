# Networks trained on every (ensemble, n_eff), in batches of replicas.


rule training:
    input:
        PLAN.per_experiment("training"),


rule train_networks:
    input:
        data=f"{RESULTS}/data/{ENSEMBLE}/batch{{batch}}.npz",
    output:
        table=f"{RESULTS}/training/{{experiment}}/{ENSEMBLE}/n_eff{{n_eff}}_{{method}}_batch{{batch}}.csv",
        spectra=f"{RESULTS}/training/{{experiment}}/{ENSEMBLE}/n_eff{{n_eff}}_{{method}}_batch{{batch}}.npy",
    log:
        f"{SCRATCH}/logs/train_networks/{{experiment}}/{ENSEMBLE}/n_eff{{n_eff}}_{{method}}_batch{{batch}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/train_networks/{{experiment}}/{ENSEMBLE}/n_eff{{n_eff}}_{{method}}_batch{{batch}}.tsv"
    # before studies: the longest tables wait for these
    priority: 1
    group:
        "training"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: attempt * megabytes(training_work(wildcards)),
        runtime=lambda wildcards, attempt: attempt * minutes(training_work(wildcards)),
        gpu=lambda wildcards: int(on_device(wildcards)),
    params:
        script=method_script,
        code=lambda wildcards: code(method_script(wildcards))(wildcards),
        arguments=lambda wildcards: {
            **ensemble(wildcards),
            "n_eff": float(wildcards.n_eff),
            "weight_decays": PLAN.weight_decays(wildcards.experiment),
            "replicas": PLAN.replicas(
                wildcards.experiment,
                wildcards.network,
                int(wildcards.dim),
                int(wildcards.batch),
            ),
            "root_seed": CONFIG.seed,
            "width": PLAN.width(wildcards.network, int(wildcards.dim)),
            "tolerance": CONFIG.training.tolerance,
            **(
                {"options": PLAN.training_options()}
                if wildcards.method == "network"
                else {}
            ),
            **({"device": DEVICE} if on_device(wildcards) else {}),
        },
    message:
        "Train ({wildcards.method}) {wildcards.network}, d = {wildcards.dim}, n_eff = {wildcards.n_eff}, Delta = {wildcards.noise_var}"
    script:
        "../../scripts/{params.script}"


rule collect_training:
    input:
        lambda wildcards: PLAN.trainings(wildcards.experiment),
    output:
        f"{RESULTS}/training/{{experiment}}.csv",
    log:
        f"{SCRATCH}/logs/collect_training/{{experiment}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/collect_training/{{experiment}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("collect_training"),
        runtime=5,
    params:
        code=fingerprint(ROOT / "scripts/collect_tables.py", stage="training"),
        stage="training",
    message:
        "Collect the trained points of {wildcards.experiment}"
    script:
        "../../scripts/collect_tables.py"


rule collect_spectra:
    input:
        tables=lambda wildcards: PLAN.trainings(wildcards.experiment),
        spectra=lambda wildcards: PLAN.spectra(wildcards.experiment),
    output:
        f"{RESULTS}/spectra/{{experiment}}.csv",
    log:
        f"{SCRATCH}/logs/collect_spectra/{{experiment}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/collect_spectra/{{experiment}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("collect_spectra"),
        runtime=10,
    params:
        code=fingerprint(ROOT / "scripts/collect_spectra.py"),
    message:
        "Collect the learned spectra of {wildcards.experiment}"
    script:
        "../../scripts/collect_spectra.py"
