// Gather: each cell of dX fetches its sum. For a convolution this is the transposed convolution, for a transposed one a convolution.

modes.gather = {
  title: "Gather",
  shows: [["dY", "W", "dX"]],
  lead: ({ given, broken }) => {
    const flips = broken === "flip";
    if (given.transposed) {
      const kernel = flips ? "the kernel, flipped by mistake," : "the kernel as it is";
      return `The gradient of a transposed convolution is a convolution: dY is padded as the forward pass says, and ${kernel} slides over it, by the stride.`;
    }
    const [pads, fold] = given.paddingMode === "zeros"
      ? ["d·(k−1) − padding zeros (cells are cut off where that is negative)", ""]
      : ["d·(k−1) zeros", " The gradient of the padded input comes out; what belongs to copies is then added to the cells they were copied from."];
    const kernel = flips ? "the kernel, by mistake not flipped," : "the flipped kernel";
    return `The transposed convolution: dY is spread by the stride, with zeros between; ${pads} stand around it; and ${kernel} slides over it, one cell at a time.${fold}`;
  },
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
  words: ({ geometry, gather: gathered, all }, { step }) => {
    const { stage, steps, folded } = gathered;
    const { into, window, padded } = stepNow({ steps }, step);
    const met = window.filter(({ at }) => stage.cells[at] >= 0);
    const sum = met.reduce((total, { at, weight }) => total + all.dY.data[stage.cells[at]] * all.W.data[weight], 0);
    const label = cellText("dX", all.dX.shape, into);
    const where = folded ? `the padded input's cell [${padded.join(", ")}], whose gradient is added to ${label}` : label;
    return `For ${where}: ${countOf(window.length, "product")}, ${window.length - met.length} of them with zeros, ${window.length === 1 ? "makes" : "make"} ${longNumber(sum)}. ${stageWords(geometry, gathered)}`;
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
    const slides = flipped !== (state.broken === "flip"); // whether it slides flipped
    const kernels = channels.flatMap((o) => depthsOf(geometry).map((depth) =>
      kernelSketch(geometry, all.W, weightPlane(geometry, o, channel), depth, slides)));
    const words = geometry.transposed ? "dY, as the kernel slides over it" : "dY, spread by the stride, as the kernel slides over it";
    box.replaceChildren(sketches(words, ...planes), sketches(slides ? "the flipped kernel" : "the kernel", ...kernels));
  },
};

/** How dY was laid out, in words: what stands between its cells, and at either end of each axis. */
function stageWords({ rank, transposed, stride, paddingMode }, { before, after, remainder, folded }) {
  const same = (list) => list.every((one) => one === list[0]);
  const alike = [before, after, remainder, stride].every(same);
  const ends = range(alike ? 1 : rank).map((axis) => {
    const [head, tail, rest] = [before[axis], after[axis], remainder[axis]];
    const zeros = rest > 0 ? ` (${rest} of them the output padding)` : "";
    const tailWords = rest > 0 && tail >= 0 && tail < rest ? `${endWords(tail, "after", "last")} (the output padding of ${rest} makes up for what is cut off)` : endWords(tail, "after", "last");
    const where = alike ? (rank > 1 ? "on each axis, " : "") : `${axisWords(rank)[axis]}: `;
    return `${where}${endWords(head, "before", "first")} and ${tailWords}${tail >= rest ? zeros : ""}`;
  });
  const each = (list) => (same(list) ? list[0] : list.join("×"));
  const between = transposed || stride.every((s) => s === 1) ? "" : `Between neighbours of dY stand ${each(stride.map((s) => s - 1))} zeros. `;
  const fold = folded ? ` What comes out is the gradient of the padded input; its copies (${paddingMode}) are then folded back.` : "";
  const what = transposed ? "dY" : "the spread dY";
  return `${between.replace("stand 1 zeros", "stands 1 zero")}At the ends of ${what}: ${ends.join("; ")}.${fold}`;
}

/** An end of an axis of dY: how many zeros stand there, or how many cells are cut off. */
function endWords(count, side, which) {
  if (count >= 0) return `${count} ${count === 1 ? "zero" : "zeros"} ${side}`;
  return count === -1 ? `the ${which} cell cut off` : `the ${which} ${-count} cells cut off`;
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
  const source = flipped ? geometry.kernel[0] - 1 - depth : depth;
  const label = `W, [${first}, ${second}]${kernel.length === 3 ? `, depth ${source}` : ""}`;
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
