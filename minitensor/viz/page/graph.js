// What there is to see: the tree of groups, the edges between what is visible, ways up and down, search, the page's address.
// Pure functions of the data that Python wrote (minitensor/viz/elements.py): nothing here knows that there is a page.

const MOST_OPEN = 60; // operations; a graph with more opens at its top modules

/**
 * The graph as the page uses it.
 *
 * elements: id -> a node or a group, each with its `parent`; a node with its `inputs` and `outputs` (edges) and `gradients`
 * (ids of the gradients that belong to it); a group with its `children` and with sums over what is in it.
 */
function readGraph(data) {
  const elements = new Map();
  for (const group of data.groups) {
    elements.set(group.id, {
      ...group, isGroup: true, parent: group.parent ?? null, children: [], size: 0, first: Infinity,
      firstOperation: Infinity, operations: 0, parameters: 0, numbers: 0, seconds: 0, troubles: 0, kept: [],
      isBackward: true,
    });
  }
  data.nodes.forEach((node, index) => {
    elements.set(node.id, {
      ...node, isGroup: false, parent: node.group ?? null, index, first: index, inputs: [], outputs: [], gradients: [],
    });
  });
  for (const edge of data.edges) {
    elements.get(edge.source).outputs.push(edge);
    elements.get(edge.target).inputs.push(edge);
  }
  const graph = { direction: data.direction, notes: data.notes, elements, edges: data.edges, roots: [] };
  graph.nodes = data.nodes.map((node) => elements.get(node.id));
  graph.groups = data.groups.map((group) => elements.get(group.id));
  for (const node of graph.nodes) {
    const uses = node.outputs.map((edge) => elements.get(edge.target).kind);
    const feedsGradients = node.kind === "input" && uses.length > 0 && uses.every((kind) => kind === "gradient");
    node.isBackward = node.kind === "gradient" || feedsGradients || Boolean(node.backward);
    if (node.of !== undefined && elements.has(node.of)) elements.get(node.of).gradients.push(node.id);
    for (const group of ancestors(graph, node.id)) count(group, node);
  }
  for (const element of elements.values()) {
    (element.parent === null ? graph.roots : elements.get(element.parent).children).push(element.id);
  }
  for (const group of graph.groups) if (group.firstOperation < Infinity) group.first = group.firstOperation;
  const byTime = (a, b) => elements.get(a).first - elements.get(b).first;
  graph.roots.sort(byTime);
  for (const group of graph.groups) group.children.sort(byTime);
  graph.presets = { start: initialGroups(graph), top: topGroups(graph), all: everyGroup(graph) };
  return graph;
}

/** Add a node to the sums of a group around it. */
function count(group, node) {
  const isOperation = !isSide(node);
  group.size += 1;
  group.first = Math.min(group.first, node.index);
  if (isOperation) group.firstOperation = Math.min(group.firstOperation, node.index);
  group.operations += isOperation ? node.count ?? 1 : 0;
  group.parameters += node.kind === "parameter" ? 1 : 0;
  group.numbers += node.kind === "parameter" || node.kind === "group" ? node.elements ?? 0 : 0;
  group.seconds += node.seconds ?? 0;
  group.troubles += hasTrouble(node) ? 1 : 0;
  group.isBackward &&= node.isBackward;
  group.kept.push(...(node.saved ?? []));
}

/** Whether a node only feeds an operation: it is drawn small, at its consumer's side. */
const isSide = (node) => ["parameter", "buffer", "input", "value"].includes(node.kind);

/** Whether values that are NaN or infinite were seen at a node. */
const hasTrouble = (node) => [node.value, node.gradient].some((seen) => seen && (seen.nan > 0 || seen.inf > 0));

/** The groups around an element, from the innermost. */
function ancestors(graph, id) {
  const found = [];
  for (let parent = graph.elements.get(id).parent; parent !== null; ) {
    found.push(graph.elements.get(parent));
    parent = graph.elements.get(parent).parent;
  }
  return found;
}

/** Which of the two columns of a picture of both directions an element stands in. */
function sideOf(graph, element) {
  return graph.direction === "both" && element.isBackward ? "backward" : "forward";
}

/**
 * What is visible when these groups are expanded.
 *
 * boxes: ids of what is drawn as a box. frames: ids of the expanded groups that are in sight. owner: for each node the box
 * that stands for it. edges: between boxes, with the edges of the data that each stands for.
 */
function visible(graph, expanded) {
  const boxes = [];
  const frames = [];
  const owner = new Map();
  const visit = (id, box) => {
    const element = graph.elements.get(id);
    const shown = box === null && element.isGroup && expanded.has(id);
    if (shown) frames.push(id);
    else if (box === null) boxes.push(id);
    if (!element.isGroup) owner.set(id, box ?? id);
    else for (const child of element.children) visit(child, shown ? null : box ?? id);
  };
  for (const root of graph.roots) visit(root, null);
  const edges = new Map();
  for (const edge of graph.edges) {
    const [source, target] = [owner.get(edge.source), owner.get(edge.target)];
    if (source === target) continue;
    const key = `${source} ${target}`;
    if (!edges.has(key)) edges.set(key, { source, target, parts: [] });
    edges.get(key).parts.push(edge);
  }
  return { boxes, frames, owner, edges: [...edges.values()] };
}

/** Every group; without `all`, but for repeated blocks and what is in them, and for what one formula takes. */
function everyGroup(graph, all = true) {
  const closes = (group) => group.kind === "repeat" || group.kind === "gradient";
  const isClosed = (group) => closes(group) || ancestors(graph, group.id).some(closes);
  return new Set(graph.groups.filter((group) => all || !isClosed(group)).map((group) => group.id));
}

/** The groups to expand so that the model's parts are in sight: the model's own frame, and shells around a single part. */
function topGroups(graph) {
  const expanded = new Set();
  const open = (ids) => {
    const groups = ids.map((id) => graph.elements.get(id)).filter((element) => element.isGroup);
    const operations = ids.map((id) => graph.elements.get(id)).filter((element) => !element.isGroup && !isSide(element));
    for (const group of groups) {
      const isModel = group.path === "" && (group.kind === "module" || group.kind === "backward");
      const isShell = groups.length === 1 && operations.length <= 3 && group.kind !== "repeat" && group.size <= 400;
      if (!isModel && !isShell) continue;
      expanded.add(group.id);
      open(group.children);
    }
  };
  open(graph.roots);
  return expanded;
}

/** What is expanded when the page opens: everything in a small graph, the top modules in a larger one. */
function initialGroups(graph) {
  const operations = graph.nodes.filter((node) => !isSide(node)).length;
  return operations <= MOST_OPEN ? everyGroup(graph, false) : topGroups(graph);
}

/** The nodes that an element stands for. */
function nodesOf(graph, id) {
  const element = graph.elements.get(id);
  return element.isGroup ? element.children.flatMap((child) => nodesOf(graph, child)) : [id];
}

/**
 * The nodes that an element depends on ("up") or that depend on it ("down"), itself not included.
 *
 * In a picture of both directions the way stays in the element's own column and takes at most one step into the other: the
 * gradients of an operation use its arrays, and all that follows would be nearly everything.
 */
function reach(graph, id, way) {
  const [edges, end] = way === "up" ? ["inputs", "source"] : ["outputs", "target"];
  const start = nodesOf(graph, id);
  const found = new Set(start);
  const waiting = [...start];
  while (waiting.length > 0) {
    const node = graph.elements.get(waiting.pop());
    for (const edge of node[edges]) {
      if (found.has(edge[end])) continue;
      const next = graph.elements.get(edge[end]);
      const crosses = sideOf(graph, node) !== sideOf(graph, next);
      if (crosses && !start.includes(node.id)) continue;
      found.add(edge[end]);
      if (!crosses) waiting.push(edge[end]);
    }
  }
  for (const node of start) found.delete(node);
  return found;
}

/** The elements on the other side that belong to this one: an operation's gradients, a gradient's operation. */
function partners(graph, id) {
  const element = graph.elements.get(id);
  if (element.of !== undefined && graph.elements.has(element.of)) return [element.of];
  if (element.isGroup) return [];
  return element.gradients;
}

/** The groups of the other column that belong to a group: the gradients of a module, the module of gradients. */
function counterparts(graph, id) {
  const group = graph.elements.get(id);
  if (graph.direction !== "both" || group.kind === "gradient" || group.kind === "segment") return [];
  if (group.kind !== "repeat") {
    const belongs = (other) => other !== group && other.kind !== "repeat" && group.path && other.path === group.path;
    return graph.groups.filter(belongs).map((other) => other.id);
  }
  const tied = nodesOf(graph, id).flatMap((node) => partners(graph, node));
  const around = tied.flatMap((node) => ancestors(graph, node).filter((other) => other.kind === "repeat"));
  return [...new Set(around.map((other) => other.id))];
}

/** An operation as a formula of its arguments' letters, as its gradients' formulas use them: "Y = conv(X, W)". */
function formulaOf(node) {
  if (node.kind !== "operation" || !node.operation || node.inputs.length === 0) return null;
  const letters = new Map();
  for (const edge of node.inputs) letters.set(edge.argument, letterOf(edge.argument));
  return `Y = ${node.operation}(${[...letters.values()].join(", ")})`;
}

/** The letter of an argument, as formulas write it: X for x, B for b; longer names as they are. */
function letterOf(argument) {
  const [, head, rest] = /^([a-z])((?:\[.*\])?)$/.exec(argument) ?? [];
  return head === undefined ? argument : head.toUpperCase() + rest;
}

/** What a search looks at, of an element: pairs of what it is and its text. */
function searchTexts(element) {
  const texts = element.isGroup
    ? [["module", element.title], ["path", element.path]]
    : [["label", element.label], ["name", element.name], ["formula", element.formula], ["operation", element.operation],
      ["line", element.line]];
  return texts.filter(([, text]) => text);
}

/** The elements in which every word of a query occurs, the best first: the whole text, its beginning, a word's, anywhere. */
function search(graph, query) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return [];
  const whole = words.join(" ");
  const found = [];
  for (const element of graph.elements.values()) {
    let best = null;
    const texts = searchTexts(element);
    const all = texts.map(([, text]) => text.toLowerCase()).join("\n");
    if (!words.every((word) => all.includes(word))) continue;
    for (const [what, text] of texts) {
      const lower = text.toLowerCase();
      const at = lower.indexOf(words[0]);
      if (at < 0) continue;
      const rank = lower === whole ? 0 : lower.startsWith(whole) ? 1 : /[\s._(]/.test(lower[at - 1] ?? " ") ? 2 : 3;
      if (best === null || rank < best.rank) best = { id: element.id, what, text, rank, length: text.length };
    }
    if (best !== null) found.push(best);
  }
  return found.sort((a, b) => a.rank - b.rank || a.length - b.length);
}

/** The page's state as the part of its address behind "#": what is expanded and what is selected. */
function writeAddress(graph, expanded, selected) {
  const same = (other) => other.size === expanded.size && [...other].every((id) => expanded.has(id));
  const name = Object.keys(graph.presets).find((key) => same(graph.presets[key]));
  const parts = name === "start" ? [] : [`open=${name ?? [...expanded].map(encodeURIComponent).join(",")}`];
  if (selected !== null) parts.push(`select=${encodeURIComponent(selected)}`);
  return parts.join("&");
}

/** The state that an address tells; what the graph does not have is left out. */
function readAddress(graph, address) {
  const fields = new Map(address.replace(/^#/, "").split("&").map((part) => part.split("=")));
  const open = fields.get("open") ?? "start";
  const isGroup = (id) => graph.elements.get(id)?.isGroup;
  const expanded = Object.hasOwn(graph.presets, open) ? graph.presets[open] : open.split(",").map(decoded).filter(isGroup);
  const selected = decoded(fields.get("select") ?? "");
  return { expanded: new Set(expanded), selected: graph.elements.has(selected) ? selected : null };
}

/** Part of an address as it was before it was written there; nothing, where nobody wrote it. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
