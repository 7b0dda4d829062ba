// Geometry: the sizes of a case, and which cells meet which.
//
// A case says what is computed: {rank, transposed, batch, inChannels, outChannels, groups, size, kernel, stride, dilation,
// padding: [[before, after], ...], paddingMode, outputPadding}, one entry an axis. One form serves both directions:
//
//     T = sum over n, o, c, p, k of  small[n, o, p] * large[n, c, s*p + d*k - before] * w[o, c, k]
//
// A convolution reads the large side and answers with the small one; a transposed one reads the small side and answers with
// the large one.

/** What one axis of a kernel spans. */
const spanOf = (kernel, dilation) => dilation * (kernel - 1) + 1;

/** The geometry of a case: sizes, shapes, and for each axis the cells of the large side that a window p reads with its tap k. */
function geometryOf(given) {
  const { rank, transposed, groups, kernel, stride, dilation, padding } = given;
  const axes = range(rank);
  const spans = axes.map((axis) => spanOf(kernel[axis], dilation[axis]));
  const pads = axes.map((axis) => padding[axis][0] + padding[axis][1]);
  const forward = (axis) => Math.floor((given.size[axis] + pads[axis] - spans[axis]) / stride[axis]) + 1;
  const backward = (axis) => (given.size[axis] - 1) * stride[axis] + spans[axis] - pads[axis] + given.outputPadding[axis];
  const small = transposed ? given.size : axes.map(forward);
  const large = transposed ? axes.map(backward) : given.size;
  const [smallChannels, largeChannels] = transposed
    ? [given.inChannels, given.outChannels]
    : [given.outChannels, given.inChannels];
  const reads = axes.map((axis) => {
    const source = sourceOf(transposed ? "zeros" : given.paddingMode, large[axis]);
    return range(small[axis]).map((p) =>
      range(kernel[axis]).map((k) => source(stride[axis] * p + dilation[axis] * k - padding[axis][0])),
    );
  });
  return {
    ...given, small, large, spans, smallChannels, largeChannels, reads,
    perGroup: { small: smallChannels / groups, large: largeChannels / groups },
    smallShape: [given.batch, smallChannels, ...small],
    largeShape: [given.batch, largeChannels, ...large],
    weightShape: [smallChannels, largeChannels / groups, ...kernel],
    meets: axes.map((axis) => meetingsOf(reads[axis], large[axis])),
    remainder: axes.map((axis) => (transposed ? given.outputPadding[axis] : outputPaddingOf(given, axis, small[axis]))),
  };
}

/** Where a padding mode takes the number of a place from: a cell from 0 to length - 1, or -1 where it is 0. */
function sourceOf(mode, length) {
  const inside = (place) => place >= 0 && place < length;
  if (mode === "replicate") return (place) => Math.min(Math.max(place, 0), length - 1);
  if (mode === "circular") return (place) => ((place % length) + length) % length;
  if (mode === "reflect") {
    return (place) => (place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place);
  }
  return (place) => (inside(place) ? place : -1);
}

/** For each cell of the large side of one axis, the pairs of window and tap that read it. */
function meetingsOf(reads, length) {
  const meetings = range(length).map(() => []);
  reads.forEach((taps, p) => taps.forEach((place, k) => place >= 0 && meetings[place].push([p, k])));
  return meetings;
}

/** What the naive size of the transposed convolution lacks of the input's. */
function outputPaddingOf({ size, kernel, stride, dilation, padding }, axis, out) {
  const naive = (out - 1) * stride[axis] + spanOf(kernel[axis], dilation[axis]) - padding[axis][0] - padding[axis][1];
  return size[axis] - naive;
}

/** Why a case cannot be computed, in words; null where it can. */
function whyNot(given) {
  const { inChannels, outChannels, groups, transposed, size, kernel, stride, dilation, padding, paddingMode } = given;
  if (inChannels % groups || outChannels % groups) {
    return `groups = ${groups} has to divide the channels, ${inChannels} in and ${outChannels} out`;
  }
  for (const axis of range(given.rank)) {
    const span = spanOf(kernel[axis], dilation[axis]);
    const [before, after] = padding[axis];
    if (!transposed && span > size[axis] + before + after) {
      return `axis ${axis}: the dilated kernel spans ${span} cells, the padded input has ${size[axis] + before + after}`;
    }
    if (!transposed && paddingMode === "reflect" && Math.max(before, after) >= size[axis]) {
      return `axis ${axis}: reflect needs a padding below the size ${size[axis]}`;
    }
    if (!transposed && paddingMode === "circular" && Math.max(before, after) > size[axis]) {
      return `axis ${axis}: circular needs a padding of at most the size ${size[axis]}`;
    }
    if (transposed && given.outputPadding[axis] >= Math.max(stride[axis], dilation[axis])) {
      return `axis ${axis}: the output padding has to be below the stride or the dilation`;
    }
    if (transposed && (size[axis] - 1) * stride[axis] + span - before - after + given.outputPadding[axis] < 1) {
      return `axis ${axis}: the padding leaves no output`;
    }
  }
  return null;
}
