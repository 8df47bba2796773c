# The verdict on everything that was built. The pages are logs, so that a failed check leaves them behind.
from scaling_spectra_pipeline.checks.files import disturbed
from scaling_spectra_pipeline.checks.reference import version
from scaling_spectra_pipeline.stages import stage_of

STAGES = ("training", "theory", "exponents")
# what figures and tables show beside these: studies, spectra, tables
OF_EXPERIMENTS = [path for stage in STAGES for path in PLAN.per_experiment(stage)]
READ = [path for script in TABLE_SCRIPTS for path in PLAN.read_by(script)]
OTHER_TABLES = sorted(
    {*TABLES, *PLAN.studies(), *FIGURE_TABLES, *READ} - {*OF_EXPERIMENTS}
)
FOLDERS = [RESULTS, f"figures/{CONFIG.build}"]


rule tidy:
    log:
        f"{SCRATCH}/logs/tidy.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        left=lambda wildcards: left(),
        accounts=lambda wildcards: accounts_left(),
    message:
        "Remove what no rule makes any more"
    script:
        "../../scripts/tidy.py"


rule check:
    input:
        tables=OF_EXPERIMENTS + OTHER_TABLES,
        figures=FIGURES,
        # not judged but by its seal; whatever is built anew must end a verdict on the old
        explorer=EXPLORER,
    output:
        f"{RESULTS}/checks.passed",
    log:
        summary=f"{RESULTS}/checks.json",
        page=f"{RESULTS}/checks.md",
        messages=f"{SCRATCH}/logs/check.log",
    benchmark:
        f"{SCRATCH}/benchmarks/check.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=memory_of("check"),
        runtime=10,
    params:
        code=fingerprint(
            ROOT / "scripts/check_artifacts.py",
            stage=tuple(sorted({*STAGES, *map(stage_of, OTHER_TABLES)})),
            family=PLAN.families,
        ),
        # nothing, unless files are not as their jobs left them: then a finished build is judged again
        disturbed=lambda wildcards: disturbed(
            FOLDERS, sealed(), produced(), patterns_of_points()
        ),
        arguments=lambda wildcards: {
            "tables": OF_EXPERIMENTS + OTHER_TABLES,
            "figures": sorted({str(Path(path).with_suffix("")) for path in FIGURES}),
            "folders": FOLDERS,
            "sealed": sealed(),
            "produced": produced(),
            "jobs": patterns_of_points(),
            "grids": PLAN.points_asked_for(),
            "settings": PLAN.settings(TABLE_SCRIPTS),
            "limits": {
                "tolerance": CONFIG.training.tolerance,
                "width": CONFIG.width_or_rule,
                "teachers": PLAN.teachers,
                **CONFIG.checks.model_dump(),
            },
            "released": released(),
        },
        reference=version(REFERENCE),
    message:
        "Check files, tables, certificates, agreement with theory, exponents, figures and reference numbers"
    script:
        "../../scripts/check_artifacts.py"
