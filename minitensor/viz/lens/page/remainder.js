// Remainder: the cells that no window reads, and the output padding that the way back needs. They are not the same number.

modes.remainder = {
  title: "Remainder",
  shows: [["X", "dX", "dY"]],
  lead: ({ given }) => given.transposed
    ? "A transposed convolution's output padding chooses among the sizes that a convolution would bring to the same one. The cells that it adds are computed like all others."
    : "Hatched cells of X are read by no window, and their gradient is 0. The output padding is another number: how many cells the naive size of the transposed convolution falls short of X. Cells that it adds (ringed in dX) have a gradient like any other.",
  figureLast: true,
  marks: ({ geometry }) => {
    if (geometry.transposed) return new Map();
    const marks = new Map([["X", new Map()], ["dX", new Map()]]);
    range(cellsOf(geometry.largeShape)).forEach((cell) => {
      const place = indexOf(geometry.largeShape, cell).slice(2);
      if (place.some((at, axis) => geometry.meets[axis][at].length === 0)) {
        marks.get("X").set(cell, "unread");
        marks.get("dX").set(cell, "unread");
      } else if (place.some((at, axis) => at >= geometry.large[axis] - geometry.remainder[axis])) marks.get("dX").set(cell, "added");
    });
    return marks;
  },
  draw: (box, { derived }) => {
    const { geometry } = derived();
    const alike = new Map(); // axes that have the same numbers are spoken of together
    for (const axis of range(geometry.rank)) {
      const key = [geometry.large, geometry.small, geometry.kernel, geometry.stride, geometry.dilation, geometry.padding].map((list) => list[axis]).join();
      alike.set(key, [...(alike.get(key) ?? []), axis]);
    }
    box.replaceChildren(...[...alike.values()].map((axes) => derivation(geometry, axes)));
  },
};

/** How the sizes of axes that are alike come about, as a list of lines. */
function derivation(geometry, axes) {
  const [axis] = axes;
  const { rank, transposed, kernel, stride, dilation, padding, small, large, spans, remainder, meets, paddingMode } = geometry;
  const [H, k, s, d, span, out] = [large[axis], kernel[axis], stride[axis], dilation[axis], spans[axis], small[axis]];
  const [lo, hi] = padding[axis];
  const op = remainder[axis];
  const naive = (out - 1) * s + span - lo - hi;
  const title = element("h3", {}, axes.map((one) => axisWords(rank)[one]).join(" and "));
  const line = (...parts) => element("li", {}, ...parts);
  if (transposed) {
    return element("div", { class: "derivation" }, title, element("ul", {},
      line(`The kernel spans d·(k−1) + 1 = ${d}·${k - 1} + 1 = ${span}.`),
      line(`(in − 1)·s + span − before − after = ${out - 1}·${s} + ${span} − ${lo} − ${hi} = ${naive}.`),
      line(`Sizes from ${naive} to ${naive + s - 1} all come back to ${out} by the convolution; the output padding ${op} chooses ${H}.`)));
  }
  const unread = range(H).filter((cell) => meets[axis][cell].length === 0);
  const atEnd = Math.max(0, ((H + lo + hi - span) % s) - hi);
  const gaps = unread.filter((cell) => cell < H - atEnd);
  const gapWords = s > span ? `The stride ${s} exceeds the span ${span}: between two windows ${s - span} ${s - span === 1 ? "cell is" : "cells are"} left out${gaps.length > 0 ? ` (cells ${gaps.join(", ")})` : ""}.` : `Within the windows' reach ${gaps.length === 0 ? "every cell is read" : `cells ${gaps.join(", ")} lie between the taps`}.`;
  const parts = [
    line(`The kernel spans d·(k−1) + 1 = ${d}·${k - 1} + 1 = ${span}.`),
    line(`out = ⌊(H + before + after − span) / s⌋ + 1 = ⌊(${H} + ${lo} + ${hi} − ${span}) / ${s}⌋ + 1 = ${out}.`),
    line(`The way back has the naive size (out − 1)·s + span − before − after = ${out - 1}·${s} + ${span} − ${lo} − ${hi} = ${naive}.`),
    line(element("b", {}, `Output padding = H − naive = ${H} − ${naive} = ${op}.`), ` It is (H + before + after − span) mod s.`),
  ];
  if (paddingMode === "zeros") {
    parts.push(line(element("b", {}, `Unread at the end: max(0, (H + before + after − span) mod s − after) = max(0, ${op} − ${hi}) = ${atEnd}.`)), line(gapWords));
  } else parts.push(line(`The padding copies cells of X (${paddingMode}), so that cells at the end may be read through it. Unread: ${unread.length === 0 ? "none" : unread.join(", ")}.`));
  if (op > atEnd && op > 0) parts.push(line(`${op - atEnd} of the cells that the output padding adds ${op - atEnd === 1 ? "is" : "are"} within the last window: a real gradient, which would be lost if the rest were filled with zeros.`));
  return element("div", { class: "derivation", "data-axes": axes.join(" "), "data-output-padding": op, "data-unread": unread.length }, title, element("ul", {}, ...parts));
}
