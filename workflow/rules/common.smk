# Configuration, validated before any job; names of files; what a rule depends on in code.
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)

# this checkout's own package, in this process and, below, in the scripts' (also in a conda environment)
sys.path.insert(0, str(ROOT / "src"))

from scaling_spectra_pipeline.config import ConfigError, load as load_config
from scaling_spectra_pipeline.costs import megabytes, minutes
from scaling_spectra_pipeline.fingerprint import fingerprint
from scaling_spectra_pipeline.checkout import export_package
from scaling_spectra_pipeline.plan import Ensemble, Plan, declared

export_package(ROOT / "src")

try:
    PLAN = Plan(load_config(config, ROOT))
except ConfigError as error:
    sys.exit(str(error))

CONFIG = PLAN.config
RESULTS = PLAN.root
SCRATCH = f"{PLAN.root}/.jobs"
REFERENCE = "results/reference"


wildcard_constraints:
    experiment="[a-z_0-9]+",
    network="[a-z_0-9]+",
    gamma="[0-9.e+-]+",
    noise_var="[0-9.e+-]+",
    dim=r"\d+",
    n_eff="[0-9.e+-]+",
    method="network|convex",
    batch=r"\d+",


ENSEMBLE = "{network}/gamma{gamma}_noise{noise_var}_d{dim}"


def ensemble(wildcards):
    """Fields of an ensemble, from the wildcards of a file."""
    return {
        "network": wildcards.network,
        "gamma": float(wildcards.gamma),
        "noise_var": float(wildcards.noise_var),
        "dim": int(wildcards.dim),
    }


def code(script, *roles):
    """Fingerprint of a script, and of the modules that play `roles` for the wildcards' network."""

    def of(wildcards):
        modules = [
            f"scaling_spectra.networks.{wildcards.network}.{role}" for role in roles
        ]
        return fingerprint(ROOT / "scripts" / script, *modules)

    return of


def study_code(study):
    """Fingerprint of a study's script, and of the modules that it loads by role (its literal ``ROLES``)."""
    script = f"studies/{study}.py"
    return code(script, *declared(ROOT / "scripts" / script, "ROLES"))


def study_arguments(study):
    """Arguments of a study's script: the ensemble, n_eff, and the section of the configuration."""

    def of(wildcards):
        return {
            **ensemble(wildcards),
            "n_eff": float(wildcards.n_eff),
            "weight_decays": PLAN.weight_decays(study),
            "replicas": PLAN.grid(
                study, wildcards.network, int(wildcards.dim)
            ).replicas,
            "root_seed": CONFIG.seed,
            "width": PLAN.width(wildcards.network),
            "tolerance": CONFIG.training.tolerance,
            "options": PLAN.training_options("network"),
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


def released():
    """What the committed numbers of a released build are compared with."""
    return {
        "folder": REFERENCE,
        "results": RESULTS,
        "figures": f"figures/{CONFIG.scale}",
        "settings": CONFIG.model_dump(mode="json"),
    }


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


def study_work(study, wildcards):
    """Size of a study's job, for its memory and run time."""
    return PLAN.study_work(
        study, wildcards.network, int(wildcards.dim), float(wildcards.n_eff)
    )
