"""Where networks are trained that can be trained on an accelerator: the key ``training.device``."""

from scaling_spectra_pipeline.errors import ConfigError

CPU, CUDA, AUTO = "cpu", "cuda", "auto"


def chosen(asked: str, *, here: bool) -> str:
    """``cpu`` or ``cuda``.

    Parameters
    ----------
    asked : str
        ``cpu``, ``cuda``, or ``auto``: cuda if torch finds a GPU on this machine.
    here : bool
        Whether jobs run on this machine.

    Raises
    ------
    ConfigError
        In one line: cuda on a machine without, or auto where other machines would decide.
    """
    if asked == CPU:
        return CPU
    if not here:
        if asked == AUTO:
            raise ConfigError(
                "config: training.device: 'auto' is not accepted where jobs run on other machines; must be cpu or cuda"
            )
        return CUDA
    # seconds, and only where it is asked for
    import torch

    if torch.cuda.is_available():
        return CUDA
    if asked == CUDA:
        raise ConfigError(
            "config: training.device: 'cuda' is not accepted, torch finds no GPU on this machine; must be cpu or auto"
        )
    return CPU
