# Files of the configuration, looked at before Snakemake takes them.
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)

# this checkout's own packages, in this process and, from common.smk on, in the scripts' (also in a conda environment)
sys.path.insert(0, str(ROOT / "src"))

# Snakemake has loaded every package of messages, and with it the pipeline of the checkout that is installed
loaded = sys.modules.get("scaling_spectra_pipeline")
if loaded and Path(loaded.__file__).resolve().parents[1] != (ROOT / "src").resolve():
    for name in [
        name
        for name in sys.modules
        if name.split(".")[0] in ("scaling_spectra", "scaling_spectra_pipeline")
    ]:
        del sys.modules[name]

from scaling_spectra_pipeline.errors import ConfigError
from scaling_spectra_pipeline.surroundings import introduce, misnamed, put_right
from scaling_spectra_pipeline.termination import answer_at_once
from scaling_spectra_pipeline.yaml_file import check_files

if refused := misnamed(ROOT):
    sys.exit(refused)
put_right()
answer_at_once()
introduce(Path(".snakemake").absolute())

try:
    # config.yaml may be missing if another file is given
    given = workflow.configfiles
    check_files(
        [*given, *["config.yaml"] * (not given or Path("config.yaml").exists())]
    )
except ConfigError as error:
    sys.exit(str(error))
