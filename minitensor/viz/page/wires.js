// Wires: the line that is drawn for an edge, once everything has its place.
//
// A line goes through stops, {x, enter, leave, way}: at x it runs straight from the height `enter` to the height `leave`;
// `way` is 1 where it runs down and -1 where it runs up. Between stops it is a cubic curve that leaves and enters upright.

const SLOT = 14; // pixels between two arrows that enter one box from above

/** The paths of edges, each as the `d` of an SVG path; those that go around boxes are obstacles for what is drawn later. */
function pathsOf(edges, items, strips = obstaclesOf(items)) {
  const heights = entries(edges, items);
  return edges.map((edge) => pathOf(edge, items, heights, strips));
}

function pathOf(edge, items, heights, strips) {
  const [source, target] = [items.get(edge.source), items.get(edge.target)];
  if (edge.legs.length === 0) return around(source, target, heights.get(edge), strips);
  const [first] = edge.legs;
  if (edge.legs.length === 1 && first.from.host !== null && !first.wire.isDrawn) return beside(source, target);
  return throughStops(edge.legs.flatMap(stopsOf));
}

/** From a parameter to the operation at its right. */
function beside(source, target) {
  const from = [source.x + source.width, source.y + source.height / 2];
  const to = [target.x, Math.min(Math.max(from[1], target.y + 8), target.y + target.height - 8)];
  const middle = (from[0] + to[0]) / 2;
  return `M${point(...from)}C${point(middle, from[1])} ${point(middle, to[1])} ${point(...to)}`;
}

/** At what height each edge from the other column enters its target's side: where there are several, one below the other. */
function entries(edges, items) {
  const entering = new Map();
  for (const edge of edges) {
    if (edge.legs.length > 0) continue;
    if (!entering.has(edge.target)) entering.set(edge.target, []);
    entering.get(edge.target).push(edge);
  }
  const heights = new Map();
  for (const [id, list] of entering) {
    const { y, height } = items.get(id);
    list.sort((a, b) => items.get(a.source).y - items.get(b.source).y);
    list.forEach((edge, at) => heights.set(edge, y + (height * (at + 1)) / (list.length + 1)));
  }
  return heights;
}

/** From one column to the other: out of one box's side and into the other's, {path, points}: some points of the curve. */
function across(source, target, end = target.y + target.height / 2) {
  const rightward = source.x < target.x;
  const from = [source.x + (rightward ? source.width : 0), source.y + source.height / 2];
  const to = [target.x + (rightward ? 0 : target.width), end];
  const pull = Math.max(30, Math.abs(to[0] - from[0]) / 2) * (rightward ? 1 : -1);
  const [out, back] = [[from[0] + pull, from[1]], [to[0] - pull, to[1]]];
  const count = Math.ceil(Math.min(400, (Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1])) / 6));
  const bezier = (t, axis) =>
    (1 - t) ** 3 * from[axis] + 3 * (1 - t) ** 2 * t * out[axis] + 3 * (1 - t) * t ** 2 * back[axis] + t ** 3 * to[axis];
  const points = Array.from({ length: count }, (_, at) => [0, 1].map((axis) => bezier(at / count, axis)));
  return { path: `M${point(...from)}C${point(...out)} ${point(...back)} ${point(...to)}`, points };
}

/** The stops of one leg. */
function stopsOf({ frame, wire, from, to }) {
  const end = wire.ends.get(to);
  const column = frame.columns.find((one) => one.vertices.has(to) || one.outs.get(wire.key) === end);
  const way = column.up ? -1 : 1;
  const border = { in: way > 0 ? frame.y : frame.y + frame.height, out: way > 0 ? frame.y + frame.height : frame.y };
  // ahead: 1 where wires leave a row or a box, -1 where they enter
  const edgeOf = (row, ahead) => row.y + (row.height / 2) * way * ahead;
  const below = (item, ahead) => item.y + item.height + (ahead < 0 ? item.behind ?? 0 : 0);
  const boxEdge = (item, ahead) => (way * ahead > 0 ? below(item, ahead) : item.y);
  const stops = [];
  const begin = wire.drawn.from;
  const beginX = column.left + begin.x + portOf(begin, wire.key, "out");
  if (from === "in") stops.push({ x: beginX, enter: border.in, leave: begin.row.y, way });
  else stops.push({ x: beginX, enter: boxEdge(from, 1), leave: edgeOf(begin.row, 1), way });
  const turned = wire.drawn.turned.get(end);
  const passed = turned ?? wire.drawn.bends.slice(0, wire.drawn.far.has(end) ? 0 : end.rank - begin.rank - 1);
  for (const bend of passed) {
    const [ahead, back] = [edgeOf(bend.row, 1), edgeOf(bend.row, -1)];
    const [enter, leave] = turned ? [ahead, back] : [back, ahead];
    stops.push({ x: column.left + bend.x, enter, leave, way: turned ? -way : way });
  }
  const endX = column.left + end.x + portOf(end, wire.key, "in");
  if (to === "out") stops.push({ x: endX, enter: end.row.y, leave: border.out, way });
  else {
    const [rowEdge, leave] = [edgeOf(end.row, -1), boxEdge(to, -1)];
    const enter = (leave - rowEdge) * way > 0 ? rowEdge : leave; // the sheets behind a group may stand out of the row
    stops.push({ x: endX + slot(end, wire), enter, leave, way });
  }
  return stops;
}

/** How far from the middle of a box a wire enters it, where several do: the straight one there, the others beside it. */
function slot(vertex, wire) {
  if (vertex.item.children || vertex.ups.length < 2) return 0;
  if (vertex.slots === undefined) {
    const from = (segment) => segment.from.x + segment.out;
    const own = vertex.x + vertex.left + vertex.item.width / 2;
    const ups = [...vertex.ups].sort((a, b) => from(a) - from(b));
    const straight = ups.findIndex((segment) => Math.abs(from(segment) - own) < 1);
    const middle = straight < 0 ? (ups.length - 1) / 2 : straight;
    const step = Math.min(SLOT, (vertex.item.width / 2 - 10) / Math.max(middle, ups.length - 1 - middle));
    vertex.slots = new Map(ups.map((segment, at) => [segment.wire.key, (at - middle) * step]));
  }
  return vertex.slots.get(wire.key) ?? 0;
}

/** The path through some stops. */
function throughStops(stops) {
  let path = `M${point(stops[0].x, stops[0].enter)}`;
  let y = stops[0].enter;
  stops.forEach((stop, at) => {
    if (at > 0) path += curve(stops[at - 1], y, stop);
    if (Math.abs(stop.leave - stop.enter) > 0.5) path += `V${round(stop.leave)}`;
    y = stop.leave;
  });
  return path;
}

/** From one stop to the next: straight where both have the same x, a loop where the line turns back. */
function curve(from, y, to) {
  if (Math.abs(from.x - to.x) < 0.5 && from.way === to.way) return `V${round(to.enter)}`;
  const isAhead = from.way === to.way && (to.enter - y) * from.way > 0;
  const pull = isAhead ? Math.abs(to.enter - y) / 2 : 26;
  return `C${point(from.x, y + from.way * pull)} ${point(to.x, to.enter - to.way * pull)} ${point(to.x, to.enter)}`;
}

const round = (number) => Math.round(number * 10) / 10;
const point = (x, y) => `${round(x)} ${round(y)}`;
