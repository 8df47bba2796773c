# The Explorer: one self-contained page that solves the theory in the browser and shows the trained networks.
from scaling_spectra_pipeline.explorer_sources import checksum

EXPLORER_SCRIPT = ROOT / "scripts/build_explorer.py"
EXPLORER = (
    [f"figures/{CONFIG.build}/explorer.html"] if PLAN.can_build(EXPLORER_SCRIPT) else []
)


rule explorer:
    input:
        **PLAN.inputs(EXPLORER_SCRIPT),
    output:
        f"figures/{CONFIG.build}/explorer.html",
    log:
        f"{SCRATCH}/logs/explorer.log",
    benchmark:
        f"{SCRATCH}/benchmarks/explorer.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("explorer"),
        runtime=5,
    params:
        code=code_reading(EXPLORER_SCRIPT),
        # by content: a fresh checkout has new dates
        sources=checksum(),
        arguments={
            "scale": CONFIG.scale,
            "teacher": CONFIG.settings,
            "noise_var": CONFIG.theory.noise_var,
        },
    message:
        "Assemble the Explorer"
    script:
        "../../scripts/build_explorer.py"
