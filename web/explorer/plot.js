// SVG building blocks: elements, logarithmic axes with decade ticks, paths.

const NAMESPACE = "http://www.w3.org/2000/svg";
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹", ".": "·" };

/** An SVG element with attributes and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Digits as superscripts. */
export function superscript(value) {
  return Array.from(String(value), (digit) => SUPERSCRIPTS[digit]).join("");
}

/** A power of ten as text. */
export function powerOfTen(exponent) {
  return exponent === 0 ? "1" : exponent === 1 ? "10" : `10${superscript(exponent)}`;
}

/** A number with three significant digits, as text. */
export function format(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "not known";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    const exponent = Math.floor(Math.log10(size) + 1e-12);
    return `${(value / 10 ** exponent).toFixed(digits - 1)}·10${superscript(exponent)}`.replace("-", "−");
  }
  return String(Number(value.toPrecision(size >= 10 ** digits ? Math.ceil(Math.log10(size)) : digits))).replace("-", "−");
}

/** Parts of a text, "eff" after "n_" wrapped by `lower`. */
export function withSubscript(text, lower) {
  return text.split(/(n_eff)/).flatMap((part) => (part === "n_eff" ? ["n", lower("eff")] : part ? [part] : []));
}

/** Map of an interval to pixels, linear or logarithmic. */
export function scaleOf([low, high], [from, to], logarithmic = true) {
  const f = logarithmic ? Math.log10 : (x) => x;
  const [start, factor] = [f(low), (to - from) / (f(high) - f(low))];
  const map = (x) => from + (f(x) - start) * factor;
  map.invert = (pixel) => (logarithmic ? 10 ** (start + (pixel - from) / factor) : start + (pixel - from) / factor);
  map.domain = [low, high];
  map.range = [from, to];
  return map;
}

/** Exponents of the decades of a scale, thinned to at most `most`. */
function decades(scale, most) {
  const [first, last] = [Math.ceil(Math.log10(scale.domain[0]) - 1e-9), Math.floor(Math.log10(scale.domain[1]) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  const found = [];
  for (let exponent = Math.ceil(first / step) * step; exponent <= last; exponent += step) found.push(exponent);
  return found;
}

/** A panel: frame, logarithmic axes, labels. Returns the group for its data, clipped to the frame. */
export class Panel {
  constructor(svg, { height, left = 52, right = 12, top = 10, bottom = 40 }) {
    const width = Math.max(svg.parentElement.clientWidth, 240);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    Object.assign(this, { svg, width, height, left, right, top, bottom });
    this.inner = { x: left, y: top, width: width - left - right, height: height - top - bottom };
    const clip = `clip-${svg.id}`;
    const { x, y, width: w, height: h } = this.inner;
    svg.append(element("defs", {}, element("clipPath", { id: clip }, element("rect", { x, y, width: w, height: h }))));
    this.data = element("g", { "clip-path": `url(#${clip})` });
    this.frame = element("g", { class: "axes" });
    svg.append(this.data, this.frame);
    this.frame.append(element("rect", { x, y, width: w, height: h, class: "frame" }));
  }

  /** Horizontal scale. */
  xScale(domain, logarithmic = true) {
    return scaleOf(domain, [this.inner.x, this.inner.x + this.inner.width], logarithmic);
  }

  /** Vertical scale, upwards. */
  yScale(domain, logarithmic = true) {
    return scaleOf(domain, [this.inner.y + this.inner.height, this.inner.y], logarithmic);
  }

  text(x, y, content, attributes = {}) {
    const lower = (text) => element("tspan", { class: "sub", dy: "0.25em" }, text);
    const parts = withSubscript(content, lower).flatMap((part) =>
      // back to the line
      part instanceof SVGElement ? [part, element("tspan", { dy: "-0.2em" }, "\u200b")] : [part],
    );
    this.frame.append(element("text", { x, y, ...attributes }, ...parts));
  }

  logTicksX(scale, label) {
    const base = this.inner.y + this.inner.height;
    for (const exponent of decades(scale, this.inner.width / 44)) {
      const x = scale(10 ** exponent);
      this.frame.append(element("line", { x1: x, x2: x, y1: base, y2: base + 5 }));
      this.text(x, base + 17, powerOfTen(exponent), { class: "tick", "text-anchor": "middle" });
    }
    this.minor(scale, (x) => ({ x1: x, x2: x, y1: base, y2: base + 3 }));
    this.labelX(label);
  }

  logTicksY(scale, label) {
    for (const exponent of decades(scale, this.inner.height / 28)) {
      const y = scale(10 ** exponent);
      this.frame.append(element("line", { x1: this.left - 5, x2: this.left, y1: y, y2: y }));
      this.text(this.left - 8, y + 4, powerOfTen(exponent), { class: "tick", "text-anchor": "end" });
    }
    this.minor(scale, (y) => ({ x1: this.left - 3, x2: this.left, y1: y, y2: y }));
    this.labelY(label);
  }

  /** Ticks at 2, ..., 9 times the decades, where there is room for them. */
  minor(scale, line) {
    const [low, high] = scale.domain.map(Math.log10);
    if (Math.abs(scale.range[1] - scale.range[0]) / (high - low) < 30) return;
    for (let exponent = Math.floor(low); exponent <= high; exponent++) {
      for (let digit = 2; digit < 10; digit++) {
        const value = digit * 10 ** exponent;
        if (value > scale.domain[0] && value < scale.domain[1]) this.frame.append(element("line", line(scale(value))));
      }
    }
  }

  labelX(label) {
    this.text(this.left + this.inner.width / 2, this.height - 5, label, { class: "label", "text-anchor": "middle" });
  }

  labelY(label) {
    const y = this.top + this.inner.height / 2;
    const attributes = { class: "label", "text-anchor": "middle", transform: `rotate(-90 13 ${y})` };
    this.text(13, y, label, attributes);
  }
}

/** Path through points in pixels; null breaks the line. */
export function pathOf(points, close = false) {
  let drawing = false;
  const parts = points.map((point) => {
    if (!point) {
      drawing = false;
      return "";
    }
    const command = drawing ? "L" : "M";
    drawing = true;
    return `${command}${point[0].toFixed(2)} ${point[1].toFixed(2)}`;
  });
  return parts.join("") + (close ? "Z" : "");
}
