// Rules: the gradients once more, each by a way of its own, step by step. `broken` names a mistake that is made on purpose:
// "flip" slides the kernel as it is, "swap" does not trade stride and dilation, "output_padding" leaves the remainder out.

/** dX by scattering: each cell of dY adds itself times W to the cells of dX that it was computed from. */
function scatter(geometry, { dY, W }) {
  const side = SIDES[geometry.transposed];
  const answer = arrayOf(shapeOfArray(geometry, "dX"));
  const steps = range(dY.data.length).map((from) => {
    const adds = triplesThrough(geometry, side.Y, from).map((triple) => ({ into: triple[side.X], weight: triple.weight }));
    for (const { into, weight } of adds) answer.data[into] += dY.data[from] * W.data[weight];
    return { from, adds };
  });
  return { answer, steps };
}

/**
 * dX by gathering. Of a convolution: dY is spread by the stride, padded, and the flipped kernel slides over it one cell at a
 * time. Of a transposed convolution: dY is padded, and the kernel slides over it as it is, by the stride.
 *
 * Answers {answer, stage, steps, ...}: the `stage` is what the kernel slides over, with the cell of dY that each of its cells
 * holds (-1 for a zero between or around), and each step is {into, window: [{at, weight}, ...]}. `before` and `after` are how many
 * zeros stand at the ends of each axis; negative ones say how many cells of the spread dY are cut off there.
 */
function gather(geometry, arrays, broken = null) {
  return geometry.transposed ? gatherTransposed(geometry, arrays, broken) : gatherConvolution(geometry, arrays, broken);
}

function gatherConvolution(geometry, { dY, W }, broken) {
  const { batch, kernel, stride, dilation, padding, small, large, perGroup, inChannels, outChannels, paddingMode } = geometry;
  const axes = range(geometry.rank);
  const folded = paddingMode !== "zeros"; // then the gradient of the padded input comes first, and is folded back
  const lows = axes.map((axis) => (folded ? 0 : padding[axis][0]));
  const target = axes.map((axis) => large[axis] + (folded ? padding[axis][0] + padding[axis][1] : 0));
  const remainder = axes.map((axis) => (broken === "output_padding" ? 0 : geometry.remainder[axis]));
  const spread = axes.map((axis) => (small[axis] - 1) * stride[axis] + 1);
  const before = axes.map((axis) => dilation[axis] * (kernel[axis] - 1) - lows[axis]);
  const naive = axes.map((axis) => target[axis] - geometry.remainder[axis] + remainder[axis]);
  const after = axes.map((axis) => naive[axis] - spread[axis] - before[axis] + dilation[axis] * (kernel[axis] - 1));
  const stage = stageOf([batch, outChannels, ...axes.map((axis) => before[axis] + spread[axis] + after[axis])], (n, o, ...place) => {
    const steps = place.map((at, axis) => at - before[axis]);
    if (steps.some((at, axis) => at < 0 || at % stride[axis] || at / stride[axis] >= small[axis])) return -1;
    return cellAt(dY.shape, [n, o, ...steps.map((at, axis) => at / stride[axis])]);
  });
  const paddedShape = [batch, inChannels, ...target];
  const answer = arrayOf(geometry.largeShape);
  const back = axes.map((axis) => sourceOf(paddingMode, large[axis]));
  const steps = [];
  for (const [n, channel, ...q] of product(paddedShape.map(range))) {
    const group = Math.floor(channel / perGroup.large);
    const window = [];
    let sum = 0;
    for (const o of range(perGroup.small)) {
      for (const slid of product(kernel.map(range))) {
        const place = q.map((at, axis) => at + dilation[axis] * slid[axis]);
        if (q.some((at, axis) => at >= naive[axis])) continue; // a cell that the naive size does not have
        const tap = slid.map((at, axis) => (broken === "flip" ? at : kernel[axis] - 1 - at));
        const weight = cellAt(W.shape, [group * perGroup.small + o, channel - group * perGroup.large, ...tap]);
        const at = cellAt(stage.shape, [n, group * perGroup.small + o, ...place]);
        window.push({ at, weight });
        if (stage.cells[at] >= 0) sum += dY.data[stage.cells[at]] * W.data[weight];
      }
    }
    const home = folded ? q.map((at, axis) => back[axis](at - padding[axis][0])) : q;
    const into = cellAt(geometry.largeShape, [n, channel, ...home]);
    answer.data[into] += sum;
    steps.push({ into, window, padded: folded ? [n, channel, ...q] : null });
  }
  return { answer, stage, steps, before, after, remainder, flipped: true, folded };
}

function gatherTransposed(geometry, { dY, W }, broken) {
  const { batch, kernel, stride, dilation, padding, small, large, perGroup, outChannels } = geometry;
  const axes = range(geometry.rank);
  const reach = axes.map((axis) => (small[axis] - 1) * stride[axis] + geometry.spans[axis]);
  const before = axes.map((axis) => padding[axis][0]);
  const after = axes.map((axis) => reach[axis] - before[axis] - large[axis]);
  const cut = axes.map((axis) => large[axis] - (broken === "output_padding" ? geometry.outputPadding[axis] : 0));
  const stage = stageOf([batch, outChannels, ...reach], (n, o, ...place) => {
    const index = place.map((at, axis) => at - before[axis]);
    return index.some((at, axis) => at < 0 || at >= cut[axis]) ? -1 : cellAt(dY.shape, [n, o, ...index]);
  });
  const answer = arrayOf(geometry.smallShape);
  const steps = range(answer.data.length).map((into) => {
    const [n, channel, ...p] = indexOf(geometry.smallShape, into);
    const group = Math.floor(channel / perGroup.small);
    const window = [];
    for (const c of range(perGroup.large)) {
      for (const slid of product(kernel.map(range))) {
        const tap = slid.map((at, axis) => (broken === "flip" ? kernel[axis] - 1 - at : at));
        const place = p.map((at, axis) => stride[axis] * at + dilation[axis] * slid[axis]);
        const at = cellAt(stage.shape, [n, group * perGroup.large + c, ...place]);
        const weight = cellAt(W.shape, [channel, c, ...tap]);
        window.push({ at, weight });
        if (stage.cells[at] >= 0) answer.data[into] += dY.data[stage.cells[at]] * W.data[weight];
      }
    }
    return { into, window, padded: null };
  });
  return { answer, stage, steps, before, after, remainder: axes.map(() => 0), flipped: false, folded: false };
}

/** What a kernel slides over: of each of its cells, the cell of the array that it holds, -1 for a zero. */
function stageOf(shape, cellOf) {
  const cells = Int32Array.from(range(cellsOf(shape)), (at) => cellOf(...indexOf(shape, at)));
  return { shape, cells };
}

/**
 * The convolution of one sample as a matrix: a row for each cell of Y, a column for each cell of X, and in it the sum of the taps
 * by which the two meet. Answers {rows, columns, entries: Map from row * columns + column to [weight cells], answer}: dX = M^T dY.
 */
function matrix(geometry, { dY, W }) {
  const side = SIDES[geometry.transposed];
  const [rows, columns] = ["dY", "dX"].map((name) => cellsOf(shapeOfArray(geometry, name)) / geometry.batch);
  const entries = new Map();
  eachTriple({ ...geometry, batch: 1 }, (small, large, weight) => {
    const triple = { small, large };
    const key = triple[side.Y] * columns + triple[side.X];
    if (entries.has(key)) entries.get(key).push(weight);
    else entries.set(key, [weight]);
  });
  const answer = arrayOf(shapeOfArray(geometry, "dX"));
  for (const [key, weights] of entries) {
    const [row, column] = [Math.floor(key / columns), key % columns];
    const value = weights.reduce((sum, weight) => sum + W.data[weight], 0);
    for (let n = 0; n < geometry.batch; n += 1) answer.data[n * columns + column] += value * dY.data[n * rows + row];
  }
  return { rows, columns, entries, answer };
}

/**
 * dW as a correlation of the large side, padded, with the small side as its kernel: what was the stride is now the kernel's
 * dilation, and what was the dilation is the stride. Each step is one cell of dW: {into, window: [{large, small}, ...]}.
 */
function correlate(geometry, arrays, broken = null) {
  const { batch, kernel, small, large, stride, dilation, padding, perGroup } = geometry;
  const side = SIDES[geometry.transposed];
  const named = side.X === "large" ? { large: "X", small: "dY" } : { large: "dY", small: "X" };
  const [L, S] = [arrays[named.large], arrays[named.small]];
  const [spread, slide] = broken === "swap" ? [dilation, stride] : [stride, dilation];
  const source = range(geometry.rank).map((axis) => sourceOf(geometry.transposed ? "zeros" : geometry.paddingMode, large[axis]));
  const inside = (place, axis) => place >= -padding[axis][0] && place < large[axis] + padding[axis][1] ? source[axis](place) : -1;
  const answer = arrayOf(geometry.weightShape);
  const windows = product(small.map(range));
  const steps = range(answer.data.length).map((into) => {
    const [o, c, ...k] = indexOf(geometry.weightShape, into);
    const channel = Math.floor(o / perGroup.small) * perGroup.large + c;
    const window = [];
    for (const n of range(batch)) {
      for (const p of windows) {
        const place = p.map((at, axis) => inside(spread[axis] * at + slide[axis] * k[axis] - padding[axis][0], axis));
        const cell = { small: cellAt(geometry.smallShape, [n, o, ...p]), large: -1 };
        if (place.every((at) => at >= 0)) {
          cell.large = cellAt(geometry.largeShape, [n, channel, ...place]);
          answer.data[into] += L.data[cell.large] * S.data[cell.small];
        }
        window.push(cell);
      }
    }
    return { into, window };
  });
  return { answer, steps, named, spread, slide };
}
