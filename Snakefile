from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/settings.smk"


configfile: "config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/exponents.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/explorer.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/report.smk"


# no job of a killed run goes on, and a page of an earlier build does not stand for this one
onstart:
    lock.take_over(Path.cwd())
    builds.keep_record(Path(RESULTS), CONFIG.name, CONFIG.made_with)
    # cores limit local jobs; while jobs wait, each that ends adds a timer of this limit, and each timer a pass of the
    # scheduler a second, over all inputs (benchmarks/shortcuts.py)
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None
    if is_judged_anew():
        for stale in rules.check.log + rules.check.output:
            Path(stale).unlink(missing_ok=True)
    tell_what_is_left()
    if LEFT_OUT:
        print(
            f"left out {', '.join(LEFT_OUT)}: phases are known for power laws only",
            file=sys.stderr,
        )


onsuccess:
    print(summary(CONFIG.build, drawn(), asked.again), file=sys.stderr)


onerror:
    print(summary(CONFIG.build, drawn(), asked.again, log), file=sys.stderr)


if workflow.is_main_process:
    logger.addFilter(with_summary)


# the default target: every figure, its numbers, and the verdict on all of them
rule all:
    default_target: True
    input:
        FIGURES,
        EXPLORER,
        rules.check.output,
