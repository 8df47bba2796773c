// The state of the page: one point of one network, its limits, its place in the address after "#".

import { plane } from "./phases.js";
import { format } from "./plot.js";

export const LIMITS = { gamma: [0.55, 2], noiseVar: [0, 2], dim: [20, 1e12] };
const KEYS = { network: "network", gamma: "gamma", noiseVar: "Delta", dim: "d", nEff: "n_eff", lambda: "lambda", hidden: "p" };

const clamp = (value, [low, high]) => Math.min(Math.max(value, low), high);

/** Nearest state within the limits; what is not a number falls back to `fallback`. */
export function valid(state, fallback) {
  const number = (name) => (Number.isFinite(state[name]) ? state[name] : fallback[name]);
  const network = ["diagonal", "quadratic"].includes(state.network) ? state.network : fallback.network;
  const gamma = clamp(number("gamma"), LIMITS.gamma);
  const dim = Math.round(clamp(number("dim"), LIMITS.dim));
  const shown = plane(dim, gamma);
  // only the quadratic network has a width that matters, and as many units as inputs are as good as more
  const free = network === "quadratic" && Number.isFinite(state.hidden);
  return {
    network,
    gamma,
    noiseVar: clamp(number("noiseVar"), LIMITS.noiseVar),
    dim,
    nEff: clamp(number("nEff"), shown.n),
    lambda: clamp(number("lambda"), shown.lambda),
    hidden: free ? clamp(Math.round(state.hidden), [1, dim]) : dim,
    logAxis: state.logAxis ?? fallback.logAxis,
  };
}

/** State as the text after "#" in the address. */
export function toHash(state) {
  // of full width it says nothing
  const said = Object.entries(KEYS).filter(([name]) => name !== "hidden" || state.hidden < state.dim);
  const parts = said.map(([name, key]) => {
    const value = ["network", "dim", "hidden"].includes(name) ? state[name] : Number(state[name].toPrecision(6));
    return `${key}=${value}`;
  });
  return `#${parts.join("&")}${state.logAxis ? "&axis=log" : ""}`;
}

/** Whether the text after "#" holds a state, and not the name of a place in the page. */
export const isState = (hash) => hash.includes("=");

/** State from the text after "#"; keys that are missing or wrong are taken from `fallback`. */
export function fromHash(hash, fallback) {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { network: found.get(KEYS.network), logAxis: found.has("axis") ? found.get("axis") === "log" : false };
  for (const name of ["gamma", "noiseVar", "dim", "nEff", "lambda", "hidden"]) {
    state[name] = found.has(KEYS[name]) && found.get(KEYS[name]) !== "" ? Number(found.get(KEYS[name])) : NaN;
  }
  return valid(state, fallback);
}

/** What of the text after "#" is not shown as it stands there, in words. */
export function clampedBy(hash, state) {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  return Object.entries(KEYS)
    .filter(([, key]) => found.has(key))
    .flatMap(([name, key]) => {
      const [asked, used] = [found.get(key), state[name]];
      if (name === "network") return asked === used ? [] : [`network = ${asked} is not known, ${used} is shown`];
      const value = asked === "" ? NaN : Number(asked);
      if (!Number.isFinite(value)) return [`${key} = ${asked} is not a number, ${key} = ${format(used)} is shown`];
      if (Math.abs(value - used) <= 1e-9 * Math.abs(used)) return [];
      return [`${key} = ${asked} is out of range, ${key} = ${format(used)} is shown`];
    });
}
