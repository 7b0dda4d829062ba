// Scatter: each cell of dY spreads W, times its own number, over the cells of dX that it was computed from.

modes.scatter = {
  title: "Scatter",
  shows: [["dY", "W", "dX"]],
  lead: () => "One way to dX: each cell of dY in turn adds itself times the kernel to the cells of X that it was computed from. Where the kernel's prints overlap, they add up.",
  steps: (derived) => derived.scatter.steps.length,
  lights: (derived, { step }) => {
    const { geometry } = derived;
    const { from, adds } = stepNow(derived.scatter, step);
    const lights = noLights();
    lights.target = { name: "dY", cell: from };
    for (const { into, weight } of adds) {
      addLight(lights, "dX", into, tapOf(geometry, weight));
      addLight(lights, "W", weight, tapOf(geometry, weight));
    }
    return lights;
  },
  words: ({ geometry, scatter: { steps }, all }, { step }) => {
    const { from, adds } = stepNow({ steps }, step);
    const inside = adds.length;
    const cells = new Set(adds.map(({ into }) => into)).size; // fewer, where a copy in the padding leads to the same cell
    const most = cellsOf(geometry.kernel) * (geometry.transposed ? geometry.perGroup.small : geometry.perGroup.large);
    const lost = !geometry.transposed && inside < most ? ` ${most - inside} of its products fall on the padding and are dropped.` : "";
    return `${cellText("dY", all.dY.shape, from)} = ${longNumber(all.dY.data[from])} adds itself times W to ${countOf(cells, "cell")} of dX${cells < inside ? `, in ${inside} products: what falls on copies in the padding goes to the cells they were copied from` : ""}.${lost}`;
  },
  draw: (box, { state, derived }) => {
    const { geometry, scatter: { steps }, all } = derived();
    const now = Math.min(state.step, steps.length - 1);
    const sums = new Float64Array(all.dX.data.length);
    const touched = new Map(steps[now].adds.map(({ into, weight }) => [into, tapOf(geometry, weight)]));
    for (const { from, adds } of steps.slice(0, now + 1)) {
      for (const { into, weight } of adds) sums[into] += all.dY.data[from] * all.W.data[weight];
    }
    const shape = all.dX.shape;
    const [first = 0] = touched.keys();
    const [n] = indexOf(shape, first);
    const depth = depthIn(shape, first);
    const planes = range(shape[1]).map((c) => sketch(geometry, {
      label: `n=${n} c=${c}${shape.length === 5 ? ` depth ${depth}` : ""}`,
      ...planeOf(shape, [n, c], depth, (cell) => ({ value: sums[cell], kind: touched.has(cell) ? "now" : "", tap: touched.get(cell) ?? -1 })),
    }));
    box.replaceChildren(sketches(`dX after ${now + 1} of ${steps.length} cells of dY`, ...planes));
  },
};
