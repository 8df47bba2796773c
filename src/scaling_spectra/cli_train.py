"""One trained point for the command line."""

from dataclasses import asdict
from time import perf_counter
from typing import Any

from scaling_spectra.cli_point import Problem
from scaling_spectra.library import narrow, training
from scaling_spectra.networks.interface.theory import theory_of
from scaling_spectra.records import attempt_solution
from scaling_spectra.replicas import draw_replica


def trained(here: Problem, seed: int, method: str, tolerance: float) -> dict[str, Any]:
    """Record of one point, with the seconds it took and the risk predicted for the teacher drawn."""
    samples = max(round(here.samples), 1)
    replica = draw_replica(here.network, here.teacher.spectrum(here.dim), here.noise_var, samples, 0, seed)
    start = perf_counter()
    if here.width < 1:
        assert here.hidden_units is not None
        record = narrow.found(here.network, replica, here.weight_decay, here.hidden_units, tolerance)
        fields = {"method": "network"} | asdict(record)
    else:
        fields = asdict(training.found(here.network, replica, here.weight_decay, method, tolerance, here.width))
    seconds = perf_counter() - start
    evolve = theory_of(here.network).conditional_state_evolution
    own = attempt_solution(evolve, replica.teacher, samples, here.weight_decay, here.noise_var, width=here.width)
    predicted = own.risk if own.solved else None
    fields = {name: value for name, value in fields.items() if name not in ("spectrum", "overlap")}
    return fields | {"seconds": seconds, "samples": samples, "seed": seed, "predicted_for_teacher": predicted}
