// Remainder: the cells that no window reads, and the output padding that the way back needs. They are not the same number.

modes.remainder = {
  title: "Remainder",
  shows: ({ transposed }) => [transposed ? ["X", "Y", "dY", "dX"] : ["X", "dX", "dY"]],
  lead: ({ given }) => given.transposed
    ? "A transposed convolution's output padding makes Y longer at its end (ringed). Hatched cells of Y are reached by no cell of X: nothing but the bias is in them, and their dY reaches no cell of dX or dW."
    : "Hatched cells of X are read by no window, and their gradient is 0. The output padding is another number: how many cells the naive size of the transposed convolution falls short of X. A cell that it adds (ringed in dX) may be read all the same, and then has a gradient like any other.",
  figureLast: true,
  marks: ({ geometry }) => {
    const [unreadIn, addedIn] = geometry.transposed ? [["Y", "dY"], ["Y", "dY"]] : [["X", "dX"], ["dX"]];
    const marks = new Map(unreadIn.map((name) => [name, new Map()]));
    const axes = range(geometry.rank).map((axis) => remainderOf(geometry, axis));
    range(cellsOf(geometry.largeShape)).forEach((cell) => {
      const place = indexOf(geometry.largeShape, cell).slice(2);
      const unread = place.some((at, axis) => geometry.meets[axis][at].length === 0);
      const added = place.some((at, axis) => axes[axis].added.includes(at));
      if (added && (geometry.transposed || !unread)) addedIn.forEach((name) => marks.get(name).set(cell, unread ? "added unread" : "added"));
      else if (unread) unreadIn.forEach((name) => marks.get(name).set(cell, "unread"));
    });
    return marks;
  },
  draw: (box, { derived }) => {
    const { geometry } = derived();
    const alike = new Map(); // axes that have the same numbers are spoken of together
    for (const axis of range(geometry.rank)) {
      const { large, small, kernel, stride, dilation, padding } = geometry;
      const key = [large, small, kernel, stride, dilation, padding].map((list) => list[axis]).join();
      alike.set(key, [...(alike.get(key) ?? []), axis]);
    }
    box.replaceChildren(...[...alike.values()].map((axes) => derivation(geometry, axes)));
  },
};

/**
 * What an axis of the large side has left over, counted: the `unread` cells, which no window meets; of them the `beyond` ones, behind
 * all that the last window spans, and those within its reach, between `windows` or `taps`; the cells that the output padding `added`, of
 * them the `real` ones, which a window meets. Copying paddings have the way back make the padded input: the cells added there are no
 * cells of the input, and `added` has none.
 */
function remainderOf({ large, small, stride, spans, padding, meets, remainder, transposed, paddingMode }, axis) {
  const cells = range(large[axis]);
  const end = (small[axis] - 1) * stride[axis] + spans[axis] - padding[axis][0]; // the first place behind the last window
  const spanned = (cell) => (cell + padding[axis][0]) % stride[axis] < spans[axis];
  const copied = !transposed && paddingMode !== "zeros";
  const unread = cells.filter((cell) => meets[axis][cell].length === 0);
  const added = copied ? [] : cells.filter((cell) => cell >= large[axis] - remainder[axis]);
  return {
    end, unread, added, copied,
    beyond: unread.filter((cell) => cell >= end),
    windows: unread.filter((cell) => cell < end && !spanned(cell)),
    taps: unread.filter((cell) => cell < end && spanned(cell)),
    real: added.filter((cell) => meets[axis][cell].length > 0),
  };
}

/** Cells as "none", "cell 3", "cells 3, 5". */
const cellsText = (cells) => (cells.length === 0 ? "none" : `${cells.length === 1 ? "cell" : "cells"} ${cells.join(", ")}`);

/** How the sizes of axes that are alike come about, as a list of lines. */
function derivation(geometry, axes) {
  const [axis] = axes;
  const found = remainderOf(geometry, axis);
  const title = element("h3", {}, axes.map((one) => axisWords(geometry.rank)[one]).join(" and "));
  const lines = [`The kernel spans d·(k−1) + 1 = ${geometry.dilation[axis]}·${geometry.kernel[axis] - 1} + 1 = ${geometry.spans[axis]}.`]
    .concat(geometry.transposed ? transposedLines(geometry, axis, found) : convolutionLines(geometry, axis, found))
    .map((words) => element("li", {}, ...[words].flat()));
  return element("div", {
    class: "derivation", "data-axes": axes.join(" "), "data-output-padding": geometry.remainder[axis], "data-unread": found.unread.length,
    "data-beyond": found.beyond.length, "data-windows": found.windows.length, "data-taps": found.taps.length, "data-added": found.added.length, "data-real": found.real.length,
  }, title, element("ul", {}, ...lines));
}

/** Of a convolution: its size, the naive size of the way back, and what is left over. */
function convolutionLines({ large, small, spans, stride, padding, remainder, paddingMode }, axis, found) {
  const [H, out, span, s, op] = [large[axis], small[axis], spans[axis], stride[axis], remainder[axis]];
  const [lo, hi] = padding[axis];
  const { unread, beyond, windows, taps, added, real } = found;
  const rest = Math.max(0, op - hi);
  const naive = H - op;
  const sizes = [
    `out = ⌊(H + before + after − span) / s⌋ + 1 = ⌊(${H} + ${lo} + ${hi} − ${span}) / ${s}⌋ + 1 = ${out}.`,
    `The way back has the naive size (out − 1)·s + span − before − after = ${out - 1}·${s} + ${span} − ${lo} − ${hi} = ${minus(naive)}.`,
    [element("b", {}, `Output padding = H − naive = ${H} − ${naive < 0 ? `(${minus(naive)})` : naive} = ${op}.`), " It is r = (H + before + after − span) mod s."],
  ];
  if (found.copied) {
    const way = op === 0 ? "" : ` The output padding's ${op} ${op === 1 ? "cell is the last" : "cells are the last"} of it, which no window reads: leaving ${op === 1 ? "it" : "them"} out changes nothing.`;
    return [...sizes,
      `The padding copies cells of X (${paddingMode}), so the way back makes the padded input, H + before + after = ${H + lo + hi} long, and folds the copies back.${way}`,
      [element("b", {}, `Unread: ${cellsText(unread)}.`), " A cell is read where a window meets it or a copy of it."],
    ];
  }
  const lines = [...sizes,
    [element("b", {}, `Beyond the last window: ${rest > H ? "min(H, r − after)" : "max(0, r − after)"} = ${rest > H ? `min(${H}, ` : "max(0, "}${op} − ${hi}) = ${beyond.length}`), beyond.length > 0 ? ` (${cellsText(beyond)}).` : "."],
    [element("b", {}, `Unread in all: ${unread.length}`), `${unread.length > 0 ? ` (${cellsText(unread)})` : ""}. ${withinWords(windows, taps, s, span)}`],
  ];
  if (added.length > 0) {
    lines.push(`Of the ${added.length === 1 ? "cell" : `${added.length} cells`} that the output padding adds (${cellsText(added)}), ${real.length === 0
      ? "none is read by a window: gradient 0."
      : `${real.length} ${real.length === 1 ? "is" : "are"} read by a window (${cellsText(real)}): a real gradient, which would be lost if the rest were filled with zeros.`}`);
  }
  return lines;
}

/** Of the unread cells that lie within the windows' reach: where they lie. */
function withinWords(windows, taps, s, span) {
  if (windows.length + taps.length === 0) return "Within the windows' reach every cell is read.";
  const lie = (cells) => `${cells.length} ${cells.length === 1 ? "lies" : "lie"} between`;
  const words = [];
  if (windows.length > 0) words.push(`${lie(windows)} two windows (${cellsText(windows)}): the stride ${s} exceeds the span ${span} by ${s - span}.`);
  if (taps.length > 0) words.push(`${lie(taps)} the taps of a window (${cellsText(taps)}).`);
  return words.join(" ");
}

/** Of a transposed convolution: its size, which sizes come back to the same one, and what no cell of X reaches. */
function transposedLines({ large, small, spans, stride, padding, remainder }, axis, { unread, added, real }) {
  const [H, length, span, s, op] = [large[axis], small[axis], spans[axis], stride[axis], remainder[axis]];
  const [lo, hi] = padding[axis];
  const naive = H - op;
  const back = Math.floor((H + lo + hi - span) / s) + 1;
  const [least, most] = [Math.max(1, naive), naive + s - 1];
  const sizes = most < 1 ? "No size comes" : least === most ? `The size ${least} alone comes` : `Sizes from ${least} to ${most} all come`;
  const chosen = back === length ? ` the output padding ${op} chooses ${H}.` : ` ${H} is beyond ${least === most ? "it" : "them"}, with the output padding ${op}: the convolution would bring it to ${back}.`;
  const lines = [
    `(in − 1)·s + span − before − after = ${length - 1}·${s} + ${span} − ${lo} − ${hi} = ${minus(naive)}.`,
    `${sizes} back to ${length} by the convolution;${chosen}`,
    [element("b", {}, `Reached by no cell of X: ${unread.length}`), unread.length > 0 ? ` (${cellsText(unread)} of Y).` : "."],
  ];
  if (added.length > 0) {
    lines.push(`Of the ${added.length === 1 ? "cell" : `${added.length} cells`} that the output padding adds (${cellsText(added)}), ${real.length === 0 ? "none" : real.length} ${real.length > 1 ? "are" : "is"} reached by X${real.length > 0 ? ` (${cellsText(real)})` : ""}.`);
  }
  return lines;
}

/** A whole number with a proper minus sign. */
const minus = (number) => String(number).replace("-", "−");
