// Address: the whole state behind the # of the page's address, so that a case can be kept and sent.

const LISTS = ["size", "kernel", "stride", "dilation", "outputPadding"];
const COUNTS = ["rank", "batch", "inChannels", "outChannels", "groups"];

/** Numbers as text: their eight bytes each, in base 64 without signs that an address has other uses for. */
function packed(numbers) {
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The numbers behind such a text. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}

/** The state as text. Arrays that a seed gives are not written out. */
function addressOf(state) {
  const { given, arrays, seed, mode, target, step, broken, about } = state;
  const parts = new URLSearchParams();
  for (const name of COUNTS) parts.set(name, given[name]);
  for (const name of LISTS) parts.set(name, given[name].join("."));
  parts.set("padding", given.padding.map((pair) => pair.join("_")).join("."));
  parts.set("paddingMode", given.paddingMode);
  parts.set("transposed", Number(given.transposed));
  parts.set("bias", Number(given.bias));
  parts.set("seed", seed);
  const drawn = drawnArrays(geometryOf(given), seed);
  for (const name of NUMBERS) {
    if (arrays[name] !== null && arrays[name].data.some((value, cell) => value !== drawn[name].data[cell])) {
      parts.set(name, packed(arrays[name].data));
    }
  }
  parts.set("mode", mode);
  if (target !== null) parts.set("target", `${target.name}.${target.cell}`);
  if (step > 0) parts.set("step", step);
  if (broken !== null) parts.set("broken", broken);
  if (about !== null) parts.set("about", about);
  return parts.toString();
}

/** What an address says: {given, arrays, seed, mode, target, step, broken, about}; null where it says nothing, or nothing that can be shown. */
function readAddress(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (!parts.has("rank")) return null;
  try {
    const list = (name) => (parts.get(name) ?? "").split(".").map(Number);
    const wished = Object.fromEntries([...COUNTS.map((name) => [name, Number(parts.get(name))]), ...LISTS.map((name) => [name, list(name)])]);
    wished.padding = (parts.get("padding") ?? "0_0").split(".").map((pair) => pair.split("_").map(Number));
    const modes = ["zeros", "reflect", "replicate", "circular"];
    wished.paddingMode = modes.includes(parts.get("paddingMode")) ? parts.get("paddingMode") : "zeros";
    wished.transposed = parts.get("transposed") === "1";
    wished.bias = parts.get("bias") === "1";
    const given = completed(wished);
    if (problemOf(given) !== null) return null;
    const geometry = geometryOf(given);
    const seed = Number(parts.get("seed")) || 1;
    const arrays = drawnArrays(geometry, seed);
    for (const name of NUMBERS.filter((one) => parts.has(one) && arrays[one] !== null)) {
      const numbers = unpacked(parts.get(name));
      if (numbers.length !== arrays[name].data.length || !numbers.every(Number.isFinite)) return null;
      arrays[name] = arrayOf(arrays[name].shape, numbers);
    }
    const [name, cell] = (parts.get("target") ?? "").split(".");
    const known = [...NUMBERS, ...Object.keys(FACTORS), "db"].includes(name) && (arrays.b !== null || !["b", "db"].includes(name));
    const there = known && Number.isInteger(Number(cell)) && Number(cell) >= 0 && Number(cell) < cellsOf(shapeOfArray(geometry, name));
    return {
      given, arrays, seed,
      mode: MODES.includes(parts.get("mode")) ? parts.get("mode") : "linked",
      target: there ? { name, cell: Number(cell) } : null,
      step: Math.max(0, Number(parts.get("step")) || 0),
      about: parts.get("about")?.slice(0, 300) ?? null,
      broken: BREAKS.includes(parts.get("broken")) ? parts.get("broken") : null,
    };
  } catch {
    return null; // not written by this page
  }
}
