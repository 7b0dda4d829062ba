// Gather: each cell of dX fetches its sum. For a convolution this is the transposed convolution, for a transposed one a convolution.

modes.gather = {
  title: "Gather",
  shows: [["dY", "W", "dX"]],
  lead: ({ given }) => given.transposed
    ? "The gradient of a transposed convolution is a convolution: dY is padded, and the kernel slides over it as it is, by the stride."
    : "The transposed convolution: dY is spread by the stride, with zeros between; padded by d·(k−1) − padding; and the flipped kernel slides over it, one cell at a time.",
  steps: (derived) => derived.gather.steps.length,
  lights: (derived, { step }) => {
    const { geometry, gather: { stage, steps } } = derived;
    const { into, window } = stepNow({ steps }, step);
    const lights = noLights();
    lights.target = { name: "dX", cell: into };
    for (const { at, weight } of window.filter((one) => stage.cells[one.at] >= 0)) {
      addLight(lights, "dY", stage.cells[at], tapOf(geometry, weight));
      addLight(lights, "W", weight, tapOf(geometry, weight));
    }
    return lights;
  },
  words: ({ geometry, gather: { stage, steps, folded }, all }, { step }) => {
    const { into, window, padded } = stepNow({ steps }, step);
    const met = window.filter(({ at }) => stage.cells[at] >= 0);
    const sum = met.reduce((total, { at, weight }) => total + all.dY.data[stage.cells[at]] * all.W.data[weight], 0);
    const label = cellText("dX", all.dX.shape, into);
    const where = folded ? `the padded input's cell [${padded.join(", ")}], whose gradient is added to ${label}` : label;
    return `For ${where}: ${window.length} products, ${window.length - met.length} of them with zeros, make ${longNumber(sum)}. ${stageWords(geometry)}`;
  },
  draw: (box, { state, derived }) => {
    const { geometry, gather: { stage, steps, flipped }, all } = derived();
    const { into, window } = stepNow({ steps }, state.step);
    const taps = new Map(window.map(({ at, weight }) => [at, tapOf(geometry, weight)]));
    const [n, channel] = indexOf(all.dX.shape, into);
    const channels = [...new Set(window.map(({ at }) => indexOf(stage.shape, at)[1]))];
    const depths = stage.shape.length === 5 ? [...new Set(window.map(({ at }) => depthIn(stage.shape, at)))] : [0];
    const planes = channels.flatMap((o) => depths.map((depth) => sketch(geometry, {
      label: `dY, n=${n} o=${o}${stage.shape.length === 5 ? `, depth ${depth}` : ""}`,
      ...planeOf(stage.shape, [n, o], depth, (at) => {
        const cell = stage.cells[at];
        return { value: cell < 0 ? 0 : all.dY.data[cell], kind: cell < 0 ? "zero" : "held", tap: taps.get(at) ?? -1 };
      }),
    })));
    const kernels = channels.flatMap((o) => depthsOf(geometry).map((depth) => kernelSketch(geometry, all.W, weightPlane(geometry, o, channel), depth, flipped && state.broken !== "flip")));
    const words = geometry.transposed ? "dY, padded" : "dY, spread by the stride and padded";
    box.replaceChildren(sketches(words, ...planes), sketches(flipped && state.broken !== "flip" ? "the flipped kernel" : "the kernel", ...kernels));
  },
};

/** How dY was laid out, in words. */
function stageWords({ transposed, padding, stride, kernel, dilation, remainder, paddingMode }) {
  if (transposed) return "";
  const before = kernel.map((k, axis) => dilation[axis] * (k - 1) - (paddingMode === "zeros" ? padding[axis][0] : 0));
  const zeros = stride.map((s) => s - 1).join("×");
  const rest = remainder.some((one) => one > 0) ? `, and ${remainder.join("×")} more at the end: the output padding` : "";
  return `Between the cells of dY stand ${zeros} zeros, before them ${before.join("×")}${rest}.`;
}

/** The plane of W, as [first, second], between a channel of Y and one of X. */
function weightPlane({ transposed, perGroup }, channelOfY, channelOfX) {
  return transposed ? [channelOfX, channelOfY % perGroup.large] : [channelOfY, channelOfX % perGroup.large];
}

/** The depths that a kernel has. */
const depthsOf = ({ rank, kernel }) => range(rank === 3 ? kernel[0] : 1);

/** A plane of the kernel, flipped along every axis or as it is, each tap in its colour. */
function kernelSketch(geometry, W, [first, second], depth, flipped) {
  const { kernel } = geometry;
  const label = `W, [${first}, ${second}]${kernel.length === 3 ? `, depth ${depth}` : ""}`;
  return sketch(geometry, {
    label,
    ...planeOf(W.shape, [first, second], depth, (cell) => {
      const [o, c, ...tap] = indexOf(W.shape, cell);
      const shown = flipped ? tap.map((at, axis) => kernel[axis] - 1 - at) : tap;
      const source = cellAt(W.shape, [o, c, ...shown]);
      return { value: W.data[source], kind: "held", tap: tapOf(geometry, source) };
    }),
  });
}
