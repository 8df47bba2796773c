# One rule per figure, made from the scripts in scripts/figures: a new figure is one new script. A figure whose
# experiments lack the noise level that it shows is left out.
from scaling_spectra_pipeline.plan import FIGURE_FILES

FIGURE_SCRIPTS = [
    script
    for script in sorted((ROOT / "scripts/figures").glob("*.py"))
    if PLAN.can_build(script)
]
# what another teacher than a power law has no part in
LEFT_OUT = PLAN.left_out(sorted((ROOT / "scripts/figures").glob("*.py")))
FIGURES = [path for script in FIGURE_SCRIPTS for path in PLAN.drawn(script)]
FIGURE_TABLES = [path for script in FIGURE_SCRIPTS for path in PLAN.read_by(script)]


rule figures:
    input:
        FIGURES,


for figure_script in FIGURE_SCRIPTS:

    rule:
        name:
            figure_script.stem
        input:
            **PLAN.inputs(figure_script),
        output:
            **{
                kind: f"figures/{CONFIG.build}/{figure_script.stem}.{kind}"
                for kind in FIGURE_FILES
                if kind != "png"
            },
            png=report(
                f"figures/{CONFIG.build}/{figure_script.stem}.png",
                caption="../report/figure.rst",
                category="Figures",
                labels={"figure": figure_script.stem.replace("_", " ")},
            ),
        log:
            f"{SCRATCH}/logs/figures/{figure_script.stem}.log",
        benchmark:
            f"{SCRATCH}/benchmarks/figures/{figure_script.stem}.tsv"
        # the longest first, so that all cores end together
        priority: seconds_expected(figure_script.stem)
        localrule: True
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=memory_of(figure_script.stem),
            runtime=10,
        params:
            figure=figure_script.stem,
            foot=PLAN.foot,
            code=code_reading(figure_script),
            arguments=PLAN.parameters(figure_script),
        message:
            f"Draw {figure_script.stem}"
        script:
            "../../scripts/figures/{params.figure}.py"
