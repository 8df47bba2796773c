from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/exponents.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/report.smk"


# a page of an earlier build must not stand for this one
onstart:
    for stale in rules.check.log + rules.check.output:
        Path(stale).unlink(missing_ok=True)


onsuccess:
    print(summary(CONFIG.scale), file=sys.stderr)


onerror:
    print(summary(CONFIG.scale, log), file=sys.stderr)


# the default target: every figure, its numbers, and the verdict on all of them
rule all:
    default_target: True
    input:
        FIGURES,
        rules.check.output,
