// Routes: how a wire from one column to the other finds its way around the boxes that it has nothing to do with.
//
// Where a plain curve meets none of them, that is the wire. Else it leaves its source's side, follows a free lane, a height
// without boxes, to the gutter between the columns, crosses the gutter in a curve, and reaches its target likewise. Lanes
// keep apart from those of other sources.

const CLEAR = 5; // pixels between a wire and a box that it passes
const APART = 2; // half of what is between two wires side by side
const ASIDES = [12, 9, 16, 20, 24]; // how far beside a box a wire may run up or down, the best first
const MOST_LANES = 40; // to be tried in one direction
const STRIP = 100; // the picture is cut into strips so high, so that obstacles are found fast
const CORNER = 6;

/** What is in the way of wires: boxes, frames' titles, and wires that have their way already. */
function obstaclesOf(items) {
  const strips = new Map();
  for (const item of items.values()) {
    if (item.id === null) continue;
    const behind = item.behind ?? 0;
    const height = item.children ? TITLE - 4 : item.height;
    block(strips, { item }, [item.x, item.y], [item.x + item.width + behind, item.y + height + behind], CLEAR);
  }
  return strips;
}

/** Mark a rectangle, and what is within `margin` of it, as taken by `owner`: {item}, or {source} for a wire. */
function block(strips, owner, [left, top], [right, bottom], margin) {
  const taken = { ...owner, left: left - margin, right: right + margin, top: top - margin, bottom: bottom + margin };
  for (let at = Math.floor(taken.top / STRIP); at <= taken.bottom / STRIP; at += 1) {
    if (!strips.has(at)) strips.set(at, []);
    strips.get(at).push(taken);
  }
}

/** The first obstacle that an upright or level line from `a` to `b` meets; `passes` tells what is none. */
function obstacle(strips, a, b, passes) {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  const meets = (one) => one.left < right && one.right > left && one.top < bottom && one.bottom > top;
  for (let at = Math.floor(top / STRIP); at <= bottom / STRIP; at += 1) {
    const found = strips.get(at)?.find((one) => meets(one) && !passes(one));
    if (found !== undefined) return found;
  }
  return null;
}

/** From one column to the other around what is between, from the middle of a side to the height `end`; as an SVG path. */
function around(source, target, end, strips) {
  const plain = across(source, target, end);
  const isOwn = (one) => one.item === source || one.item === target;
  const isFree = plain.points.every((at) => obstacle(strips, at, at, (one) => isOwn(one) || !one.item) === null);
  const frame = gutterFrame(source, target);
  if (isFree || frame === null) return plain.path;
  const [first, second] = frame.columns;
  const [left, right] = [first.left + first.width, second.left];
  const rightward = source.x < target.x;
  const start = sideOfBox(source, rightward, source.y + source.height / 2);
  const finish = sideOfBox(target, !rightward, end);
  const leaving = way(start, rightward ? left : right, source, strips, source);
  const entering = way(finish, rightward ? right : left, target, strips, source);
  if (leaving === null || entering === null) return plain.path;
  for (const points of [leaving, entering]) {
    for (let at = 1; at < points.length; at += 1) {
      const [a, b] = [points[at - 1], points[at]];
      const [least, most] = [Math.min, Math.max].map((choose) => [0, 1].map((axis) => choose(a[axis], b[axis])));
      block(strips, { source }, least, most, APART);
    }
  }
  const [from, to] = [leaving.at(-1), entering.at(-1)];
  const middle = (from[0] + to[0]) / 2;
  const curve = `C${point(middle, from[1])} ${point(middle, to[1])} ${point(...to)}`;
  return `M${point(...start)}${corners(leaving)}${curve}${corners(entering.reverse())}`;
}

const sideOfBox = (item, isRight, y) => [item.x + (isRight ? item.width : 0), y];

/** The innermost frame around both, where they stand in its two columns. */
function gutterFrame(source, target) {
  let [a, b] = [source, target];
  while (a.parent !== b.parent) {
    if (a.depth >= b.depth) a = a.parent;
    else b = b.parent;
  }
  return a.side === b.side ? null : a.parent;
}

/** The points by which a wire gets from the side of a box, `start`, to the gutter at `x`; null where every lane is taken. */
function way(start, x, box, strips, source) {
  const beyond = [x, start[1]];
  const mine = (one) => one.item === box || one.source === source;
  const anyWire = (one) => one.item === box || !one.item;
  if (obstacle(strips, start, beyond, anyWire) === null) return [start, beyond];
  const outwards = Math.sign(x - start[0]) || 1;
  for (const passes of [mine, anyWire]) {
    const found = ASIDES.flatMap((aside) => lanes(strips, start, [start[0] + outwards * aside, x], passes));
    const best = found.reduce((least, one) => (least === null || one.cost < least.cost ? one : least), null);
    if (best !== null) return [start, [best.aside, start[1]], [best.aside, best.y], [x, best.y]];
  }
  return null;
}

/** The nearest free lanes above and below, from beside a box to the gutter, that can be reached beside the box. */
function lanes(strips, start, [aside, x], passes) {
  const found = [];
  if (obstacle(strips, start, [aside, start[1]], passes) !== null) return found;
  for (const direction of [-1, 1]) {
    let y = start[1];
    for (let tried = 0; tried < MOST_LANES; tried += 1) {
      const taken = obstacle(strips, [aside, y], [x, y], passes);
      if (taken === null) break;
      y = direction < 0 ? taken.top : taken.bottom;
    }
    const isFree = (a, b) => obstacle(strips, a, b, passes) === null;
    if (!isFree([aside, y], [x, y]) || !isFree([aside, start[1]], [aside, y])) continue;
    found.push({ aside, y, cost: Math.abs(y - start[1]) });
  }
  return found;
}

/** Lines through some points, each corner rounded; what comes before has led to the first. */
function corners(points) {
  let path = "";
  points.slice(1).forEach((at, index) => {
    const [before, after] = [points[index], points[index + 2]];
    if (after === undefined) {
      path += `L${point(...at)}`;
      return;
    }
    const length = (other) => Math.hypot(at[0] - other[0], at[1] - other[1]);
    const radius = Math.min(CORNER, length(before) / 2, length(after) / 2);
    const near = (other) => at.map((number, axis) => number + ((other[axis] - number) * radius) / (length(other) || 1));
    path += `L${point(...near(before))}Q${point(...at)} ${point(...near(after))}`;
  });
  return path;
}
