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
from scaling_spectra_pipeline.summary import summary

export_package(ROOT / "src")

try:
    PLAN = Plan(load_config(config, ROOT))
except ConfigError as error:
    sys.exit(str(error))

CONFIG = PLAN.config
RESULTS = PLAN.root
SCRATCH = f"{PLAN.root}/.jobs"


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
