// Drawing on canvases: sizes, colors, scales, ticks and numbers.

// significant writes a number with three significant figures, from a thousand on as an integer.
export function significant(x) {
  if (x === null || x === undefined || Number.isNaN(x)) return "undefined";
  const rounded = Math.round(x);
  if (Math.abs(rounded) >= 1000 && Math.abs(rounded) < 1e9) return String(rounded);
  return String(Number(x.toPrecision(3)));
}

const night = matchMedia("(prefers-color-scheme: dark)");
let tint = null, measured = 0;
night.addEventListener("change", () => { tint = null; });
addEventListener("resize", () => { measured++; });
export const isDark = () => night.matches;

// colors are those of the page, by day or by night.
export function colors() {
  const style = getComputedStyle(document.documentElement);
  tint ??= Object.fromEntries(["paper", "ink", "faint", "line", "blue", "band", "orange", "card"].map(name => [name, style.getPropertyValue("--" + name).trim()]));
  return tint;
}

// surface makes a canvas as wide as it is shown, of a height in pixels, and returns what draws on it.
export function surface(canvas, height) {
  if (canvas.measured !== measured || !canvas.shown) { canvas.shown = canvas.clientWidth; canvas.measured = measured; } // to ask is slow
  const width = Math.max(60, Math.floor(canvas.shown)), ratio = window.devicePixelRatio || 1;
  canvas.style.height = height + "px"; // a style of the object model, which the policy allows
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.font = '12px system-ui, "Liberation Sans", Arial, sans-serif';
  pen.lineWidth = 1;
  return { pen, width, height, ratio };
}

// scale maps values to pixels.
export function scale(low, high, from, to, log) {
  log = log && low > 0;
  if (!(high - low > 1e-11 * Math.max(Math.abs(low), Math.abs(high)))) { // the last digits of a sum are no difference
    const room = Math.abs(low) * 0.1 || 1; if (log) { low /= 1.1; high *= 1.1; } else { low -= room; high += room; } }
  const [a, b] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const at = x => from + (to - from) * ((log ? Math.log(x) : x) - a) / (b - a);
  at.invert = pixel => { const x = a + (b - a) * (pixel - from) / (to - from); return log ? Math.exp(x) : x; };
  at.low = low; at.high = high; at.log = log;
  return at;
}

// padded is a range with room around it.
export const padded = (low, high, log) => (log && low > 0 ? [low / (high / low) ** 0.04, high * (high / low) ** 0.04] : [low - 0.04 * (high - low), high + 0.04 * (high - low)]);

// ticks are round numbers between the ends of a scale.
export function ticks(at, count) {
  const found = [];
  if (at.log) {
    for (let power = Math.floor(Math.log10(at.low)); power <= Math.log10(at.high); power++) for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
    const inside = found.filter(x => x >= at.low && x <= at.high);
    if (inside.length >= 2) return inside.filter((x, i) => inside.length <= 2 * count || String(x / 10 ** Math.floor(Math.log10(x) + 1e-9)).startsWith("1"));
    found.length = 0;
  }
  const rough = (at.high - at.low) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(f => f * power).find(s => s >= rough * (1 - 1e-9));
  for (let i = Math.ceil(at.low / step); i * step <= at.high && found.length < 100; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

// frame draws the axes of a picture, with names at their ends.
export function frame({ pen, width }, tint, x, y, box, names) {
  pen.strokeStyle = tint.line;
  pen.fillStyle = tint.faint;
  pen.beginPath();
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const value of ticks(y, 5)) {
    pen.moveTo(box.left, y(value));
    pen.lineTo(box.right, y(value));
    pen.fillText(String(value), box.left - 5, y(value));
  }
  pen.textAlign = "center";
  pen.textBaseline = "top";
  let free = -Infinity; // where the next label fits
  for (const value of x.ticks ?? ticks(x, 6)) {
    const text = x.label ? x.label(value) : String(value), wide = pen.measureText(text).width;
    if (x(value) - wide / 2 < free) continue;
    pen.moveTo(x(value), box.bottom);
    pen.lineTo(x(value), box.bottom + 4);
    pen.fillText(text, Math.min(x(value), width - wide / 2), box.bottom + 6);
    free = x(value) + wide / 2 + 8;
  }
  pen.stroke();
  pen.fillStyle = tint.ink;
  pen.textAlign = "right";
  if (names[0]) pen.fillText(names[0], box.right, box.bottom + 21);
  pen.textAlign = "left";
  pen.textBaseline = "bottom";
  if (names[1]) pen.fillText(names[1], 2, box.top - 5);
}

// dot draws a circle, filled or as a ring.
export function dot(pen, x, y, radius, color, ring) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (ring) { pen.strokeStyle = color; pen.lineWidth = 2; pen.stroke(); pen.lineWidth = 1; } else { pen.fillStyle = color; pen.fill(); }
}

// path draws a line through places; what is not finite interrupts it.
export function path(pen, places, color, width = 1.5, dash = []) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  let down = false;
  for (const [x, y] of places) {
    if (!Number.isFinite(y)) { down = false; continue; }
    if (down) pen.lineTo(x, y); else pen.moveTo(x, y);
    down = true;
  }
  pen.stroke();
  pen.setLineDash([]);
  pen.lineWidth = 1;
}

// shade is a color between two, as deep as a share says.
export function shade(share, dark) {
  const [light, deep] = dark ? [[0x1c, 0x2a, 0x3c], [0x9c, 0xcb, 0xff]] : [[0xe9, 0xf1, 0xfa], [0x0b, 0x3c, 0x74]];
  return `rgb(${light.map((from, i) => Math.round(from + Math.max(0, Math.min(1, share)) * (deep[i] - from))).join(",")})`;
}
