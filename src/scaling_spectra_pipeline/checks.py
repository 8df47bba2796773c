"""Judgements on built artifacts: each returns findings that name the artifact and say why."""

from dataclasses import dataclass, replace
from pathlib import Path

import matplotlib.image
import pandas as pd
import pandera.errors
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from scipy.stats import t as student_t

from scaling_spectra.finite_size import known_deviation
from scaling_spectra_pipeline.tables.columns import KEY, read, schema_of, stage_of

# relative error of an objective
ROUNDING = 1e-12
# relative error of the Bayes-optimal risk
BAYES_ROUNDING = 1e-6


@dataclass(frozen=True)
class Finding:
    """One check of one artifact."""

    check: str
    artifact: str
    passed: bool
    detail: str


def _where(point: pd.Series) -> str:
    return ", ".join(f"{name} = {point[name]}" for name in ("network", "noise_var", "dim", "weight_decay", "n_eff"))


def table_is_valid(path: str) -> Finding:
    """The table exists and matches the schema of its stage."""
    schema = schema_of(stage_of(path))
    try:
        table = read(path, schema)
    except FileNotFoundError:
        return Finding("schema", path, False, "missing")
    except (pandera.errors.SchemaError, ValueError) as error:
        return Finding("schema", path, False, str(error).splitlines()[0])
    return Finding("schema", path, True, f"{len(table)} rows")


def table_is_complete(path: str, table: pd.DataFrame, expected: int) -> Finding:
    """Every trained point that the configuration asks for has a row."""
    return Finding("complete", path, len(table) == expected, f"{len(table)} of {expected} rows")


def points_are_certified(path: str, table: pd.DataFrame, tolerance: float) -> Finding:
    """Every trained point carries a duality gap within the tolerance."""
    worst = table.loc[table["relative_gap"].idxmax()]
    above = int((table["relative_gap"] > tolerance).sum())
    where = _where(worst)
    detail = f"{above} of {len(table)} above {tolerance:g}; largest {worst['relative_gap']:.1e} at {where}"
    return Finding("certificates", path, above == 0, detail)


def objectives_agree(path: str, table: pd.DataFrame) -> Finding:
    """Network and convex equivalent agree in their objective within what their certificates leave open.

    Both objectives lie between the minimum and their own distance from it, so |P - P'| is at most the
    sum of the two duality gaps: strictly, but for rounding.
    """
    excess = table["objective_difference"].abs() - table["bound"]
    worst = table.loc[table["objective_difference"].abs().idxmax()]
    outside = int((excess > ROUNDING).sum())
    detail = (
        f"{outside} of {len(table)} differ by more than both gaps allow; largest relative difference of objectives "
        f"{abs(worst['objective_difference']):.1e} ({worst['bound']:.1e} allowed) at {_where(worst)}"
    )
    return Finding("equivalence", path, outside == 0, detail)


def residuals(training: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Trained minus predicted risk of the same teachers, averaged over replicas.

    The known deviation is allowed for before the rest is measured in standard errors.

    Returns
    -------
    DataFrame
        One row a point: risk, theory, relative deviation, allowance, z (deviation beyond the
        allowance in standard errors) and outlier (beyond the 99 % interval of Student's t).
    """
    both = training.merge(theory, on=[*KEY, "replica"], suffixes=("", "_theory"), validate="one_to_one")
    both = both[both["converged"] & both["unique"]]
    both["difference"] = both["risk"] - both["risk_theory"]
    points = both.groupby(KEY, sort=True).agg(
        risk=("risk", "mean"),
        theory=("risk_theory", "mean"),
        difference=("difference", "mean"),
        error=("difference", "sem"),
        replicas=("difference", "count"),
    )
    points = points[points["replicas"] > 1].reset_index()
    points["relative"] = points["difference"] / points["theory"]
    points["allowance"] = [
        known_deviation(row.network, row.n_eff, row.dim) for row in points[["network", "n_eff", "dim"]].itertuples()
    ]
    excess = (points["difference"].abs() - points["allowance"] * points["theory"]).clip(lower=0)
    points["z"] = excess / points["error"].clip(lower=1e-12 * points["theory"])
    points["outlier"] = points["z"] > student_t.ppf(0.995, points["replicas"] - 1)
    return points


def simulation_follows_theory(path: str, points: pd.DataFrame, outliers: float) -> Finding:
    """At most a fraction `outliers` of the points lies outside its 99 % interval."""
    if points.empty:
        return Finding("simulation against theory", path, False, "no point has two certified replicas to judge by")
    count = int(points["outlier"].sum())
    worst = points.loc[points["z"].idxmax()]
    where = _where(worst)
    detail = (
        f"{count} of {len(points)} points outside their 99 % interval, {outliers:.0%} allowed; median deviation "
        f"{points['relative'].abs().median():.1%}; farthest {worst['relative']:+.1%} at {where}"
    )
    return Finding("simulation against theory", path, count <= outliers * len(points), detail)


def exponents_follow_theory(path: str, table: pd.DataFrame, agreeing: float) -> Finding:
    """At least a fraction `agreeing` of the fitted slopes agrees with the theory's.

    Where every window is too short there is nothing to judge; a window that lacks certified replicas is another matter.
    """
    fitted = table[table["slope"].notna()]
    if fitted.empty:
        lacking = int((table["verdict"] == "too few replicas").sum())
        detail = f"nothing to compare: of {len(table)} windows {len(table) - lacking} are too short to fit"
        detail += f" and {lacking} lack replicas" if lacking else ""
        return Finding("exponents", path, lacking == 0, detail)
    inside = int((fitted["verdict"] == "agrees").sum())
    count = inside + int((fitted["verdict"] == "agrees within the known deviation").sum())
    detail = (
        f"of {len(fitted)} fitted slopes {inside} hold state evolution's in their interval and {count} within the "
        f"known deviation, {agreeing:.0%} needed"
    )
    return Finding("exponents", path, count >= agreeing * len(fitted), detail)


def large_exponents_are_those_of_the_phases(path: str, table: pd.DataFrame, accepted: float) -> Finding:
    """State evolution at huge d has the exponents of Result 1, wherever these come without logarithms."""
    judged = table[table["large_slope"].notna() & ~table["logarithmic"]]
    if judged.empty:
        return Finding("exponents at huge d", path, False, "no phase without logarithms was probed")
    error = (judged["large_slope"] - judged["large_predicted"]).abs()
    worst = judged.loc[error.idxmax()]
    detail = (
        f"{int((error > accepted).sum())} of {len(judged)} farther than {accepted:g} from the prediction at that d; "
        f"farthest {worst['large_slope']:.4f} for {worst['large_predicted']:.4f} in phase {worst['phase']} of the "
        f"{worst['network']} network at Delta = {worst['noise_var']:g} (limit {worst['predicted']:.4f})"
    )
    return Finding("exponents at huge d", path, bool((error <= accepted).all()), detail)


def nothing_beats_bayes(path: str, table: pd.DataFrame) -> Finding:
    """Averaged over every teacher, neither feature learning nor lazy learning has less than the Bayes-optimal risk."""
    judged = table[table["every_teacher"] & table["bayes_risk"].notna()]
    if judged.empty:
        return Finding("Bayes-optimal risk", path, False, "no row with the Bayes-optimal risk of every teacher")
    share = judged[["risk", "lazy_risk"]].min(axis=1) / judged["bayes_risk"]
    below, nearest = int((share < 1 - BAYES_ROUNDING).sum()), judged.loc[share.idxmin()]
    detail = (
        f"{below} of {len(judged)} below it; nearest {share.min():.4f} times it, {nearest['network']} network, "
        f"gamma = {nearest['gamma']:g}, d = {nearest['dim']}, n_eff = {nearest['n_eff']:.4g}"
    )
    return Finding("Bayes-optimal risk", path, below == 0, detail)


def gain_follows_theory(path: str, table: pd.DataFrame, outliers: float) -> list[Finding]:
    """Simulated risks of feature learning and of lazy learning follow the theory of the same teachers.

    Lazy learning is judged at the ridge of theory, which was not chosen by looking at the risk.
    """
    pairs = {
        "feature learning": ("risk", "risk_theory"),
        "lazy learning": ("lazy_risk_ridge_theory", "lazy_theory"),
    }
    # a rule lambda = c d^0: the study chose lambda itself
    table = table.assign(decay_coefficient=table["weight_decay"], decay_exponent=0.0)
    point, findings = table[[*KEY, "replica", "converged", "unique"]], []
    for name, columns in pairs.items():
        simulated, predicted = (point.assign(risk=table[column]) for column in columns)
        finding = simulation_follows_theory(path, residuals(simulated, predicted), outliers)
        findings.append(replace(finding, check=f"{name} against theory"))
    return findings


def figure_is_sound(stem: str, widest_inches: float) -> list[Finding]:
    """PDF of one page with embedded fonts, PNG that is not blank, numbers and caption beside them."""
    return [_pdf(f"{stem}.pdf", widest_inches), _png(f"{stem}.png"), _source(f"{stem}.csv"), _caption(f"{stem}.txt")]


def _pdf(path: str, widest_inches: float) -> Finding:
    try:
        reader = PdfReader(path)
        pages = reader.pages
        width = float(pages[0].mediabox.width) / 72
        fonts = pages[0]["/Resources"]["/Font"].values()
    except (OSError, PdfReadError, KeyError, IndexError) as error:
        return Finding("figure", path, False, f"not a readable PDF with text: {error}")
    bare = [str(font["/BaseFont"]) for font in fonts if not _embedded(font)]
    passed = len(pages) == 1 and width <= widest_inches + 0.01 and not bare
    embedding = f"fonts not embedded: {', '.join(bare)}" if bare else "fonts embedded"
    detail = f"{len(pages)} page, {width:.2f} in wide, {embedding}"
    return Finding("figure", path, passed, detail)


def _embedded(font) -> bool:
    """Whether the outlines of a font are in the file (type 3 fonts always are)."""
    font = font.get_object()
    if font["/Subtype"] == "/Type3":
        return True
    inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    descriptor = inner["/FontDescriptor"].get_object()
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _png(path: str) -> Finding:
    try:
        image = matplotlib.image.imread(path)
    except (OSError, SyntaxError, ValueError) as error:
        return Finding("figure", path, False, f"not a readable PNG: {error}")
    ink = float((image[..., :3].min(axis=-1) < 0.9).mean())
    return Finding("figure", path, ink > 0.005, f"{image.shape[1]} x {image.shape[0]} pixels, {ink:.1%} inked")


def _source(path: str) -> Finding:
    try:
        rows = len(pd.read_csv(path))
    except (OSError, ValueError) as error:
        return Finding("figure", path, False, f"not a readable table: {error}")
    return Finding("figure", path, rows > 0, f"{rows} plotted rows")


def _caption(path: str) -> Finding:
    try:
        words = len(Path(path).read_text().split())
    except OSError as error:
        return Finding("figure", path, False, f"missing: {error}")
    return Finding("figure", path, words >= 10, f"{words} words")
