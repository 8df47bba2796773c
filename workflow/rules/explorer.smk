# The Explorer: one self-contained page that solves the theory in the browser. It shows trained networks and is left
# out of builds that train none along n_eff.
PAGE = ROOT / "web/explorer"
EXPLORER = (
    [f"figures/{CONFIG.scale}/explorer.html"]
    if "excess_risk" in CONFIG.experiments
    else []
)


rule explorer:
    input:
        training=f"{RESULTS}/training/excess_risk.csv",
        theory=f"{RESULTS}/theory/excess_risk.csv",
        page=sorted(map(str, PAGE.iterdir())),
    output:
        f"figures/{CONFIG.scale}/explorer.html",
    log:
        f"{SCRATCH}/logs/explorer.log",
    benchmark:
        f"{SCRATCH}/benchmarks/explorer.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    params:
        code=fingerprint(
            ROOT / "scripts/build_explorer.py",
            "scaling_spectra_pipeline.tables.training",
            "scaling_spectra_pipeline.tables.theory",
        ),
        arguments={
            "source": str(PAGE),
            "scale": CONFIG.scale,
            "gamma": CONFIG.gamma,
            "noise_var": CONFIG.theory.noise_var,
        },
    message:
        "Assemble the Explorer"
    script:
        "../../scripts/build_explorer.py"
