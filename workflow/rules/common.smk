# Configuration, validated before any job; names of files; what a rule depends on in code.
import gc
from dataclasses import asdict

from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.logging import logger
from scaling_spectra_pipeline.config import load as load_config
from scaling_spectra_pipeline.costs import (
    megabytes,
    megabytes_of_rule,
    minutes,
    seconds_of_rule,
)
from scaling_spectra_pipeline.extents import extent
from scaling_spectra_pipeline.fingerprint import fingerprint
from scaling_spectra_pipeline.checkout import export_package
from scaling_spectra_pipeline import (
    asked,
    builds,
    disk,
    executors,
    container_limits,
    devices,
    lock,
    memory,
    sources,
    surroundings,
)
from scaling_spectra_pipeline.checks.files import no_file_is_stale, unclaimed
from scaling_spectra_pipeline.checks.reference import folder_for
from scaling_spectra_pipeline.literals import arguments_of
from scaling_spectra_pipeline.plan import Plan, folder, stages_read
from scaling_spectra.ensemble import Ensemble
from scaling_spectra_pipeline.summary import Drawn, summary

export_package(ROOT / "src")

# what is loaded by now stays, and the collector of garbage need not look at it again
# (benchmarks/results/shortcuts.csv)
gc.freeze()

try:
    PLAN = Plan(load_config(config, ROOT))
    builds.check_record(Path(PLAN.root), PLAN.config.name, PLAN.config.made_with)
    if workflow.is_main_process:
        executors.check_executor()
    DEVICE = devices.chosen(
        PLAN.config.training.device,
        here=executors.jobs_run_here() and not workflow.remote_exec,
    )
    # jobs that run here at the same time fit together into the memory, and fill no more cores than there are
    if workflow.is_main_process and executors.jobs_run_here():
        given = workflow.global_resources.get("mem_mb")
        workflow.register_resource("mem_mb", memory.available(given and given.value))
        memory.check_memory(PLAN, workflow.global_resources["mem_mb"].value)
        # jobs share no accelerator
        if DEVICE != devices.CPU:
            workflow.register_resource("gpu", 1)
        workflow.register_resource(
            "_cores",
            container_limits.cores_of_run(workflow.global_resources["_cores"].value),
        )
except ConfigError as error:
    sys.exit(str(error))

CONFIG = PLAN.config
RESULTS = PLAN.root
SCRATCH = f"{PLAN.root}/.jobs"
REFERENCE = folder_for(CONFIG.build, CONFIG.scale)

if workflow.is_main_process and CONFIG.build != CONFIG.scale:
    different = builds.described(CONFIG.changes) or "as in the preset"
    print(f"build    {RESULTS}: {different}", file=sys.stderr)

if workflow.is_main_process and CONFIG.training.device != devices.CPU:
    asked_for = f"training.device = {CONFIG.training.device}"
    print(
        f"device   {DEVICE}: trains quadratic networks ({asked_for})", file=sys.stderr
    )

# jobs on other machines read this file too, but belong to the run that submitted them
if workflow.is_main_process:
    written = [Path(".snakemake"), Path(RESULTS), Path(f"figures/{CONFIG.build}")]
    unwritable = disk.obstacle(written)
    if unwritable:
        sys.exit(unwritable)
    occupied = lock.enter(Path.cwd())
    if occupied:
        # whether this run only looks is not known yet
        print(f"{occupied} (make plan and dry runs go on)", file=sys.stderr)
    else:
        disk.bring_back(written[1:], clock=lock.STATE / lock.OWNER)
    sources.keep(Path(".snakemake/sources.json"))
    surroundings.keep_caches(Path(".snakemake").absolute())


wildcard_constraints:
    experiment="[a-z_0-9]+",
    network="[a-z_0-9]+",
    teacher="[a-zA-Z0-9_.+-]+",
    noise_var="[0-9.e+-]+",
    dim=r"\d+",
    n_eff="[0-9.e+-]+",
    method="network|convex",
    batch=r"\d+",


ENSEMBLE = "{network}/{teacher}_noise{noise_var}_d{dim}"


def ensemble_of(wildcards):
    """The ensemble of a file."""
    return Ensemble.of(
        wildcards.network,
        PLAN.teachers[wildcards.teacher],
        float(wildcards.noise_var),
        int(wildcards.dim),
    )


def ensemble(wildcards):
    """Argument `ensemble` of scripts, from the wildcards of a file."""
    return {"ensemble": asdict(ensemble_of(wildcards))}


def teacher(wildcards):
    """Argument `teacher` of scripts, from the wildcards of a file."""
    return {"teacher": PLAN.teachers[wildcards.teacher]}


def code(script):
    """Fingerprint of a script in the jobs of the wildcards' network and teacher."""
    return lambda wildcards: fingerprint(
        ROOT / "scripts" / script,
        network=wildcards.network,
        family=PLAN.teachers[wildcards.teacher]["family"],
    )


def code_reading(script):
    """Fingerprint of a script that reads the tables of its literal ``INPUTS``, of the teachers of this build."""
    return fingerprint(script, stage=stages_read(script), family=PLAN.families)


def widths(study, dim):
    """Argument `hidden` of a study's script, where the configuration sets it."""
    hidden = PLAN.hidden_units(study, dim)
    return {"hidden": hidden} if hidden else {}


def study_arguments(study):
    """Arguments of a study's script: the ensemble, n_eff, and of the configuration what the study uses."""
    script = ROOT / f"scripts/studies/{study}.py"
    used = {}
    if PLAN.weight_decays(study):
        used["weight_decays"] = PLAN.weight_decays(study)
    if "options" in arguments_of(script):
        used["options"] = PLAN.training_options()

    def of(wildcards):
        return {
            **ensemble(wildcards),
            **(teacher(wildcards) if "teacher" in arguments_of(script) else {}),
            **used,
            **widths(study, int(wildcards.dim)),
            "n_eff": float(wildcards.n_eff),
            "replicas": PLAN.grid(
                study, wildcards.network, int(wildcards.dim)
            ).replicas,
            "root_seed": CONFIG.seed,
            "width": PLAN.width(wildcards.network, int(wildcards.dim)),
            "tolerance": CONFIG.training.tolerance,
        }

    return of


def sealed():
    """Files whose jobs seal them: those of points, what the check judges, and what it says of them."""
    check = rules.check
    judged = [*check.input, *check.output, check.log.summary, check.log.page]
    return sorted({*PLAN.files_of_points(), *map(str, judged)})


def produced():
    """Files that this configuration makes: the sealed ones, and those of other rules without wildcards."""
    single = [rule for rule in workflow.rules if not rule.wildcard_names]
    return sorted({*sealed(), *(str(path) for rule in single for path in rule.output)})


def patterns_of_points():
    """Regular expressions of the files of single points, whatever their values."""
    rules = [rule for rule in workflow.rules if "dim" in rule.wildcard_names]
    return sorted({path.regex().pattern for rule in rules for path in rule.output})


def left():
    """Files of this build that nothing makes any more; the check would name them."""
    findings = no_file_is_stale(FOLDERS, produced(), patterns_of_points())
    return [finding.artifact for finding in findings if not finding.passed]


def accounts_left():
    """Logs and benchmarks of jobs that no rule has any more."""
    written = [path for rule in workflow.rules for path in [*rule.log, rule.benchmark]]
    known = {path.regex().pattern for path in written if path}
    return unclaimed([f"{SCRATCH}/logs", f"{SCRATCH}/benchmarks"], known)


def tell_what_is_left():
    """Before a check that would fail for it."""
    judged = any(job.rule.name == "check" for job in workflow.dag.jobs)
    if judged and (found := left()):
        others = f" and {len(found) - 1} more files" if found[1:] else ""
        print(
            f"left     {found[0]}{others}: nothing makes them now, and the check will name them; to remove those "
            f"that jobs wrote: {asked.again('tidy')}",
            file=sys.stderr,
        )


def is_judged_anew():
    """Whether this run judges, makes or removes anything that a verdict is about."""
    needed = list(workflow.dag.needrun_jobs())
    made = [Path(path) for job in needed for path in job.output]
    return any(path.is_relative_to(top) for path in made for top in FOLDERS) or (
        any(job.rule.name == "tidy" for job in needed) and bool(left())
    )


def drawn():
    """What this run did about the figures that it was asked for."""
    names = {script.stem for script in FIGURE_SCRIPTS}
    jobs = [job for job in workflow.dag.jobs if job.rule.name in names]
    before = [job for job in jobs if not workflow.dag.needrun(job)]
    now = [job for job in jobs if job not in before and workflow.dag.finished(job)]
    return Drawn(asked=len(jobs), now=len(now), before=len(before))


def with_summary(record):
    """Let Snakemake say how things stand where nothing is to be done: such a run has no end that could."""
    if record.getMessage() == NOTHING_TO_BE_DONE_MSG and not workflow.dryrun:
        record.msg += f"\n{summary(CONFIG.build, drawn(), asked.again)}"
    return True


def released():
    """What the committed numbers of a released build are compared with."""
    return {
        "folder": REFERENCE,
        "results": RESULTS,
        "figures": f"figures/{CONFIG.build}",
        "settings": CONFIG.model_dump(mode="json"),
    }


def memory_of(rule):
    """Megabytes that a job of a rule asks for, twice as many when it is tried again."""

    def of(wildcards, attempt):
        return attempt * megabytes_of_rule(rule, extent(PLAN, rule, wildcards)[0])

    return of


def seconds_expected(rule):
    """Whole seconds that a rule with one job a build takes, by which the longest start first."""
    return round(seconds_of_rule(rule, extent(PLAN, rule, {})[0]))


def training_work(wildcards):
    """Size of a training job, for its memory and run time."""
    return PLAN.training_work(
        wildcards.experiment,
        wildcards.network,
        int(wildcards.dim),
        float(wildcards.n_eff),
        wildcards.method,
        int(wildcards.batch),
    )


def on_device(wildcards):
    """Whether the points of a training job are trained at once, on an accelerator."""
    return DEVICE != devices.CPU and PLAN.trained_at_once(
        wildcards.network, wildcards.method
    )


# the script that finds points
METHODS = {"network": "train_networks.py", "convex": "solve_networks.py"}


def method_script(wildcards):
    """On an accelerator, the one that finds the points of all replicas at once."""
    if on_device(wildcards):
        return "train_networks_on_gpu.py"
    return METHODS[wildcards.method]


def study_work(study, wildcards):
    """Size of a study's job, for its memory and run time."""
    return PLAN.study_work(
        study, wildcards.network, int(wildcards.dim), float(wildcards.n_eff)
    )
