// Form: the three ways to contract the trilinear form, and the terms that make up one cell of each.

/** Every triple of cells that meets: visit(small, large, weight) for each. */
function eachTriple(geometry, visit) {
  const { batch, smallShape, largeShape, weightShape, perGroup, reads, small, kernel } = geometry;
  const windows = product(small.map(range));
  const taps = product(kernel.map(range));
  for (let n = 0; n < batch; n += 1) {
    for (let o = 0; o < smallShape[1]; o += 1) {
      const first = Math.floor(o / perGroup.small) * perGroup.large;
      for (const p of windows) {
        const smallCell = cellAt(smallShape, [n, o, ...p]);
        for (const k of taps) {
          const q = k.map((tap, axis) => reads[axis][p[axis]][tap]);
          if (q.some((place) => place < 0)) continue;
          for (let c = 0; c < perGroup.large; c += 1) {
            visit(smallCell, cellAt(largeShape, [n, first + c, ...q]), cellAt(weightShape, [o, c, ...k]));
          }
        }
      }
    }
  }
}

/** The triples of a geometry as three lists of cells, worked out once. */
function triplesOf(geometry) {
  const lists = { small: [], large: [], weight: [] };
  eachTriple(geometry, (small, large, weight) => {
    lists.small.push(small);
    lists.large.push(large);
    lists.weight.push(weight);
  });
  return { small: Int32Array.from(lists.small), large: Int32Array.from(lists.large), weight: Int32Array.from(lists.weight) };
}

/** One side of the form from the two others: contract(triples, "large", shape, {small, weight}). */
function contract(triples, side, shape, given) {
  const answer = arrayOf(shape);
  const [[nameA, a], [nameB, b]] = Object.entries(given);
  const [target, cellsA, cellsB] = [triples[side], triples[nameA], triples[nameB]];
  for (let term = 0; term < target.length; term += 1) {
    answer.data[target[term]] += a.data[cellsA[term]] * b.data[cellsB[term]];
  }
  return answer;
}

// Which side of the form each array is on: a transposed convolution answers with the large side.
const SIDES = {
  false: { X: "large", dX: "large", Y: "small", dY: "small", W: "weight", dW: "weight" },
  true: { X: "small", dX: "small", Y: "large", dY: "large", W: "weight", dW: "weight" },
};

// What the numbers of an array are sums of: dX[c,i] = sum of dY[o,p] * W[o,c,k].
const FACTORS = { Y: ["X", "W"], dX: ["dY", "W"], dW: ["dY", "X"] };

/** The shape of an array of a case, by its name. */
function shapeOfArray(geometry, name) {
  if (name === "b" || name === "db") return [geometry.outChannels];
  return geometry[`${SIDES[geometry.transposed][name]}Shape`];
}

/** Forward and backward, by the definition: {X, W, b, dY} gives {Y, dX, dW, db} beside them. */
function computeAll(geometry, triples, { X, W, b, dY }) {
  const side = SIDES[geometry.transposed];
  const derive = (name) => {
    const [first, second] = FACTORS[name];
    const given = { X, W, dY };
    return contract(triples, side[name], shapeOfArray(geometry, name), { [side[first]]: given[first], [side[second]]: given[second] });
  };
  const Y = derive("Y");
  const cellsPerChannel = Y.data.length / (geometry.batch * geometry.outChannels);
  const channelOf = (cell) => Math.floor(cell / cellsPerChannel) % geometry.outChannels;
  if (b !== null) Y.data.forEach((_, cell) => (Y.data[cell] += b.data[channelOf(cell)]));
  const db = b === null ? null : arrayOf([geometry.outChannels]);
  if (db !== null) dY.data.forEach((value, cell) => (db.data[channelOf(cell)] += value));
  return { X, W, b, dY, Y, dX: derive("dX"), dW: derive("dW"), db };
}

/** The triples through one cell of one side: [{small, large, weight}, ...] in the order of the sum. */
function triplesThrough(geometry, side, cell) {
  const { batch, smallShape, largeShape, weightShape, perGroup, reads, meets, small, kernel } = geometry;
  const through = [];
  const add = (n, o, c, p, k, q) => {
    const first = Math.floor(o / perGroup.small) * perGroup.large;
    through.push({
      small: cellAt(smallShape, [n, o, ...p]),
      large: cellAt(largeShape, [n, first + c, ...q]),
      weight: cellAt(weightShape, [o, c, ...k]),
    });
  };
  const readBy = (p, k) => k.map((tap, axis) => reads[axis][p[axis]][tap]);
  if (side === "small") {
    const [n, o, ...p] = indexOf(smallShape, cell);
    for (const c of range(perGroup.large)) {
      for (const k of product(kernel.map(range))) {
        const q = readBy(p, k);
        if (q.every((place) => place >= 0)) add(n, o, c, p, k, q);
      }
    }
  } else if (side === "weight") {
    const [o, c, ...k] = indexOf(weightShape, cell);
    for (const n of range(batch)) {
      for (const p of product(small.map(range))) {
        const q = readBy(p, k);
        if (q.every((place) => place >= 0)) add(n, o, c, p, k, q);
      }
    }
  } else {
    const [n, channel, ...q] = indexOf(largeShape, cell);
    const group = Math.floor(channel / perGroup.large);
    for (const o of range(perGroup.small)) {
      for (const pairs of product(q.map((place, axis) => meets[axis][place]))) {
        const [p, k] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
        add(n, group * perGroup.small + o, channel - group * perGroup.large, p, k, q);
      }
    }
  }
  return through;
}

/**
 * The sum behind a cell: {terms: [[[name, cell], [name, cell]], ...]}, each a product of the cells named (one factor alone for a
 * bias), in the order in which they are added. X, W, b and dY are given, not computed: their terms are null.
 */
function termsOf(geometry, name, cell) {
  const { transposed, outChannels, batch } = geometry;
  const shapeY = shapeOfArray(geometry, "Y");
  const perChannel = cellsOf(shapeY.slice(2));
  if (name === "db") {
    return range(batch).flatMap((n) => range(perChannel).map((place) => [["dY", (n * outChannels + cell) * perChannel + place]]));
  }
  if (FACTORS[name] === undefined) return null;
  const side = SIDES[transposed];
  const terms = triplesThrough(geometry, side[name], cell).map((triple) => FACTORS[name].map((factor) => [factor, triple[side[factor]]]));
  if (name === "Y" && geometry.bias) terms.push([["b", Math.floor(cell / perChannel) % outChannels]]);
  return terms;
}

/** The cells that a given number goes into: [[name, cell], ...], those of Y and of the gradients. */
function usesOf(geometry, name, cell) {
  const side = SIDES[geometry.transposed];
  const shapeY = shapeOfArray(geometry, "Y");
  const perChannel = cellsOf(shapeY.slice(2));
  if (name === "b") {
    return range(geometry.batch).flatMap((n) => range(perChannel).map((place) => ["Y", (n * geometry.outChannels + cell) * perChannel + place]));
  }
  const users = { X: ["Y", "dW"], W: ["Y", "dX"], dY: ["dX", "dW"] }[name];
  if (users === undefined) return [];
  const through = triplesThrough(geometry, side[name], cell);
  const uses = users.flatMap((user) => [...new Set(through.map((triple) => triple[side[user]]))].map((found) => [user, found]));
  if (name === "dY" && geometry.bias) uses.push(["db", Math.floor(cell / perChannel) % geometry.outChannels]);
  return uses;
}
