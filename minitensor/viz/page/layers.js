// Layers: which row each vertex of one frame stands in, and the wires that lead past the rows between.
// The first step of a layered drawing: K. Sugiyama, S. Tagawa and M. Toda, "Methods for visual understanding of hierarchical
// system structures", IEEE Transactions on Systems, Man, and Cybernetics 11, 1981.
//
// A vertex is {key, order, kind}: kind "item", "in" or "out" (where a wire enters or leaves the frame), or "bend" (where a
// wire passes a row). A wire is {from, to: [...]}: all that leaves one box for others, drawn as one line that branches.

const LONGEST_WIRE = 60; // rows; what leads further is drawn straight across, behind everything
const MOST_BENDS = 20000;

/** Put the vertices into layers, from the top. Gives {layers, segments}; every wire gets its `bends`. */
function layered(vertices, wires) {
  const arcs = arcsOf(vertices, wires);
  const sequence = topological(vertices, arcs);
  markMain(sequence);
  rank(vertices, sequence);
  const last = vertices.reduce((most, vertex) => Math.max(most, vertex.rank), 0);
  const layers = Array.from({ length: last + 1 }, () => []);
  for (const vertex of vertices) layers[vertex.rank].push(vertex);
  return { layers, segments: bend(layers, wires) };
}

/** The graph's arcs, one for each pair, hung up at both ends as `outs` and `ins`. */
function arcsOf(vertices, wires) {
  for (const vertex of vertices) Object.assign(vertex, { outs: [], ins: [] });
  const arcs = [];
  for (const wire of wires) {
    for (const target of wire.to) {
      const arc = { from: wire.from, to: target, turned: false, wire };
      arcs.push(arc);
      wire.from.outs.push(arc);
      target.ins.push(arc);
    }
  }
  return arcs;
}

/** An order in which each arc leads forward. Where there is a circle, the vertex that was computed first begins it. */
function topological(vertices, arcs) {
  const missing = new Map(vertices.map((vertex) => [vertex, vertex.ins.length]));
  const byTime = [...vertices].sort((a, b) => a.order - b.order);
  const ready = byTime.filter((vertex) => missing.get(vertex) === 0).reverse();
  const sequence = [];
  const placed = new Set();
  let next = 0;
  while (sequence.length < vertices.length) {
    let vertex = ready.pop();
    while (vertex === undefined) {
      if (!placed.has(byTime[next])) vertex = byTime[next];
      next += 1;
    }
    if (placed.has(vertex)) continue;
    placed.add(vertex);
    sequence.push(vertex);
    for (const { to } of vertex.outs) {
      missing.set(to, missing.get(to) - 1);
      if (missing.get(to) === 0 && !placed.has(to)) ready.push(to);
    }
  }
  const position = new Map(sequence.map((vertex, index) => [vertex, index]));
  for (const arc of arcs) arc.turned = position.get(arc.from) >= position.get(arc.to);
  return sequence;
}

/** Mark what comes from the frame's border or from an input, in contrast to what is only worked out of parameters. */
function markMain(sequence) {
  for (const vertex of sequence) {
    const fromMain = vertex.ins.some((arc) => !arc.turned && arc.from.isMain);
    vertex.isMain = vertex.kind === "in" || Boolean(vertex.begins) || fromMain;
  }
  if (sequence.some((vertex) => vertex.isMain)) return;
  for (const vertex of sequence) vertex.isMain = true;
}

/** The longest way from the top decides the row; then each vertex moves down to where most of its arcs are short. */
function rank(vertices, sequence) {
  const above = (vertex) => [...vertex.ins.filter((arc) => !arc.turned).map((arc) => arc.from),
    ...vertex.outs.filter((arc) => arc.turned).map((arc) => arc.to)];
  const below = (vertex) => [...vertex.outs.filter((arc) => !arc.turned).map((arc) => arc.to),
    ...vertex.ins.filter((arc) => arc.turned).map((arc) => arc.from)];
  const top = vertices.some((vertex) => vertex.kind === "in") ? 1 : 0;
  for (const vertex of sequence) {
    vertex.rank = vertex.kind === "in" ? 0 : Math.max(top, ...above(vertex).map((one) => one.rank + 1));
  }
  for (const vertex of [...sequence].reverse()) {
    // the longest way down from it; a wire that leaves the frame goes on outside
    vertex.below = Math.max(vertex.kind === "out" ? sequence.length : 0, ...below(vertex).map((one) => one.below + 1));
  }
  const inside = vertices.reduce((most, vertex) => (vertex.kind === "item" ? Math.max(most, vertex.rank) : most), top - 1);
  for (const vertex of vertices) if (vertex.kind === "out") vertex.rank = inside + 1;
  for (let round = 0; round < 2; round += 1) {
    for (const vertex of [...sequence].reverse()) {
      const pulls = below(vertex).filter((one) => one.kind !== "out");
      if (vertex.kind !== "item" || pulls.length === 0 || pulls.length <= above(vertex).length) continue;
      vertex.rank = Math.min(...below(vertex).map((one) => one.rank)) - 1;
    }
  }
}

/** Lead each wire through the rows that it passes. Gives the segments, each from a row to the next. */
function bend(layers, wires) {
  const segments = [];
  let bends = 0;
  const bendAt = (wire, row) => {
    const { order: when, isMain } = wire.from;
    const one = { key: `${wire.key} ${row}`, kind: "bend", rank: row, order: when, isMain, outs: [], ins: [] };
    layers[row].push(one);
    bends += 1;
    return one;
  };
  const connect = (from, to, wire) => segments.push({ from, to, wire });
  const length = (wire) => Math.max(...wire.to.map((target) => target.rank)) - wire.from.rank;
  for (const wire of [...wires].sort((a, b) => length(a) - length(b))) {
    Object.assign(wire, { bends: [], far: new Set(), turned: new Map() });
    const targets = [...wire.to].sort((a, b) => a.rank - b.rank);
    for (const target of targets) {
      const span = target.rank - wire.from.rank;
      if (span <= 0) {
        wire.turned.set(target, turn(wire, target, bendAt, connect));
        continue;
      }
      if (span > LONGEST_WIRE || bends + span > MOST_BENDS) {
        wire.far.add(target);
        continue;
      }
      while (wire.bends.length < span - 1) {
        const before = wire.bends.at(-1) ?? wire.from;
        wire.bends.push(bendAt(wire, before.rank + 1));
        connect(before, wire.bends.at(-1), wire);
      }
      connect(span === 1 ? wire.from : wire.bends[span - 2], target, wire);
    }
  }
  return segments;
}

/** The bends of a line that leads back up, from the source's row to the target's. */
function turn(wire, target, bendAt, connect) {
  const bends = [];
  for (let row = wire.from.rank; row >= target.rank; row -= 1) {
    bends.push(bendAt({ key: `${wire.key} up ${target.key}`, from: wire.from }, row));
    if (bends.length > 1) connect(bends.at(-1), bends.at(-2), wire);
  }
  return bends;
}
