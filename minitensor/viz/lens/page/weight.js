// Weight: dW as a correlation of the large side with the small one, in which stride and dilation trade places.

modes.weight = {
  title: "Weight gradient",
  shows: [["X", "dY", "dW"]],
  lead: ({ given, broken }) => {
    const [slid, kernel] = given.transposed ? ["dY", "X"] : ["X", "dY"];
    const words = `dW is a correlation of ${slid} with ${kernel} as its kernel.`;
    if (broken === "swap") return `${words} Here stride and dilation are by mistake not traded: the stride should be ${kernel}'s dilation.`;
    return `${words} The stride has become ${kernel}'s dilation, the dilation has become the stride.`;
  },
  steps: (derived) => derived.correlate.steps.length,
  lights: (derived, { step }) => {
    const { geometry, correlate: { steps, named } } = derived;
    const { into, window } = stepNow({ steps }, step);
    const lights = noLights();
    lights.target = { name: "dW", cell: into };
    for (const { small, large } of window.filter((one) => one.large >= 0)) {
      addLight(lights, named.large, large, tapOf(geometry, into));
      addLight(lights, named.small, small, tapOf(geometry, into));
    }
    return lights;
  },
  words: ({ correlate: { steps, named, spread, slide }, all }, { step, broken }) => {
    const swapped = broken === "swap";
    const { into, window } = stepNow({ steps }, step);
    const met = window.filter(({ large }) => large >= 0);
    const padded = window.length - met.length;
    const kernel = named.small;
    return `${cellText("dW", all.W.shape, into)} = ${longNumber(correlated(all, named, met))}: the cells of ${kernel} lie ${spread.join("×")} apart on ${named.large} (${swapped ? "the dilation, by mistake not traded" : "the stride, now a dilation"}); `
      + `from one cell of dW to the next they move by ${slide.join("×")} (${swapped ? "the stride, by mistake not traded" : "the dilation, now a stride"}).${padded > 0 ? ` ${padded} of them lie on the padding.` : ""}`;
  },
  draw: (box, { state, derived }) => {
    const { geometry, correlate: { steps, named, spread, slide, answer }, all } = derived();
    const now = Math.min(state.step, steps.length - 1);
    const [o, c, ...k] = indexOf(geometry.weightShape, steps[now].into);
    const channel = Math.floor(o / geometry.perGroup.small) * geometry.perGroup.large + c;
    const depths = geometry.rank === 3 ? range(geometry.small[0]).map((p) => spread[0] * p + slide[0] * k[0]) : [0];
    const { shape, at } = paddedOf(geometry, all[named.large]);
    const held = (place) => place.every((one, axis) => {
      const from = one - slide[axis] * k[axis];
      return from >= 0 && from % spread[axis] === 0 && from / spread[axis] < geometry.small[axis];
    });
    const planes = product([range(geometry.batch), depths.filter((depth) => geometry.rank < 3 || depth < shape[2])]).map(([n, depth]) => sketch(geometry, {
      label: `n=${n} ${geometry.transposed ? "o" : "c"}=${channel}${geometry.rank === 3 ? ` depth ${depth}` : ""}`,
      ...planeOf(shape, [n, channel], depth, (cell) => {
        const value = at(cell);
        return { value: value ?? 0, kind: value === null ? "zero" : "", tap: held(indexOf(shape, cell).slice(2)) ? tapOf(geometry, steps[now].into) : -1 };
      }),
    }));
    const filled = sketch(geometry, {
      label: geometry.transposed ? `c=${o} o=${c}` : `o=${o} c=${c}`,
      ...planeOf(answer.shape, [o, c], k[0], (cell) => ({ value: cell <= now ? answer.data[cell] : null, kind: cell === now ? "now" : "", tap: cell <= now ? tapOf(geometry, cell) : -1 })),
    });
    box.replaceChildren(sketches(`${named.large}, padded, and the cells that ${named.small} lies on`, ...planes), sketches(`dW after ${now + 1} of ${steps.length} cells`, filled));
  },
};

/** The large side with its padding: {shape, at(cell): its number there, null for a zero of the padding}. */
function paddedOf({ large, padding, transposed, paddingMode }, array) {
  const shape = [...array.shape.slice(0, 2), ...large.map((length, axis) => length + padding[axis][0] + padding[axis][1])];
  const sources = large.map((length) => sourceOf(transposed ? "zeros" : paddingMode, length));
  const at = (cell) => {
    const [n, channel, ...place] = indexOf(shape, cell);
    const home = place.map((one, axis) => sources[axis](one - padding[axis][0]));
    return home.some((one) => one < 0) ? null : array.data[cellAt(array.shape, [n, channel, ...home])];
  };
  return { shape, at };
}

/** The sum of the products of a step. */
const correlated = (all, named, met) => met.reduce((sum, { small, large }) => sum + all[named.large].data[large] * all[named.small].data[small], 0);
