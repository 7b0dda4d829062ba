// Order: who stands left of whom within each row, so that few wires cross.
// Sweeps down and up over the rows, each row sorted by where its neighbours stand (the barycentre), as in Sugiyama's method;
// crossings are counted with a tree of sums: W. Barth, M. Jünger and P. Mutzel, "Simple and efficient bilayer cross
// counting", Graph Drawing 2002.
//
// A segment is {from, to, outX, inX}: outX and inX say where it leaves and enters, from 0 (left edge) to 1 (right edge).

const MOST_SWEEPS = 16;

/** Sort every row in place. The order that the rows come in breaks all ties, so the same graph always looks the same. */
function order(layers, segments) {
  for (const layer of layers) for (const vertex of layer) Object.assign(vertex, { ups: [], downs: [] });
  for (const segment of segments) {
    segment.from.downs.push(segment);
    segment.to.ups.push(segment);
  }
  firstOrder(layers);
  if (layers.every((layer) => layer.length < 2)) return;
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  const sweeps = segments.length > 20000 ? 4 : MOST_SWEEPS;
  let idle = 0;
  for (let sweep = 0; sweep < sweeps && fewest > 0 && idle < 4; sweep += 1) {
    if (sweep % 2 === 0) for (let row = 1; row < layers.length; row += 1) sortRow(layers[row], "ups", "from", "outX");
    else for (let row = layers.length - 2; row >= 0; row -= 1) sortRow(layers[row], "downs", "to", "inX");
    swapNeighbours(layers);
    const count = crossings(layers);
    idle = count < fewest ? 0 : idle + 1;
    if (count >= fewest) continue;
    fewest = count;
    best = layers.map((layer) => [...layer]);
  }
  best.forEach((layer, row) => layers[row].splice(0, Infinity, ...layer));
  number(layers);
}

const number = (layers) => layers.forEach((layer) => layer.forEach((vertex, place) => { vertex.place = place; }));

/** The first order: as a walk down from the top meets the vertices, the longest way first: the main line stands left. */
function firstOrder(layers) {
  const rows = layers.map(() => []);
  const seen = new Set();
  const starts = layers.flat().sort((a, b) => a.rank - b.rank || kindOrder(a) - kindOrder(b) || a.order - b.order);
  for (const start of starts) {
    const waiting = [start];
    while (waiting.length > 0) {
      const vertex = waiting.pop();
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      rows[vertex.rank].push(vertex);
      const next = vertex.downs.map((segment) => segment.to);
      next.sort((a, b) => kindOrder(b) - kindOrder(a) || (a.below ?? 0) - (b.below ?? 0) || b.order - a.order);
      waiting.push(...next); // the last is visited first
    }
  }
  rows.forEach((row, index) => layers[index].splice(0, Infinity, ...row));
  number(layers);
}

const kindOrder = (vertex) => (vertex.kind === "bend" ? 1 : 0);

/** Sort one row by the mean place of each vertex's neighbours in the row beside it; who has none keeps its place. */
function sortRow(layer, side, end, where) {
  const keys = new Map();
  for (const vertex of layer) {
    let [sum, weight] = [0, 0];
    for (const segment of vertex[side]) {
      const heavy = segment.from.kind === "bend" && segment.to.kind === "bend" ? 2 : 1;
      sum += heavy * (segment[end].place + segment[where]);
      weight += heavy;
    }
    keys.set(vertex, weight === 0 ? null : sum / weight);
  }
  const moving = layer.filter((vertex) => keys.get(vertex) !== null);
  moving.sort((a, b) => keys.get(a) - keys.get(b) || a.place - b.place);
  let next = 0;
  layer.forEach((vertex, place) => {
    if (keys.get(vertex) === null) return;
    layer[place] = moving[next];
    next += 1;
  });
  layer.forEach((vertex, place) => { vertex.place = place; });
}

/** Swap neighbours in a row wherever that saves crossings. */
function swapNeighbours(layers) {
  for (const layer of layers) {
    if (layer.length > 60) continue;
    for (let place = 0; place + 1 < layer.length; place += 1) {
      const [left, right] = [layer[place], layer[place + 1]];
      if (crossed(left, right) <= crossed(right, left)) continue;
      [layer[place], layer[place + 1]] = [right, left];
      [right.place, left.place] = [place, place + 1];
    }
  }
}

/** How many segments of two vertices cross if `left` stands left of `right`. */
function crossed(left, right) {
  let count = 0;
  for (const [side, end, where] of [["ups", "from", "outX"], ["downs", "to", "inX"]]) {
    for (const a of left[side]) {
      for (const b of right[side]) if (a[end].place + a[where] > b[end].place + b[where]) count += 1;
    }
  }
  return count;
}

/** How many segments cross in all. */
function crossings(layers) {
  let total = 0;
  for (const layer of layers) {
    const segments = layer.flatMap((vertex) => vertex.downs);
    const key = (segment, end, where) => segment[end].place + segment[where];
    segments.sort((a, b) => key(a, "from", "outX") - key(b, "from", "outX") || key(a, "to", "inX") - key(b, "to", "inX"));
    const ends = [...new Set(segments.map((segment) => key(segment, "to", "inX")))].sort((a, b) => a - b);
    const index = new Map(ends.map((end, at) => [end, at + 1]));
    const tree = new Float64Array(ends.length + 1);
    segments.forEach((segment, before) => {
      const at = index.get(key(segment, "to", "inX"));
      let notRight = 0;
      for (let i = at; i > 0; i -= i & -i) notRight += tree[i];
      total += before - notRight; // those that began further left and end further right
      for (let i = at; i <= ends.length; i += i & -i) tree[i] += 1;
    });
  }
  return total;
}
