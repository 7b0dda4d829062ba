// Layout: from boxes of a known size to where each stands. Every frame's content is laid out as a graph of its own, and the
// frame is then one box in the frame around it, as in TensorBoard's graph explorer: K. Wongsuphasawat et al., "Visualizing
// dataflow graphs of deep learning models in TensorFlow", IEEE Transactions on Visualization and Computer Graphics 24, 2018.
//
// Time runs down. In a picture of both directions there are two columns: the forward pass runs down, its gradients run up
// beside it, each as near as can be to the height of the operation that it belongs to.
//
// An item is {id, order, side, small, begins, width, height} or, for a frame, {id, order, side, minWidth, children}; the
// layout adds x, y, width and height. An edge is {source, target}; the layout adds its `legs`, one for each frame it is in.

const PAD = 16; // within a frame, to the left, to the right, and below
const TITLE = 30; // the strip above a frame's content
const ROW_GAP = 26;
const PORT_GAP = 14; // between a frame's border and the first or last row, where a wire comes in or leaves
const COLUMN_GAP = 90;
const SIDE_GAP = 18; // between a parameter and the operation beside it
const STACK_GAP = 6; // between parameters that stand above each other
const MOST_STACKED = 6;

/** Lay out everything in `root`, an item without id. `ties` are pairs of ids: a gradient's box and its operation's. */
function layOut(root, edges, ties) {
  const items = new Map();
  const index = (item, parent, depth) => {
    Object.assign(item, { parent, depth, wires: new Map(), attached: [], host: null });
    items.set(item.id, item);
    for (const child of item.children ?? []) index(child, item, depth + 1);
  };
  index(root, null, 0);
  for (const edge of edges) edge.legs = legsOf(items.get(edge.source), items.get(edge.target));
  arrange(root);
  settle(root, ties.map(([gradient, operation]) => [items.get(gradient), items.get(operation)]));
  positionFrame(root, 0, 0);
  return items;
}

/**
 * The legs of an edge, one for each frame that it passes, in its direction; "in" and "out" are the frame's own border. None
 * for an edge from one column to the other.
 */
function legsOf(source, target) {
  const [up, down] = [[], []];
  let [a, b] = [source, target];
  while (a.parent !== b.parent) {
    if (a.depth >= b.depth) {
      up.push([a.parent, a, "out"]);
      a = a.parent;
    } else {
      down.push([b.parent, "in", b]);
      b = b.parent;
    }
  }
  if (a.side !== b.side) return [];
  return [...up, [a.parent, a, b], ...down.reverse()].map(([frame, from, to]) => leg(frame, source, from, to));
}

/** One leg; all that leaves one box is one wire, whatever it leads to. */
function leg(frame, source, from, to) {
  const { side } = from === "in" ? to : from;
  const key = `${source.id} ${side}`;
  if (!frame.wires.has(key)) frame.wires.set(key, { key, side, from, to: new Set() });
  const wire = frame.wires.get(key);
  wire.to.add(to);
  return { frame, wire, from, to };
}

/** Lay out a frame's columns, from the innermost frame outwards: rows, order and x; the heights come later. */
function arrange(frame) {
  for (const child of frame.children) if (child.children) arrange(child);
  frame.columns = [];
  frame.ports = { in: new Map(), out: new Map() };
  let x = 0;
  for (const side of ["forward", "backward"]) {
    const children = frame.children.filter((child) => child.side === side);
    if (children.length === 0) continue;
    if (frame.columns.length > 0) x += COLUMN_GAP;
    const wires = [...frame.wires.values()].filter((wire) => wire.side === side);
    const column = arrangeColumn(children, wires, side === "backward");
    column.x = x;
    x += column.width;
    frame.columns.push(column);
  }
  frame.width = Math.max(x + 2 * PAD, frame.minWidth ?? 0);
  const inset = (frame.width - x) / 2;
  for (const column of frame.columns) {
    column.x += inset;
    for (const [end, ports] of [["in", column.ins], ["out", column.outs]]) {
      for (const [key, vertex] of ports) frame.ports[end].set(key, column.x + vertex.x);
    }
  }
}

/** One column of a frame: {layers, width, up, vertices}. */
function arrangeColumn(children, wires, up) {
  attach(wires);
  const vertices = new Map();
  for (const item of children) {
    if (item.host !== null) continue;
    const left = item.attached.reduce((most, one) => Math.max(most, one.width + SIDE_GAP), 0);
    vertices.set(item, {
      key: item.id, kind: "item", order: item.order, begins: item.begins, item, left, width: left + item.width,
    });
  }
  const [ins, outs] = [new Map(), new Map()];
  const vertexOf = (end, wire) => {
    if (end !== "in" && end !== "out") return vertices.get(end);
    const ports = end === "in" ? ins : outs;
    if (!ports.has(wire.key)) {
      ports.set(wire.key, { key: `${end} ${wire.key}`, kind: end, order: end === "in" ? -1 : children.length, width: 0 });
    }
    return ports.get(wire.key);
  };
  const drawn = [];
  for (const wire of wires) {
    wire.isDrawn = wire.from === "in" || wire.from.host === null;
    if (!wire.isDrawn) continue;
    wire.ends = new Map([...wire.to].map((end) => [end, vertexOf(end, wire)]));
    drawn.push({ key: wire.key, leg: wire, from: vertexOf(wire.from, wire), to: [...wire.ends.values()] });
    wire.drawn = drawn.at(-1);
  }
  const all = [...vertices.values(), ...ins.values(), ...outs.values()];
  const { layers, segments } = layered(all, drawn);
  for (const layer of layers) for (const vertex of layer) vertex.width ??= 0;
  for (const segment of segments) {
    segment.out = portOf(segment.from, segment.wire.key, "out");
    segment.in = portOf(segment.to, segment.wire.key, "in");
    segment.outX = segment.from.width > 0 ? segment.out / segment.from.width : 0.5;
    segment.inX = segment.to.width > 0 ? segment.in / segment.to.width : 0.5;
  }
  order(layers, segments);
  const width = place(layers, segments);
  return { layers, segments, width, up, vertices, ins, outs, x: 0 };
}

/** Where on a vertex, from its left edge, a wire is tied: at a box's middle, at a frame where the wire goes on inside. */
function portOf(vertex, key, end) {
  if (vertex.kind !== "item") return 0;
  return vertex.left + (vertex.item.ports?.[end].get(key) ?? vertex.item.width / 2);
}

/** Set what only feeds one operation beside it, so that it takes no row of its own; what all begins with stays above. */
function attach(wires) {
  const fed = new Set(wires.flatMap((wire) => [...wire.to]));
  const fedByOthers = new Set(wires.flatMap((wire) => (wire.from === "in" || !wire.from.small ? [...wire.to] : [])));
  for (const wire of wires) {
    const [host] = wire.to;
    const fits = wire.to.size === 1 && host !== "out" && wire.from !== "in" && wire.from.small && !fed.has(wire.from);
    if (!fits || host.children || host.small || host.attached.length >= MOST_STACKED) continue;
    if (wire.from.begins && !fedByOthers.has(host)) continue;
    wire.from.host = host;
    host.attached.push(wire.from);
  }
}

/** Give a frame its rows' heights, and itself its own. `ties` pull the two columns' rows to the same heights. */
function settle(frame, ties) {
  settleColumns(frame.columns, ties, [frame]);
}

/** The same for the two columns of one frame, or for those of two frames that belong together. */
function settleColumns(columns, ties, frames) {
  const pairs = columns.length === 2 ? matches(columns, ties) : [];
  const settled = new Set();
  for (const { forward, backward } of pairs) {
    const both = [forward, backward];
    if (!both.every((item) => item.children && item.columns.length === 1)) continue;
    settleColumns(both.map((item) => item.columns[0]), ties, both);
    both.forEach((item) => settled.add(item));
  }
  for (const column of columns) {
    for (const item of column.vertices.keys()) if (item.children && !settled.has(item)) settle(item, ties);
  }
  for (const column of columns) measureRows(column);
  const next = columns.map(() => 0);
  for (const pair of [...pairs, null]) {
    const ends = columns.map((column, at) => (pair === null ? column.rows.length : pair.rows[at] + 1));
    columns.forEach((column, at) => stackRows(column, next[at], ends[at]));
    if (pair === null) break;
    const tied = columns.map((column, at) => column.rows[pair.rows[at]]);
    const middle = Math.max(...tied.map((row) => row.middle));
    for (const row of tied) row.middle = middle;
    next.splice(0, Infinity, ...ends);
  }
  const height = Math.max(0, ...columns.map((column) => {
    const last = column.rows.at(-1);
    return last.middle + last.height / 2 + (last.isPort ? 0 : PAD);
  }));
  for (const column of columns) {
    const last = column.rows.at(-1);
    if (last.isPort) last.middle = height; // the wires go on to the frame's lower border
  }
  for (const frame of frames) frame.height = TITLE + Math.max(height, PAD);
}

/** A column's rows from the top: how high each is, and how far it is from the one above. */
function measureRows(column) {
  const shown = column.up ? [...column.layers].reverse() : column.layers;
  const slant = column.layers.map(() => 0); // how far to the side the wires below a layer lead
  for (const { from, to, out, in: inside } of column.segments) {
    const upper = Math.min(from.rank, to.rank);
    slant[upper] = Math.max(slant[upper], Math.abs(from.x + out - to.x - inside));
  }
  column.rows = shown.map((layer) => {
    const height = layer.reduce((most, vertex) => Math.max(most, heightOf(vertex)), 0);
    return { layer, height, isPort: layer.every((vertex) => vertex.kind !== "item") };
  });
  column.rows.forEach((row, at) => {
    if (at === 0) row.gap = row.isPort ? 0 : PORT_GAP;
    else {
      const above = column.up ? column.layers.length - 1 - at : at - 1;
      const ports = (row.isPort && at === column.rows.length - 1) || (column.rows[at - 1].isPort && at === 1);
      row.gap = (ports ? PORT_GAP : ROW_GAP) + Math.min(40, slant[above] * 0.08);
    }
    for (const vertex of row.layer) vertex.row = row;
  });
}

/** How high a vertex is, with what stands beside it. */
function heightOf(vertex) {
  if (vertex.kind !== "item") return 0;
  return Math.max(vertex.item.height, stackHeight(vertex.item));
}

const stackHeight = (item) => item.attached.reduce((sum, one) => sum + one.height + STACK_GAP, -STACK_GAP);

/** Stack some of a column's rows below what is above them. */
function stackRows(column, from, to) {
  for (let at = from; at < to; at += 1) {
    const row = column.rows[at];
    const above = column.rows[at - 1];
    row.middle = (above === undefined ? 0 : above.middle + above.height / 2) + row.gap + row.height / 2;
  }
}

/**
 * The rows of two columns that belong at one height: {rows: [forward row, backward row], forward, backward}, from the top.
 *
 * Both columns must keep their order, so of all rows tied by gradients the heaviest increasing chain is taken.
 */
function matches([forward, backward], ties) {
  const found = new Map();
  const child = (column, item) => {
    while (item && !column.vertices.has(item)) item = item.host ?? item.parent;
    return item;
  };
  for (const [gradient, operation] of ties) {
    const [a, b] = [child(forward, operation), child(backward, gradient)];
    if (!a || !b) continue;
    const rows = [forward.vertices.get(a).rank, backward.layers.length - 1 - backward.vertices.get(b).rank];
    const key = `${a.id} ${b.id}`;
    if (!found.has(key)) found.set(key, { rows, forward: a, backward: b, weight: 0 });
    found.get(key).weight += 1;
  }
  const pairs = [...found.values()].sort((a, b) => a.rows[0] - b.rows[0] || b.rows[1] - a.rows[1] || a.weight - b.weight);
  if (pairs.length > 3000) return [];
  pairs.forEach((pair, at) => {
    Object.assign(pair, { total: pair.weight, before: null });
    for (let other = 0; other < at; other += 1) {
      const { rows, total } = pairs[other];
      if (rows[0] >= pair.rows[0] || rows[1] >= pair.rows[1] || total + pair.weight <= pair.total) continue;
      Object.assign(pair, { total: total + pair.weight, before: pairs[other] });
    }
  });
  const chain = [];
  const last = pairs.reduce((best, pair) => (best && best.total >= pair.total ? best : pair), null);
  for (let pair = last; pair; pair = pair.before) chain.push(pair);
  return chain.reverse();
}

/** Turn what is known within a frame into places on the page, from the outermost frame inwards. */
function positionFrame(frame, x, y) {
  Object.assign(frame, { x, y });
  const top = frame.id === null ? y : y + TITLE;
  for (const column of frame.columns) {
    column.left = x + column.x;
    for (const row of column.rows) {
      row.y = top + row.middle;
      for (const vertex of row.layer) if (vertex.kind === "item") positionItem(vertex, column.left + vertex.x, row.y);
    }
  }
}

function positionItem(vertex, left, middle) {
  const { item } = vertex;
  [item.x, item.y, item.vertex] = [left + vertex.left, middle - item.height / 2, vertex];
  let y = middle - stackHeight(item) / 2;
  for (const one of item.attached) {
    [one.x, one.y] = [item.x - SIDE_GAP - one.width, y];
    y += one.height + STACK_GAP;
  }
  if (item.children) positionFrame(item, item.x, item.y);
}
