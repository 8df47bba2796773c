# Slopes of log R against log n_eff, fitted within phases.
from scaling_spectra import networks
from scaling_spectra_pipeline.plan import declared


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
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        code=fingerprint(
            ROOT / "scripts/fit_exponents.py",
            *(
                f"scaling_spectra.networks.{network}.{role}"
                for network in networks.names()
                for role in declared(ROOT / "scripts/fit_exponents.py", "ROLES")
            ),
        ),
        arguments={
            **CONFIG.fit.model_dump(),
            "width": CONFIG.width,
            "root_seed": CONFIG.seed,
        },
    message:
        "Fit exponents of {wildcards.experiment}"
    script:
        "../../scripts/fit_exponents.py"
