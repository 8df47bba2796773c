// The page: controls, what is computed when they change, and what is drawn.

import { Diagram } from "./diagram.js";
import { binsOf, drawCurve, drawParts, drawSpectrum, fillTable } from "./panels.js";
import { exponents, plane, samplesOf } from "./phases.js";
import { format } from "./plot.js";
import { geomspace } from "./special.js";
import { clampedBy, fromHash, isState, LIMITS, toHash, valid } from "./state.js";
import { Theory, trace } from "./theory.js";
import { WidthDiagram } from "./width_diagram.js";
import { WidthRegions } from "./widths.js";

// milliseconds of curve at once: in the update itself, in each frame after it
const [AT_ONCE, PER_FRAME] = [25, 10];
const CURVE_TOLERANCE = 1e-7;
const POINTS = { n: 72, lambda: 56 };
// relative distances from the interpolation peak at which the curve is computed too
const NEAR_PEAK = [0, 0.01, 0.03, 0.1, 0.2, 0.3];
// trained networks belong to the point's curve if their lambda differs by less
const SAME = 0.01;
// decades from a boundary within which a point has features of both sides
const NEAR = 0.15;

const data = JSON.parse(document.getElementById("data").textContent);
const get = (id) => document.getElementById(id);
const NUMBERS = ["nEff", "lambda", "hidden", "gamma", "noiseVar", "dim"];
const LOGARITHMIC = new Set(["nEff", "lambda", "hidden", "dim"]);

const initial = valid({ ...data.start, logAxis: false }, data.start);
let state = initial;
let theory = null;
let last = null;
// whether the size of the page has changed since the diagram was drawn
let resized = false;
const curves = { n: null, lambda: null };
const timing = { update: 0, complete: 0 };

const diagram = new Diagram(get("diagram"), data.tints, (nEff, lambda) => change({ nEff, lambda }));
const widthTints = Object.fromEntries(Object.entries(data.regions).map(([name, { tint }]) => [name, tint]));
const moveWidth = (nEff, hidden) => change({ nEff, hidden });
const widthDiagram = new WidthDiagram(get("width-diagram"), widthTints, moveWidth, "Point of the diagram of widths");
let widths = null;

// -- state ----------------------------------------------------------------------------------------

let pending = false;
let hashTimer = 0;
let voiceTimer = 0;

/** Take the state from the address; what cannot be shown is said. */
function openLink(hash) {
  state = fromHash(hash, initial);
  const notes = clampedBy(hash, state);
  get("notice").textContent = notes.length ? `Of the link: ${notes.join("; ")}.` : "";
  get("notice").hidden = !notes.length;
}

/** Change the state; what follows is computed once a frame. */
function change(changes) {
  get("notice").hidden = true;
  // full width stays full width
  const full = state.hidden === state.dim && changes.hidden === undefined ? { hidden: NaN } : {};
  state = valid({ ...state, ...full, ...changes }, state);
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    update();
  });
}

/** The diagram in (n_eff, p), which the diagonal network does not have. */
function drawWidths() {
  const shown = state.network === "quadratic";
  for (const card of [get("widths"), get("hidden-slider").closest(".field")]) card.hidden = !shown;
  const key = keyOf("gamma", "noiseVar", "dim", "lambda");
  if (!shown || (widths?.key === key && !resized)) return;
  widths = new WidthRegions(state);
  widths.key = key;
  widthDiagram.draw(widths, heightOf("width-diagram", 0.56, 300));
}

const keyOf = (...names) => names.map((name) => state[name]).join(" ");

/** Compute and draw everything that the state asks for. */
function update() {
  const started = performance.now();
  const teacher = keyOf("network", "gamma", "noiseVar", "dim", "hidden");
  drawWidths();
  if (!theory || theory.key !== teacher || resized) {
    if (theory?.key !== teacher) {
      theory = new Theory(state);
      theory.key = teacher;
      last = null;
    }
    resized = false;
    document.documentElement.style.setProperty("--curve", `var(--${state.network})`);
    diagram.draw(theory.diagram, heightOf("diagram", 0.72, 440));
  }
  const solution = theory.solve(state.nEff, state.lambda, last);
  last = solution;
  const phase = theory.diagram.phase(state.nEff, state.lambda);
  const found = { solution, phase };
  if (solution) {
    found.learned = theory.learned(solution);
    found.slope = theory.slope(state.nEff, state.lambda, solution);
    found.parts = theory.decompose(solution);
  }
  show(found);
  prepare("n", keyOf("lambda"), state.nEff);
  prepare("lambda", keyOf("nEff"), state.lambda);
  const enough = performance.now() + AT_ONCE;
  advance("n", enough, 4);
  advance("lambda", enough, 4);
  drawCurves();
  controls();
  clearTimeout(hashTimer);
  hashTimer = setTimeout(() => window.history.replaceState(null, "", toHash(state)), 150);
  timing.update = performance.now() - started;
  timing.started = started;
  refine();
}

// -- curves ---------------------------------------------------------------------------------------

/** Keep the curve if it still runs through the point, else start it anew from the point's solution. */
function prepare(axis, rest, here) {
  const key = `${theory.key} ${rest}`;
  if (curves[axis]?.key === key) return;
  const shown = plane(state.dim, state.gamma);
  let xs = geomspace(...shown[axis], POINTS[axis]);
  if (axis === "n") {
    const peak = state.noiseVar > 0 ? theory.diagram.interpolation : theory.diagram.limits.recovery * state.dim;
    xs.push(...NEAR_PEAK.flatMap((gap) => [peak * (1 - gap), peak * (1 + gap)]));
    xs = [...new Set(xs)].sort((a, b) => a - b);
  }
  const fixed = { nEff: state.nEff, lambda: state.lambda };
  const solutions = new Array(xs.length).fill(undefined);
  const solveAt = (i, start) => {
    const [nEff, lambda] = axis === "n" ? [xs[i], fixed.lambda] : [fixed.nEff, xs[i]];
    return theory.solve(nEff, lambda, start, CURVE_TOLERANCE);
  };
  const nearest = Math.max(xs.findLastIndex((x) => x <= here), 0);
  curves[axis] = { key, xs, solutions, fixed, running: trace(solveAt, solutions, nearest, last), done: false };
}

/** Go on with a curve until a time, or until it is as fine as `stride`. */
function advance(axis, until, stride = 0) {
  const curve = curves[axis];
  while (!curve.done && performance.now() < until) {
    const { value, done } = curve.running.next();
    curve.done = Boolean(done);
    if (value < stride) return;
  }
}

let refining = false;

/** Finish the curves in the frames to come. */
function refine() {
  if (refining) return;
  refining = true;
  const frame = () => {
    const until = performance.now() + PER_FRAME;
    advance("n", until);
    advance("lambda", until);
    drawCurves();
    refining = !(curves.n.done && curves.lambda.done);
    if (refining) requestAnimationFrame(frame);
    else timing.complete = performance.now() - timing.started;
  };
  requestAnimationFrame(frame);
}

/** Trained networks on the curve through the point. */
function markersHere() {
  return data.trained.filter(
    (set) =>
      set.network === state.network &&
      set.gamma === state.gamma &&
      set.noiseVar === state.noiseVar &&
      set.dim === state.dim &&
      state.hidden === state.dim &&
      Math.abs(set.lambda / state.lambda - 1) < SAME,
  );
}

function drawCurves() {
  const risksOf = ({ solutions }) => solutions.map((solution) => solution && solution.risk);
  const sets = markersHere();
  const markers = sets.flatMap((set) => set.points.map((point) => ({ ...point, text: describe(point) })));
  const { interpolation } = theory.diagram;
  const shared = { network: state.network, height: heightOf("curve-n", 0.56, 300) };
  const risk = last?.risk ?? null;
  drawCurve(get("curve-n"), {
    ...shared,
    xs: curves.n.xs,
    risks: risksOf(curves.n),
    label: `effective samples n_eff, at λ = ${format(state.lambda)}`,
    point: [state.nEff, risk],
    markers,
    guides: state.noiseVar > 0 ? [{ at: interpolation, name: "interpolation" }] : [],
  });
  drawCurve(get("curve-lambda"), {
    ...shared,
    xs: curves.lambda.xs,
    risks: risksOf(curves.lambda),
    label: `weight decay λ, at n_eff = ${format(state.nEff)}`,
    point: [state.lambda, risk],
    markers: [],
    guides: [],
  });
  const least = curves.lambda.solutions.reduce((best, found, i) => (found && !(found.risk >= best.risk) ? { risk: found.risk, i } : best), {});
  get("least").textContent =
    least.i === undefined ? "" : `Least computed risk on this line: R = ${format(least.risk)} at λ = ${format(curves.lambda.xs[least.i])}.`;
  const failed = [curves.n, curves.lambda].flatMap(({ solutions }) => solutions).filter((found) => found === null).length;
  const notes = [
    sets.length
      ? `Markers: ${sets[0].points.length} means over trained networks, d = ${state.dim}.`
      : "No trained networks for exactly these values; the menu “Trained networks” leads to some.",
  ];
  if (failed) notes.push(`${failed} points of the curves were not solved and are left out.`);
  get("curve-note").textContent = notes.join(" ");
}

function describe({ nEff, risk, error, replicas, series, own }) {
  const spread = error > 0 ? ` ± ${format(error, 2)}` : "";
  const theirs = own ? `; state evolution of the same teachers: ${format(own)}` : "";
  return `n_eff = ${format(nEff)}: R = ${format(risk)}${spread} (${replicas} × ${series}${theirs})`;
}

// -- what is shown of the point --------------------------------------------------------------------

function show({ solution, phase, learned, slope, parts }) {
  const { nEff, lambda, network, gamma, dim } = state;
  const about = data.phases[phase];
  const predicted = exponents(phase, gamma, network).nEff;
  const risk = solution ? format(solution.risk) : "not solved";
  diagram.move(nEff, lambda, `n_eff ${format(nEff)}, lambda ${format(lambda)}, phase ${phase}, excess risk ${risk}`);
  get("phase-name").textContent = phase === "peak" ? "Peak" : `Phase ${phase.replace("0", "₀")}`;
  get("phase-name").style.setProperty("--tint", data.tints[phase]);
  const near = theory.diagram.nearest(nEff, lambda, phase);
  get("near").textContent = near && near.decades < NEAR ? `near the boundary to ${near.name.replace("0", "₀")}: expect features of both` : "";
  get("phase-summary").textContent = `${about.summary}.`;
  get("rate").innerHTML = about.rate[network];
  const region = network === "quadratic" ? widths.region(nEff, state.hidden) : null;
  get("width-region").hidden = !region;
  if (region) {
    const { summary, rate } = data.regions[region];
    widthDiagram.move(nEff, state.hidden, `n_eff ${format(nEff)}, ${state.hidden} hidden units: ${summary}, excess risk ${risk}`);
    get("width-region").innerHTML = `<b>p = ${state.hidden}</b>: ${summary}. At this λ, R: ${rate}.`;
  }
  get("risk").textContent = risk;
  // phases are told apart as d grows, and for wide networks
  const later = learned && learned.name !== about.class && state.hidden === dim;
  get("class").textContent = learned ? `${learned.name}${later ? ` (in this phase, as d grows: ${about.class})` : ""}` : "not known";
  get("failure").hidden = Boolean(solution);
  for (const id of ["spectrum", "parts"]) get(id).classList.toggle("stale", !solution);
  const partless = Boolean(solution) && !parts;
  get("parts").parentElement.hidden = partless;
  get("parts-note").hidden = !partless;
  if (solution) {
    const bins = theory.histogram(solution, learned, binsOf(theory, learned, state.logAxis));
    const height = heightOf("spectrum", 0.56, 300);
    drawSpectrum(get("spectrum"), { bins, zeros: dim * learned.zeroMass, dim, logAxis: state.logAxis, network, height });
    if (parts) drawParts(get("parts"), { parts, risk: solution.risk, height: 176 });
  }
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const sum = parts && parts.overfitting + parts.underfitting + parts.approximation;
  const without = solution ? "wide networks only" : "not solved";
  const value = (name) => (solution ? format(solution[name], 4) : "not solved");
  fillTable(get("numbers"), [
    ["effective samples", "n_eff", format(nEff, 4)],
    ["samples", network === "quadratic" ? "n = n_eff d" : "n = n_eff", format(samplesOf(network, nEff, dim), 4)],
    ["weight decay", "λ", format(lambda, 4)],
    ...(region
      ? [
          ["hidden units", "p", String(state.hidden)],
          ["these units are limited by", "", region],
          ["weight decay of as wide a network", "λ√(p/d)", format(lambda * Math.sqrt(theory.share), 4)],
        ]
      : []),
    ["excess risk", network === "quadratic" ? "R = 2M" : "R", value("risk")],
    ...(network === "quadratic" ? [["matrix error", "M = ‖S − S*‖²/d", solution ? format(solution.risk / 2, 4) : "not solved"]] : []),
    ["training loss, mean squared residual", "", value("trainLoss")],
    ["local exponent", "d log R / d log n_eff", slope === undefined ? "not solved" : format(slope)],
    ["predicted exponent of the phase", "", format(predicted)],
    ["effective noise", "δ", value("delta")],
    ["soft threshold", "b", value("b")],
    ["degrees of freedom", network === "quadratic" ? "D = div/d²" : "div", value("divergence")],
    ["weights that are zero", "", learned ? percent(learned.zeroMass) : "not solved"],
    ["edge of the noise bulk", "", learned ? (learned.edge ? format(learned.edge) : "no bulk") : "not solved"],
    ["features above the bulk", "", learned ? format(Math.round(learned.outlierCount)) : "not solved"],
    ["spectrum, predicted for the phase", "", about.spectrum],
    ["overfitting", "", parts ? format(parts.overfitting) : without],
    ["underfitting", "", parts ? format(parts.underfitting) : without],
    ["approximation", "", parts ? format(parts.approximation) : without],
    ["sum of the parts / exact risk", "", parts ? format(sum / solution.risk) : without],
    ["overfitting and prices of features / exact risk", "", parts ? format(parts.priced / solution.risk) : without],
  ]);
  clearTimeout(voiceTimer);
  voiceTimer = setTimeout(() => {
    const local = slope === undefined || slope === null ? "" : ` Local exponent ${format(slope, 2)}, predicted ${format(predicted, 2)}.`;
    get("voice").textContent =
      `${network} network at n_eff ${format(nEff)}, lambda ${format(lambda)}. Phase ${phase}: ${about.summary}. ` +
      `Rate ${about.spoken[network]}. Excess risk ${risk}.${local}`;
  }, 400);
}

/** Height of a panel: a share of its width, within bounds. */
function heightOf(id, share, most) {
  return Math.round(Math.min(Math.max(get(id).parentElement.clientWidth * share, 230), most));
}

// -- controls -------------------------------------------------------------------------------------

const rangeOf = (name) => {
  const shown = plane(state.dim, state.gamma);
  return name === "nEff" ? shown.n : name === "lambda" ? shown.lambda : name === "hidden" ? [1, state.dim] : LIMITS[name];
};

/** Put the controls to the state. */
function controls() {
  for (const radio of document.querySelectorAll("input[name=network]")) radio.checked = radio.value === state.network;
  for (const name of NUMBERS) {
    const [low, high] = rangeOf(name);
    const slider = get(`${name}-slider`);
    const f = LOGARITHMIC.has(name) ? Math.log10 : (x) => x;
    // multiples of the step, so that round values are on the slider
    slider.min = Math.ceil(f(low) * 100) / 100;
    slider.max = Math.floor(f(high) * 100) / 100;
    slider.value = f(state[name]);
    slider.setAttribute("aria-valuetext", format(state[name]));
    const field = get(`${name}-number`);
    if (document.activeElement !== field) field.value = Number(state[name].toPrecision(4));
  }
  get("log-axis").checked = state.logAxis;
  const set = markersHere()[0];
  get("trained").value = set ? String(data.trained.indexOf(set)) : "";
}

/** Value of a slider; d keeps two significant digits. */
function sliderValue(name, text) {
  if (!LOGARITHMIC.has(name)) return Number(Number(text).toFixed(3));
  const value = 10 ** Number(text);
  // the last of the slider is full width
  if (name === "hidden") return Number(text) >= Number(get("hidden-slider").max) ? state.dim : value;
  return name === "dim" ? Number(value.toPrecision(2)) : value;
}

function listen() {
  for (const radio of document.querySelectorAll("input[name=network]")) {
    radio.addEventListener("change", () => change({ network: radio.value }));
  }
  for (const name of NUMBERS) {
    const [slider, field] = [get(`${name}-slider`), get(`${name}-number`)];
    slider.addEventListener("input", () => change({ [name]: sliderValue(name, slider.value) }));
    field.addEventListener("input", () => {
      const [low, high] = rangeOf(name);
      const value = Number(field.value);
      const fits = field.value !== "" && value >= low * (1 - 1e-3) && value <= high * (1 + 1e-3);
      field.setAttribute("aria-invalid", String(!fits));
      field.setCustomValidity(fits ? "" : `between ${format(low)} and ${format(high)}`);
      if (fits) change({ [name]: value });
      else field.reportValidity();
    });
    field.addEventListener("blur", () => {
      field.setAttribute("aria-invalid", "false");
      field.setCustomValidity("");
      controls();
    });
  }
  get("log-axis").addEventListener("change", (event) => change({ logAxis: event.target.checked }));
  get("trained").addEventListener("change", (event) => {
    const set = data.trained[Number(event.target.value)];
    if (event.target.value === "") return;
    const { network, gamma, noiseVar, dim, lambda, points } = set;
    change({ network, gamma, noiseVar, dim, lambda, hidden: dim, nEff: points[Math.floor(points.length / 2)].nEff });
  });
  get("copy").addEventListener("click", async () => {
    window.history.replaceState(null, "", toHash(state));
    // the address of a file is of no use on another machine: there its state is
    const served = window.location.protocol.startsWith("http");
    try {
      await navigator.clipboard.writeText(served ? window.location.href : toHash(state));
      get("copied").textContent = served ? "Link copied." : "State copied: append it to the address of any Explorer.";
    } catch {
      get("copied").textContent = "The address bar holds the link.";
    }
  });
  window.addEventListener("hashchange", () => {
    // links within the page leave the point alone
    if (window.location.hash && !isState(window.location.hash)) return;
    openLink(window.location.hash);
    update();
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    resized = true;
    change({});
  });
}

function fillTrained() {
  const groups = new Map();
  data.trained.forEach((set, index) => {
    const name = `${set.network}, Δ = ${set.noiseVar}`;
    if (!groups.has(name)) {
      const group = document.createElement("optgroup");
      group.label = name;
      groups.set(name, group);
      get("trained").append(group);
    }
    const option = document.createElement("option");
    option.value = index;
    option.textContent = `d = ${set.dim}, λ = ${format(set.lambda)}`;
    groups.get(name).append(option);
  });
}

/** Names of the regions in (n_eff, p) by their colours. */
function nameRegions() {
  for (const [name, { tint }] of Object.entries(data.regions)) {
    const key = document.createElement("i");
    key.className = "key tinted";
    key.style.setProperty("--tint", tint);
    const entry = document.createElement("span");
    entry.append(key, name);
    get("regions").append(entry);
  }
}

nameRegions();
fillTrained();
listen();
if (isState(window.location.hash)) openLink(window.location.hash);
update();

/** Whether everything that the state asks for is drawn. */
const settled = () => !pending && !refining && curves.n.done && curves.lambda.done;

/** What the curves show: [n_eff, lambda, R] of each point that is solved. */
const shownCurves = () =>
  Object.fromEntries(
    Object.entries(curves).map(([axis, { xs, solutions, fixed }]) => [
      axis,
      xs.flatMap((x, i) => {
        if (!solutions[i]) return [];
        return [axis === "n" ? [x, fixed.lambda, solutions[i].risk] : [fixed.nEff, x, solutions[i].risk]];
      }),
    ]),
  );

// for the console and for tests: the same functions that the page uses
window.explorer = { Theory, WidthRegions, exponents, plane, timing, settled, curves: shownCurves, state: () => ({ ...state }) };
