# Teachers, and the seeds and first rows of their samples.
rule data:
    input:
        sorted({path for name in CONFIG.points for path in PLAN.drawn_teachers(name)}),


rule draw_data:
    output:
        f"{RESULTS}/data/{ENSEMBLE}/batch{{batch}}.npz",
    log:
        f"{SCRATCH}/logs/draw_data/{ENSEMBLE}/batch{{batch}}.log",
    benchmark:
        f"{SCRATCH}/benchmarks/draw_data/{ENSEMBLE}/batch{{batch}}.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("draw_data"),
        runtime=5,
    params:
        code=code("draw_data.py"),
        arguments=lambda wildcards: {
            **ensemble(wildcards),
            **teacher(wildcards),
            "replicas": PLAN.batch(int(wildcards.batch)),
            "root_seed": CONFIG.seed,
        },
    message:
        "Draw teachers of {wildcards.network}, d = {wildcards.dim}"
    script:
        "../../scripts/draw_data.py"
