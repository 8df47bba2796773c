"""``python -m scaling_spectra_pipeline.report_page [SETTINGS]``: Snakemake's report of a build, in one page."""

import subprocess
import sys
from pathlib import Path

from scaling_spectra_pipeline.asked import checked, configuration, of_make, serve
from scaling_spectra_pipeline.checkout import refuse_another
from scaling_spectra_pipeline.errors import ConfigError

STYLE = Path("workflow/report/style.css")


def main(*settings: str) -> None:
    """Put figures, captions, tables, checks and run times of a finished build into `report/<build>.html`.

    Parameters
    ----------
    settings
        What was built, as Snakemake's --config takes it, such as scale=laptop gamma=1.3; config.yaml's if not given.
    """
    try:
        given = checked([*settings, *of_make()])
        page = Path("report") / f"{configuration(settings).build}.html"
    except ConfigError as error:
        sys.exit(str(error))
    # its own messages name every file and script, on a hundred lines
    options = ["--report", str(page), "--report-stylesheet", str(STYLE), "--logger=progress"]
    settings = ("--config", *given) if given else ()
    command = [sys.executable, "-m", "scaling_spectra_pipeline.door", "snakemake", "report", *options, *settings]
    if status := subprocess.run(command, check=False).returncode:
        sys.exit(status)
    print(f"report   {page}, {page.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    refuse_another()
    serve(main)
