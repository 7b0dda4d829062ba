// Weight: dW as a correlation of the large side with the small one, in which stride and dilation trade places.

modes.weight = {
  title: "Weight gradient",
  shows: [["X", "dY", "dW"]],
  lead: ({ given }) => given.transposed
    ? "dW is a correlation of dY with X as its kernel. The stride has become X's dilation, the dilation has become the stride."
    : "dW is a correlation of X with dY as its kernel. The stride has become dY's dilation, the dilation has become the stride.",
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
  words: ({ correlate: { steps, named, spread, slide }, all }, { step }) => {
    const { into, window } = stepNow({ steps }, step);
    const met = window.filter(({ large }) => large >= 0);
    const padded = window.length - met.length;
    const kernel = named.small;
    return `${cellText("dW", all.W.shape, into)} = ${longNumber(correlated(all, named, met))}: the cells of ${kernel} lie ${spread.join("×")} apart on ${named.large} (the stride, now a dilation); `
      + `from one cell of dW to the next they move by ${slide.join("×")} (the dilation, now a stride).${padded > 0 ? ` ${padded} of them lie on the padding.` : ""}`;
  },
  draw: (box, { state, derived }) => {
    const { geometry, correlate: { steps, named }, all } = derived();
    const { into, window } = stepNow({ steps }, state.step);
    const tap = tapOf(geometry, into);
    const onLarge = new Map(window.filter(({ large }) => large >= 0).map(({ small, large }) => [large, small]));
    const [large, small] = [all[named.large], all[named.small]];
    const [firstLarge = 0] = onLarge.keys();
    const [firstSmall = 0] = onLarge.values();
    const plane = (array, cell, heldCells) => {
      const [n, channel] = indexOf(array.shape, cell);
      const depth = depthIn(array.shape, cell);
      return planeOf(array.shape, [n, channel], depth, (at) => ({ value: array.data[at], tap: heldCells.has(at) ? tap : -1 }));
    };
    const title = (array, name, cell) => `${name}, n=${indexOf(array.shape, cell)[0]} c=${indexOf(array.shape, cell)[1]}${array.shape.length === 5 ? `, depth ${depthIn(array.shape, cell)}` : ""}`;
    box.replaceChildren(
      sketches(`${named.large}, and the cells that ${named.small} lies on`, sketch(geometry, { label: title(large, named.large, firstLarge), ...plane(large, firstLarge, onLarge) })),
      sketches(`${named.small}, the kernel`, sketch(geometry, { label: title(small, named.small, firstSmall), ...plane(small, firstSmall, new Set(onLarge.values())) })),
    );
  },
};

/** The sum of the products of a step. */
const correlated = (all, named, met) => met.reduce((sum, { small, large }) => sum + all[named.large].data[large] * all[named.small].data[small], 0);
