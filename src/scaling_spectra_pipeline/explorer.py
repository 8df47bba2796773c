"""The Explorer: one self-contained page, assembled from the sources in web/explorer.

Modules become one script, each a function of its own that returns its exports. They start with imports of
the form `import { a, b } from "./module.js";` and export declarations, `export function a`.
"""

import json
import re
from html import escape
from pathlib import Path

import pandas as pd
from matplotlib.colors import to_hex, to_rgb

from scaling_spectra.ensemble import ENSEMBLE
from scaling_spectra.phases import PHASES, rate, rate_latex
from scaling_spectra.plotting import phase_diagram, phase_spectra, result3_decomposition, style
from scaling_spectra.plotting.width_phases import PALE, REGION_LOOKS
from scaling_spectra.width_phases import REGIONS
from scaling_spectra_pipeline.explorer_sources import known

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+\.js)";\n', flags=re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:function\*?|class|const) (\w+))", flags=re.MULTILINE)
# columns that make one set of trained networks
SET = [*ENSEMBLE, "weight_decay"]
# (name in the page, label, unit, step of the slider)
SLIDERS = (
    ("nEff", "n<sub>eff</sub>", "effective samples", 0.01),
    ("lambda", "λ", "weight decay", 0.01),
    ("hidden", "p", "hidden units", 0.01),
    ("gamma", "γ", "teacher exponent", 0.01),
    ("noiseVar", "Δ", "label noise variance", 0.01),
    ("dim", "d", "input dimension", 0.01),
)


def assemble(source: Path, tables: dict[str, pd.DataFrame], start: dict, origin: str) -> str:
    """The page.

    Parameters
    ----------
    source : Path
        Folder of the page's sources.
    tables : dict
        Tables ``training`` and ``theory`` of an experiment.
    start : dict
        State that the page opens with: network, gamma, noiseVar, dim, nEff, lambda.
    origin : str
        One sentence on what the trained networks are and where they come from.
    """
    data = {
        "start": start,
        "tints": phase_diagram.TINTS,
        "phases": {
            name: {
                "summary": phase.summary,
                "spectrum": phase.spectrum,
                "class": phase.spectral_class,
                "rate": {network: markup(rate_latex(name, network)) for network in known()},
                "spoken": {network: rate(name, network) for network in known()},
            }
            for name, phase in PHASES.items()
        },
        "regions": {
            name: {"summary": region.summary, "rate": plain_markup(region.rate), "tint": _pale(REGION_LOOKS[name][0])}
            for name, region in REGIONS.items()
        },
        "trained": trained_sets(**tables),
    }
    colours = {
        "jump": phase_diagram.JUMP["color"],
        **{network: style.NETWORK_COLOURS[network] for network in known()},
        "bulk": phase_spectra.BULK["color"],
        "outliers": phase_spectra.OUTLIERS["color"],
        **{name: look["color"] for name, look in result3_decomposition.PARTS.items()},
    }
    fields = {
        "style": _fill((source / "style.css").read_text(encoding="utf-8"), colours),
        "script": bundle(source, "main.js"),
        # "</" would end the script element
        "data": json.dumps(data, ensure_ascii=False, allow_nan=False).replace("</", "<\\/"),
        "sliders": "\n    ".join(_slider(*slider) for slider in SLIDERS),
        "phases": _phase_table(),
        "origin": escape(origin),
    }
    return _fill((source / "index.html").read_text(encoding="utf-8"), fields)


def bundle(source: Path, entry: str) -> str:
    """The modules that `entry` imports, directly or not, and itself, as one script.

    Raises
    ------
    ValueError
        If an import or export is not of the form that is understood, or modules import each other.
    """
    parts: dict[str, str] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ValueError(f"{name}: imports itself by way of {', '.join(above)}")
        text = (source / name).read_text(encoding="utf-8")
        for _, needed in IMPORT.findall(text):
            if needed not in parts:
                visit(needed, (*above, name))
        text = IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_variable(match[2])};\n", text)
        exports = EXPORT.findall(text)
        text = EXPORT.sub("", text)
        if re.search(r"^(import|export)\b", text, flags=re.MULTILINE):
            raise ValueError(f"{name}: an import or export of a form that cannot be joined")
        body = f"(() => {{\n{text.strip()}\nreturn {{ {', '.join(exports)} }};\n}})();"
        parts[name] = f"const {_variable(name)} = {body}"

    visit(entry, ())
    return "\n\n".join(parts.values())


def _variable(module: str) -> str:
    return f"module_{module.removesuffix('.js')}"


def trained_sets(training: pd.DataFrame, theory: pd.DataFrame) -> list[dict]:
    """Means over replicas of the training table, one set of points for each curve of the page.

    Each point has the mean and standard error of its risk, the risk that state evolution predicts for the
    same teachers, and its series: trained, solved (the convex equivalent), or doubtful if a replica is not
    certified or has no unique minimiser.
    """
    shared = [column for column in theory if column in training and column not in ("risk", "train_loss", "status")]
    rows = training.merge(theory[[*shared, "risk"]].rename(columns={"risk": "own"}), on=shared, how="left")
    sets = []
    for key, members in rows.groupby(SET, sort=True):
        points = []
        for n_eff, replicas in members.groupby("n_eff", sort=True):
            sound = bool((replicas["converged"] & replicas["unique"]).all())
            solved = (replicas["method"] != "network").any()
            points.append(
                {
                    "nEff": float(n_eff),
                    "risk": _short(replicas["risk"].mean()),
                    "error": _short(replicas["risk"].sem()) if len(replicas) > 1 else 0.0,
                    "own": None if replicas["own"].isna().any() else _short(replicas["own"].mean()),
                    "replicas": len(replicas),
                    "series": "doubtful" if not sound else "solved" if solved else "trained",
                }
            )
        network, _, noise_var, dim, weight_decay = key
        sets.append(
            {
                "network": network,
                "gamma": float(members["gamma"].iloc[0]),
                "noiseVar": noise_var,
                "dim": int(dim),
                "lambda": weight_decay,
                "points": points,
            }
        )
    return sets


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def markup(latex: str) -> str:
    """HTML of a rate in the TeX of `scaling_spectra.phases`."""
    text = latex.replace(r"{\rm const}", "constant").replace(r"\lambda", "λ").replace(r"\gamma", "γ")
    text = text.replace(r"\sqrt{d}", "√d").replace(r"\log", "log ").replace("-", "−")
    text = re.sub(r"_\{\\rm (\w+)\}", r"<sub>\1</sub>", text)
    text = re.sub(r"\^\{([^{}]*)\}", r"<sup>\1</sup>", text)
    text = re.sub(r"\^(\w)", r"<sup>\1</sup>", text)
    if re.search(r"[\\{}^_]", text):
        raise ValueError(f"rate: no markup for {latex}")
    return text


def plain_markup(text: str) -> str:
    """HTML of a rate in the words of `scaling_spectra.width_phases`."""
    text = re.sub(r"\^\(([^()]*)\)", r"<sup>\1</sup>", text).replace(" - ", " − ").replace("const", "constant")
    return text.replace("gamma", "γ").replace("n_eff", "n<sub>eff</sub>").replace("sqrt(p)", "√p")


def _pale(colour: str) -> str:
    """A colour of the regions in (n_eff, p), as pale as in their figure."""
    red, green, blue = (1 - PALE * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def _slider(name: str, label: str, unit: str, step: float) -> str:
    name_aloud = f"{re.sub('<[^>]*>', '', label)}, {unit}"
    return (
        f'<div class="field"><label for="{name}-number">{label} <span class="unit">{unit}</span></label>'
        f'<input type="number" id="{name}-number" step="any" inputmode="decimal">'
        f'<input type="range" id="{name}-slider" step="{step}" aria-label="{name_aloud}"></div>'
    )


def _phase_table() -> str:
    rows = "".join(
        f'<tr><th scope="row">{name.replace("0", "₀")}</th><td>{escape(phase.summary)}</td>'
        f"<td>{_both(name)}</td><td>{escape(phase.spectrum)}</td></tr>"
        for name, phase in PHASES.items()
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in ("phase", "what happens", "rate", "spectrum"))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Phases"><table class="phases">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _both(phase: str) -> str:
    rates = {network: markup(rate_latex(phase, network)) for network in known()}
    if len(set(rates.values())) == 1:
        return next(iter(rates.values()))
    return ", ".join(f"{text} ({network})" for network, text in rates.items())


def _fill(template: str, fields: dict[str, str]) -> str:
    """Replace each {{name}}; every name must be known and used."""
    found = set(re.findall(r"\{\{(\w+)\}\}", template))
    if found != set(fields):
        raise ValueError(f"template: fields {sorted(found ^ set(fields))} do not match")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: fields[match[1]], template)
