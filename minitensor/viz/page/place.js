// Place: the x of every vertex. What should stand in one line is tied into blocks, and the blocks are set side by side.
// The blocks are those of U. Brandes and B. Köpf, "Fast and simple horizontal coordinate assignment", Graph Drawing 2001,
// but made once, the main line first: a network's spine runs straight, and what skips it bends. Each block then moves to
// the median of its neighbours, as far as the blocks beside it allow.
//
// A vertex has `width`, a segment `out` and `in`: at what x of its ends, from their left edges, it is tied.

const GAP = 28; // pixels between two boxes of a row
const WIRE_GAP = 16; // beside a wire
const ROUNDS = 12;

/** Give each vertex its `x`, its left edge, from 0. Returns the width of it all. */
function place(layers, segments) {
  const blocks = tie(layers, segments);
  const gaps = neighbours(layers);
  const sequence = fromLeft(blocks, gaps);
  const least = (block) => gaps.left.get(block).reduce((x, { other, gap }) => Math.max(x, other.x + gap), -Infinity);
  const most = (block) => gaps.right.get(block).reduce((x, { other, gap }) => Math.min(x, other.x - gap), Infinity);
  for (const block of sequence) block.x = Math.max(0, least(block));
  const wishes = wishesOf(blocks, segments);
  for (let round = 0; round < ROUNDS; round += 1) {
    const way = round % 2 === 0 ? [...sequence].reverse() : sequence;
    let moved = 0;
    for (const block of way) {
      const wanted = median(wishes.get(block).map((wish) => wish()));
      if (wanted === null) continue;
      const x = Math.min(Math.max(wanted, least(block)), most(block));
      moved = Math.max(moved, Math.abs(x - block.x));
      block.x = x;
    }
    if (moved < 0.5) break;
  }
  let [left, right] = [Infinity, -Infinity];
  for (const block of blocks) {
    for (const vertex of block.members) {
      vertex.x = block.x + vertex.shift;
      left = Math.min(left, vertex.x);
      right = Math.max(right, vertex.x + vertex.width);
    }
  }
  for (const layer of layers) for (const vertex of layer) vertex.x -= left;
  return layers.length === 0 ? 0 : right - left;
}

/** Tie vertices of neighbouring rows into blocks: {members, x}, each member with its `shift` from the block's x. */
function tie(layers, segments) {
  const rows = layers.map(() => []);
  for (const segment of segments) rows[segment.from.rank].push(segment);
  const ties = rows.map((row) => straight(row));
  const blocks = [];
  for (const layer of layers) {
    for (const vertex of layer) vertex.block = null;
  }
  layers.forEach((layer, row) => {
    for (const vertex of layer) {
      if (vertex.block === null) {
        vertex.block = { members: [vertex], x: 0, index: blocks.length };
        vertex.shift = 0;
        blocks.push(vertex.block);
      }
      const segment = ties[row].get(vertex);
      if (segment === undefined) continue;
      segment.to.block = vertex.block;
      segment.to.shift = vertex.shift + segment.out - segment.in;
      vertex.block.members.push(segment.to);
    }
  });
  return blocks;
}

/** Of the segments between two rows, those that run straight: the main line first, then wires, then the middle ones. */
function straight(row) {
  const wished = row.map((segment) => ({ segment, claim: claim(segment) })).filter((wish) => wish.claim < Infinity);
  const places = ({ from, to }) => from.place * 1e6 + to.place;
  wished.sort((a, b) => a.claim - b.claim || places(a.segment) - places(b.segment));
  const chosen = new Map();
  const taken = new Set();
  const kept = [];
  for (const { segment } of wished) {
    if (chosen.has(segment.from) || taken.has(segment.to)) continue;
    const crosses = ({ from, to }) => (from.place - segment.from.place) * (to.place - segment.to.place) <= 0;
    if (kept.some(crosses)) continue;
    chosen.set(segment.from, segment);
    taken.add(segment.to);
    kept.push(segment);
  }
  return chosen;
}

/** How strongly a segment asks to be straight; the smaller, the more. */
function claim(segment) {
  const { from, to } = segment;
  if (isNext(segment, from.downs, (other) => other.to, (vertex) => vertex.below ?? 0)) {
    if (isNext(segment, to.ups, (other) => other.from, depth)) return 0;
  }
  const bends = (from.kind === "bend") + (to.kind === "bend");
  if (bends === 2) return 1;
  const offset = (list) => Math.abs(list.indexOf(segment) - (list.length - 1) / 2);
  const byTarget = [...from.downs].sort((a, b) => a.to.place - b.to.place);
  const bySource = [...to.ups].sort((a, b) => a.from.place - b.from.place);
  return offset(byTarget) + offset(bySource) === 0 ? 2 + bends : Infinity;
}

/**
 * Whether the main line goes on by this segment rather than by another of the list: by what comes from an input rather than
 * from parameters alone, by a box rather than by a wire that passes, by the longest way.
 */
function isNext(segment, segments, end, length) {
  const main = segments.filter((other) => end(other).isMain);
  const lines = main.length > 0 ? main : segments;
  const boxes = lines.filter((other) => end(other).kind !== "bend");
  if (boxes.length === 0) return lines.length === 1 && lines[0] === segment;
  const isShorter = (other) => other === segment || length(end(other)) < length(end(segment));
  return boxes.includes(segment) && boxes.every(isShorter);
}

/** The longest way from the top to a vertex. */
function depth(vertex) {
  if (vertex.depth === undefined) {
    const waiting = [vertex];
    while (waiting.length > 0) {
      const one = waiting.at(-1);
      const unknown = one.ups.filter((segment) => segment.from.depth === undefined);
      if (unknown.length > 0) {
        waiting.push(...unknown.map((segment) => segment.from));
        continue;
      }
      one.depth = one.ups.reduce((most, segment) => Math.max(most, segment.from.depth + 1), 0);
      waiting.pop();
    }
  }
  return vertex.depth;
}

/** For each block, the blocks beside it and how far their x must be apart. */
function neighbours(layers) {
  const left = new Map();
  const right = new Map();
  for (const layer of layers) {
    layer.forEach((vertex, at) => {
      for (const side of [left, right]) if (!side.has(vertex.block)) side.set(vertex.block, []);
      if (at === 0) return;
      const before = layer[at - 1];
      const between = before.kind === "item" && vertex.kind === "item" ? GAP : WIRE_GAP;
      const gap = before.shift + before.width + between - vertex.shift;
      left.get(vertex.block).push({ other: before.block, gap });
      right.get(before.block).push({ other: vertex.block, gap });
    });
  }
  return { left, right };
}

/** The blocks in an order in which each comes after those to its left. */
function fromLeft(blocks, gaps) {
  const missing = new Map(blocks.map((block) => [block, gaps.left.get(block).length]));
  const sequence = blocks.filter((block) => missing.get(block) === 0);
  for (let at = 0; at < sequence.length; at += 1) {
    for (const { other } of gaps.right.get(sequence[at])) {
      missing.set(other, missing.get(other) - 1);
      if (missing.get(other) === 0) sequence.push(other);
    }
  }
  return sequence;
}

/** For each block, functions that tell where each of its loose segments would have it. */
function wishesOf(blocks, segments) {
  const wishes = new Map(blocks.map((block) => [block, []]));
  for (const segment of segments) {
    const { from, to } = segment;
    if (from.block === to.block) continue;
    const apart = from.shift + segment.out - to.shift - segment.in; // the x of `to`'s block minus that of `from`'s
    wishes.get(to.block).push(() => from.block.x + apart);
    wishes.get(from.block).push(() => to.block.x - apart);
  }
  return wishes;
}

function median(values) {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const middle = (values.length - 1) / 2;
  return (values[Math.floor(middle)] + values[Math.ceil(middle)]) / 2;
}
