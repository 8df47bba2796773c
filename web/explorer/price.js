// The price of a feature of the quadratic network, m(s)/delta^2 at r = s/delta and beta = b/delta: what it adds to
// d M, to first order in 1/d. Forms and series as in the package's networks/quadratic/price.py.

// the closed form cancels for small and for large r; series in r and 1/r take over
const SERIES_FROM = 2;
const TERMS = 60;

/** int_0^end cos(n t) dt. */
const cosines = (n, end) => (n === 0 ? end : Math.sin(n * end) / n);

/** int_0^end (4 cos^2 t - beta^2) cos(n t) dt, beta = 2 cos(end). */
const energies = (n, end) =>
  (2 - 4 * Math.cos(end) ** 2) * cosines(n, end) + cosines(n + 2, end) + cosines(Math.abs(n - 2), end);

/** m(s)/delta^2 for r >= 0, beta > 0. */
export function price(r, beta) {
  const found = r > 1 && r + 1 / r > beta;
  const result = found ? beta * beta - 2 - 1 / (r * r) : r * r;
  if (beta >= 2) return found ? result + 4 * (1 + (1 / r - beta) / r) : result;
  const end = Math.acos(beta / 2);
  if (r < 1 / SERIES_FROM) return result + faint(r, end);
  return result + (r > SERIES_FROM ? strong(1 / r, end) : closed(r, end));
}

function faint(r, end) {
  let sum = 0;
  for (let n = TERMS; n >= 1; n--) {
    const pull = (4 / (n + 1)) * (cosines(n, end) - cosines(n + 2, end));
    sum = (sum + pull - energies(n, end)) * r;
  }
  return sum / Math.PI;
}

function strong(inverse, end) {
  const [cos, sin] = [Math.cos(end), Math.sin(end)];
  let [bulk, ripples] = [0, 0];
  for (let n = TERMS; n >= 1; n--) {
    bulk = (bulk + energies(n, end)) * inverse;
    ripples = (ripples + (cosines(n - 1, end) - cosines(n + 1, end)) / n) * inverse;
  }
  bulk += energies(0, end);
  const turn = 2 * Math.PI - 2 * cos * (Math.PI - end) - 2 * sin;
  const psi = end - sin * cos - inverse * (turn - ripples);
  return 4 * (1 - inverse) ** 2 + (bulk - 4 * psi) / Math.PI;
}

function closed(r, end) {
  const [cos, sin, above] = [Math.cos(end), Math.sin(end), r > 1 ? 1 : 0];
  const [one, square] = [1 - r * r, 1 + r * r];
  const turned = Math.atan2((1 + r) * Math.sin(end / 2), (1 - r) * Math.cos(end / 2));
  const poisson = 2 * turned - 2 * Math.PI * above;
  const fourfold = (square * square * poisson - one * (square * end + 2 * r * sin)) / (r * r);
  const bulk = (fourfold - 4 * cos * cos * (poisson - end) - 2 * (end + sin * cos)) / 2;
  const angle = Math.atan2(r * sin, 1 - r * cos);
  const swept = 2 * Math.PI * above - 2 * cos * angle + (square * poisson - one * end) / (2 * r) - sin;
  const pull = (above ? (1 - 1 / r) ** 2 : 0) + (swept / r - (end - sin * cos)) / Math.PI;
  return 4 * pull - bulk / Math.PI;
}
