// Store: what the reader has chosen, and what follows from it.

const MODES = ["linked", "scatter", "gather", "matrix", "weight", "remainder", "predict"];
const BREAKS = ["flip", "swap", "output_padding"];
const MOST_TERMS = 150000; // more products or numbers than a page can show at once; as in case.py
const MOST_CELLS = 6000;
const NUMBERS = ["X", "W", "b", "dY"]; // what is given; all else follows

// The least and the most of each setting; as in case.py.
const LIMITS = {
  rank: [1, 3], batch: [1, 4], inChannels: [1, 64], outChannels: [1, 64], groups: [1, 64], size: [1, 256], kernel: [1, 64], stride: [1, 32],
  dilation: [1, 32], padding: [0, 64], paddingAfter: [0, 64], outputPadding: [0, 31],
};

/** Numbers from a seed, the same each time: from -2 to 2 in steps of a tenth. */
function drawnFrom(seed) {
  let state = (seed * 2654435761 + 97) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.round((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * 40 - 20) / 10;
  };
}

/** The arrays of a geometry, drawn from a seed. */
function drawnArrays(geometry, seed) {
  const arrays = {};
  NUMBERS.forEach((name, number) => {
    const draw = drawnFrom(seed * NUMBERS.length + number + 1);
    const shape = shapeOfArray(geometry, name);
    arrays[name] = name === "b" && !geometry.bias ? null : arrayOf(shape, range(cellsOf(shape)).map(draw));
  });
  return arrays;
}

/** An array in a new shape: the numbers whose index is still there stay, the others are those of `fresh`. */
function refilled(fresh, before) {
  if (fresh === null || before === null || fresh.shape.length !== before.shape.length) return fresh;
  const filled = arrayOf(fresh.shape, fresh.data);
  filled.data.forEach((_, cell) => {
    const index = indexOf(fresh.shape, cell);
    if (index.every((at, axis) => at < before.shape[axis])) filled.data[cell] = before.data[cellAt(before.shape, index)];
  });
  return filled;
}

/** Settings with as many entries as there are axes, within their limits; the last entry stands for those that are missing. */
function completed(given) {
  const bounded = (name, value) => Math.min(Math.max(Math.round(value) || 0, LIMITS[name][0]), LIMITS[name][1]);
  const rank = bounded("rank", given.rank);
  const each = (name, fallback) => {
    const list = given[name]?.length ? given[name] : [fallback];
    return range(rank).map((axis) => list[Math.min(axis, list.length - 1)]);
  };
  const whole = { ...given, rank, transposed: Boolean(given.transposed), bias: Boolean(given.bias) };
  for (const name of ["batch", "inChannels", "outChannels", "groups"]) whole[name] = bounded(name, given[name] ?? 1);
  for (const name of ["size", "kernel", "stride", "dilation"]) whole[name] = each(name, 1).map((value) => bounded(name, value));
  whole.outputPadding = each("outputPadding", 0).map((value) => (whole.transposed ? bounded("outputPadding", value) : 0));
  whole.padding = each("padding", [0, 0]).map(([before, after = before]) => [before, after].map((value) => bounded("padding", value)));
  whole.paddingMode = whole.transposed ? "zeros" : (given.paddingMode ?? "zeros");
  return whole;
}

/** Why settings cannot be shown, in words; null where they can. */
function problemOf(given) {
  const reason = whyNot(given);
  if (reason !== null) return reason;
  const geometry = geometryOf(given);
  const terms = given.batch * geometry.smallChannels * geometry.perGroup.large * cellsOf(geometry.small) * cellsOf(given.kernel);
  const cells = ["X", "W", "Y"].reduce((count, name) => count + cellsOf(shapeOfArray(geometry, name)), 0);
  const [found, words] = terms > MOST_TERMS ? [terms, "products"] : [cells, "numbers"];
  const way = "take a smaller size or kernel, or fewer channels";
  return terms > MOST_TERMS || cells > MOST_CELLS ? `${found} ${words} are too many to be looked at: ${way}` : null;
}

/** What follows from the settings and the numbers, each part worked out when it is first asked for. */
function derivedFrom(given, arrays, broken) {
  const geometry = geometryOf(given);
  const triples = triplesOf(geometry);
  const ways = {
    scatter: () => scatter(geometry, arrays),
    gather: () => gather(geometry, arrays, broken),
    matrix: () => matrix(geometry, arrays),
    correlate: () => correlate(geometry, arrays, broken),
    all: () => {
      const all = computeAll(geometry, triples, arrays);
      if (broken === "flip" || broken === "output_padding") all.dX = derived.gather.answer;
      if (broken === "swap") all.dW = derived.correlate.answer;
      return all;
    },
  };
  const derived = { geometry, triples };
  for (const [name, work] of Object.entries(ways)) {
    let answer = null;
    Object.defineProperty(derived, name, { get: () => (answer ??= work()) });
  }
  return derived;
}

/**
 * The state, and who is told when it changes.
 *
 * `change` takes some of {given, arrays, mode, target, step, broken, playing, seed}. `about` says where the case comes from, until its
 * settings are others. Settings that cannot be computed are kept
 * as the reader's wish in `wished`, with the reason in `problem`, and all else stays as it was.
 */
function createStore(given, arrays = null, seed = 1) {
  const begin = completed(given);
  const state = { given: begin, wished: begin, arrays, seed, mode: "linked", target: null, step: 0, broken: null, playing: false, problem: null, about: null };
  const listeners = [];
  let derived = null;
  if (arrays === null) state.arrays = drawnArrays(geometryOf(begin), seed);

  const resize = (wished) => {
    state.wished = completed(wished);
    state.problem = problemOf(state.wished);
    if (state.problem !== null) return;
    const fresh = drawnArrays(geometryOf(state.wished), state.seed);
    for (const name of NUMBERS) fresh[name] = refilled(fresh[name], state.arrays[name]);
    Object.assign(state, { given: state.wished, arrays: fresh, target: null, step: 0, about: null });
  };

  const change = (patch) => {
    const before = { ...state };
    const { given: wished, ...others } = patch;
    Object.assign(state, others);
    if (wished !== undefined) resize({ ...state.given, ...wished });
    if (patch.seed !== undefined && patch.arrays === undefined) state.arrays = drawnArrays(geometryOf(state.given), patch.seed);
    if (patch.mode !== undefined && patch.mode !== before.mode) Object.assign(state, { step: patch.step ?? 0, playing: false });
    tell(before);
  };

  /** Take over another state, with settings and arrays that belong together. */
  const replace = (whole) => {
    const before = { ...state };
    Object.assign(state, { about: null, broken: null, playing: false }, whole, { wished: whole.given, problem: null });
    tell(before);
  };

  const tell = (before) => {
    if (["given", "arrays", "broken"].some((name) => state[name] !== before[name])) derived = null;
    for (const listener of listeners) listener(state, before);
  };

  return {
    state,
    change,
    replace,
    derived: () => (derived ??= derivedFrom(state.given, state.arrays, state.broken)),
    edit: (name, cell, value) => {
      const array = state.arrays[name];
      const edited = arrayOf(array.shape, array.data);
      edited.data[cell] = value;
      change({ arrays: { ...state.arrays, [name]: edited } });
    },
    /** Say why something was not taken over. */
    refuse: (problem) => change({ problem }),
    subscribe: (listener) => listeners.push(listener),
  };
}
