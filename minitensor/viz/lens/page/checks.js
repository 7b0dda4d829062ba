// Checks: every gradient against finite differences of the forward pass, and the adjoint identity.

const WRONG = 1e-9; // a relative error above it is a wrong rule

/**
 * How far a cell of X, W or b is moved. The loss is linear in each array, so that a step of any size has no error but rounding:
 * it is large enough for what it changes to be as large as the loss, of which it is a difference.
 */
function stepFor(name, scales) {
  const step = scales.withBias / scales[`d${name}`];
  return Number.isFinite(step) ? Math.max(1, step) : 1;
}

/** The derivative of the loss by one cell of X, W or b, as (L(v + h) - L(v - h)) / 2h. */
function finiteDifference(geometry, triples, arrays, name, cell, step) {
  const at = (shift) => {
    const moved = { shape: arrays[name].shape, data: arrays[name].data.slice() };
    moved.data[cell] += shift;
    return forwardLoss(geometry, triples, { ...arrays, [name]: moved });
  };
  return (at(step) - at(-step)) / (2 * step);
}

/** The loss whose gradients are looked at, <dY, Y>, from the forward pass alone: the sum over all triples, and of the bias. */
function forwardLoss(geometry, triples, { X, W, b, dY }) {
  const side = SIDES[geometry.transposed];
  const [y, x, w] = [triples[side.Y], triples[side.X], triples.weight];
  let loss = 0;
  for (let term = 0; term < w.length; term += 1) loss += dY.data[y[term]] * X.data[x[term]] * W.data[w[term]];
  if (b !== null) {
    const perChannel = dY.data.length / (geometry.batch * geometry.outChannels);
    dY.data.forEach((value, cell) => (loss += value * b.data[Math.floor(cell / perChannel) % geometry.outChannels]));
  }
  return loss;
}

/**
 * |a - b| relative to the larger of the two, or to a thousandth of `scale` where both are smaller: a sum whose terms cancel is known
 * only as well as its terms.
 */
function relativeError(a, b, scale) {
  const by = Math.max(Math.abs(a), Math.abs(b), scale / 1000);
  return by === 0 ? 0 : Math.abs(a - b) / by;
}

/**
 * For each gradient the largest sum of the sizes of its terms, and that of the loss, without and with those of the bias: what
 * rounding errors are relative to.
 */
function scalesOf(geometry, triples, arrays) {
  const sizeOf = (array) => (array === null ? null : { shape: array.shape, data: array.data.map(Math.abs) });
  const sizes = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, sizeOf(array)]));
  const { dX, dW, db } = computeAll(geometry, triples, sizes);
  const largest = (array) => (array === null ? 0 : array.data.reduce((most, value) => Math.max(most, value), 0));
  const [loss, withBias] = [null, sizes.b].map((b) => forwardLoss(geometry, triples, { ...sizes, b }));
  return { dX: largest(dX), dW: largest(dW), db: largest(db), loss, withBias };
}

/** A gradient against its finite differences: {errors, worst, firstWrong: the first cell that is wrong, or -1}. */
function compare(gradient, differences, scale) {
  const errors = Float64Array.from(gradient.data, (value, cell) => relativeError(value, differences[cell], scale));
  return { errors, worst: errors.reduce((most, error) => Math.max(most, error), 0), firstWrong: errors.findIndex((error) => !(error <= WRONG)) };
}

/** The three inner products that the adjoint identity says are equal: <dY, Y - b>, <dX, X>, <dW, W>. */
function adjointIdentity(geometry, triples, arrays, dX, dW, scale) {
  const Y = computeAll(geometry, triples, { ...arrays, b: null }).Y;
  const products = [inner(arrays.dY, Y), inner(dX, arrays.X), inner(dW, arrays.W)];
  return { products, error: relativeError(Math.max(...products), Math.min(...products), scale) };
}
