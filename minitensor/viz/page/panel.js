// Panel: what is said beside the picture: of the element that is selected or looked at, else of the whole graph.

const MOST_LINKS = 8;

/** Fill `panel` with the details of an element; `go` is called with what a link leads to, `toggle` with a group to open. */
function showElement(panel, graph, id, expanded, { go, toggle }) {
  const element = graph.elements.get(id);
  const link = (target, text) => {
    const button = make("button", { type: "button", class: "link" }, text);
    button.addEventListener("click", () => go(target));
    return button;
  };
  panel.replaceChildren(
    chip(element.isGroup ? "group" : element.kind, chipWords(element)),
    make("h2", {}, element.isGroup ? element.title : element.formula ?? element.label),
    ...(element.isGroup ? groupParts(element, expanded.has(id), toggle) : nodeParts(element)),
    ...lensParts(graph, id),
    theorem(graph, element, link),
    section("Stands in", ancestors(graph, id).reverse().map((group) => link(group.id, group.title))),
    section("Inputs", element.isGroup ? [] : ends(graph, element.inputs, "source", link)),
    section("Used by", element.isGroup ? [] : ends(graph, element.outputs, "target", link)),
    make("p", { class: "quiet" }, reachWords(graph, id)),
  );
}

const chip = (kind, words) => make("p", { class: `chip ${kind}` }, words);
const alarm = (words) => make("strong", { class: "alarm" }, words);
const troubleAt = (count) => (count > 0 ? alarm(`NaN or infinity at ${counted(count, "node")}`) : null);
const arrays = (numbers, count) => (numbers > 0 ? `${grouped(numbers)} in ${counted(count, "array")}` : null);

/** What an element is, in a word or two. */
function chipWords(element) {
  const groups = { backward: "gradients of a module", repeat: "repeated blocks", segment: "steps" };
  if (element.isGroup) return groups[element.kind] ?? element.kind;
  return element.output ? `${element.kind}, output` : element.kind;
}

/** A titled list; nothing where there is nothing to list. */
function section(title, items, name) {
  if (items.length === 0) return "";
  const rows = items.map((item) => make("li", {}, ...[item].flat()));
  return make("section", { class: name }, make("h3", {}, title), make("ul", {}, ...rows));
}

/** A list of facts; those that are not known are left out. */
function facts(rows) {
  const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (known.length === 0) return "";
  return make("dl", {}, ...known.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** A table of two or more columns, the first of which names the row. */
function table(rows, name) {
  const row = ([first, ...others]) =>
    make("tr", {}, make("th", { scope: "row" }, first), ...others.map((text) => make("td", {}, text)));
  return make("table", { class: name }, make("tbody", {}, ...rows.map(row)));
}

function nodeParts(node) {
  const constants = Object.entries(node.constants ?? {}).map(([argument, value]) => `${argument} = ${value}`).join("\n");
  const isResult = node.kind === "operation" || node.kind === "gradient";
  const parts = [facts([
    ["Label", node.formula === undefined ? null : node.label],
    ["Name", node.name],
    ["Operation", node.operation],
    ["Shape", shapeOf(node)],
    ["Type", node.dtype],
    ["Elements", node.elements ? grouped(node.elements) : null],
    ["Holds", node.kind === "group" ? contents(node.count ?? 1, node.elements ?? 0) : null],
    ["Constants", constants],
    [isResult ? "Result" : "Values", seenWords(node.value)],
    ["Gradient", seenWords(node.gradient)],
    ["Time", node.seconds === undefined ? null : duration(node.seconds)],
    ["Backward", node.backward_seconds === undefined ? null : duration(node.backward_seconds)],
    ["Line", node.line],
  ])];
  if (node.saved?.length) {
    parts.push(make("section", {},
      make("h3", {}, `Keeps ${size(bytesOf([node]))} for its gradient`),
      table(node.saved.map((one) => [one.argument, shapeOf(one), size(one.nbytes)]))));
  }
  return parts;
}

/** What was seen of an array's values. */
function seenWords(seen) {
  if (!seen) return null;
  const share = (name, count) => (count > 0 ? alarm(`${name}: ${grouped(count)} of ${grouped(seen.size)}`) : null);
  const norm = normWords(seen);
  const words = norm === "" ? null : make("span", {}, norm);
  return make("span", { class: "seen" }, words, share("NaN", seen.nan), share("Inf", seen.inf));
}

/** The bytes that nodes keep alive; memory that several arrays share counts once. */
function bytesOf(nodes) {
  const held = new Map();
  for (const { saved } of nodes) {
    for (const one of saved ?? []) held.set(one.storage, one.held);
  }
  return [...held.values()].reduce((sum, nbytes) => sum + nbytes, 0);
}

function groupParts(group, isOpen, toggle) {
  const button = make("button", { type: "button", class: "wide" }, isOpen ? "Collapse" : "Expand");
  button.addEventListener("click", () => toggle(group.id));
  const bytes = bytesOf([{ saved: group.kept }]);
  return [facts([
    ["Path", group.path],
    ["Blocks", (group.repeat ?? 1) > 1 ? `${group.repeat} of the same structure` : null],
    ["Operations", grouped(group.operations)],
    ["Parameters", arrays(group.numbers, group.parameters)],
    ["Keeps", bytes > 0 ? size(bytes) : null],
    ["Time", group.seconds > 0 ? duration(group.seconds) : null],
    ["Trouble", troubleAt(group.troubles)],
  ]), button];
}

/** The operation and its gradients as formulas, each a link to where it is drawn. */
function theorem(graph, element, link) {
  const forward = element.of === undefined ? element : graph.elements.get(element.of);
  const title = "Forward and backward";
  if (forward === undefined || forward.isGroup) {
    return section(title, element.of_label ? [`a gradient of ${element.of_label}`] : [], "theorem");
  }
  if (forward.gradients.length === 0) return "";
  const lines = new Map(); // by formula, where it is drawn: the frame of its operations, where it takes several
  for (const id of forward.gradients) {
    const gradient = graph.elements.get(id);
    const frame = graph.elements.get(gradient.parent);
    if (!lines.has(gradient.formula)) lines.set(gradient.formula, frame?.kind === "gradient" ? frame.id : id);
  }
  const rows = [[formulaOf(forward) ?? forward.label, forward.id], ...lines];
  const row = ([text, id]) => (id === element.id ? make("span", { class: "here" }, text) : link(id, text));
  return section(title, rows.map(row), "theorem");
}

/** Links to what is at the other end of edges. */
function ends(graph, edges, end, link) {
  const rows = edges.slice(0, MOST_LINKS).map((edge) => [
    make("span", { class: "argument" }, edge.argument === "" ? "" : `${edge.argument} `),
    link(edge[end], titleOf(graph.elements.get(edge[end]))),
    make("span", { class: "quiet" }, ` ${shapeOf(graph.elements.get(edge.source))}`),
  ]);
  const more = edges.length - MOST_LINKS;
  if (more > 0) rows.push(make("span", { class: "quiet" }, `and ${grouped(more)} more`));
  return rows;
}

/** What an element is called in a list. */
function titleOf(element) {
  if (element.isGroup) return oneLine(element.title);
  if (element.kind === "gradient") return oneLine(element.formula ?? element.label);
  return oneLine(element.name ? `${element.name}: ${element.label}` : element.label);
}

function reachWords(graph, id) {
  const [up, down] = ["up", "down"].map((way) => reach(graph, id, way).size);
  return `Depends on ${counted(up, "node")}; ${counted(down, "node")} ${down === 1 ? "depends" : "depend"} on it.`;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

/** Fill `panel` with what is said of the whole graph. */
function showOverview(panel, graph) {
  const of = (kind) => graph.nodes.filter((node) => node.kind === kind);
  const closed = of("group"); // what stands for several nodes, where there were too many for a page
  const operations = (isBackward, nodes) =>
    sum([...nodes, ...closed.filter((node) => node.isBackward === isBackward)].map((node) => node.count ?? 1));
  const numbers = sum([...of("parameter"), ...closed].map((node) => node.elements ?? 0));
  const inClosed = closed.some((node) => node.elements > 0);
  const modules = graph.groups.filter((group) => group.kind === "module").length;
  const several = `${counted(graph.nodes.length, "node")}, of which ${grouped(closed.length)} stand for several`;
  const share = closed.length > 0 ? several : null;
  const seconds = sum(graph.nodes.map((node) => node.seconds ?? 0));
  const bytes = bytesOf(graph.nodes);
  const number = (count) => (count > 0 ? grouped(count) : null);
  const titles = { forward: "Forward pass", backward: "Backward pass", both: "Forward and backward pass" };
  panel.replaceChildren(
    chip("group", "the whole graph"),
    make("h2", {}, titles[graph.direction]),
    facts([
      ["Operations", number(operations(false, of("operation")))],
      ["Gradients", number(operations(true, of("gradient")))],
      ["Inputs", number(of("input").length)],
      ["Parameters", inClosed ? number(numbers) : arrays(numbers, of("parameter").length)],
      ["Modules", modules > 0 && share !== null ? `${grouped(modules)} that open here` : number(modules)],
      ["This page", share],
      ["Keeps", bytes > 0 ? `${size(bytes)} for gradients` : null],
      ["Time", seconds > 0 ? duration(seconds) : null],
      ["Trouble", troubleAt(graph.nodes.filter(hasTrouble).length)],
    ]),
    make("section", {}, make("h3", {}, "Finding the way"), table([
      ["drag", "move the picture; the wheel zooms"],
      ["click", "select: what it depends on and what depends on it stays bright"],
      ["Enter", "open a group (or double click); on a frame’s title, close it"],
      ["↑ ↓ ← →", "along the wires; with Shift, move the picture"],
      ["/", "search"],
      ["l", "the lens of a convolution, its gradients from the inside (or a double click)"],
      ["f  +  −", "fit, zoom"],
      ["Esc", "select nothing"],
    ], "keys")),
  );
}

/** Fill the legend with what occurs in the graph. */
function showLegend(list, graph) {
  const words = {
    operation: "operation", gradient: "gradient", parameter: "parameter", buffer: "buffer", input: "input",
    value: "value of the forward pass",
  };
  const sample = (drawn) => shape("svg", { class: "sample", viewBox: "-2 -3 42 28", "aria-hidden": "true" }, drawn);
  const box = (kind, isGroup, width, height) =>
    sample(shape("g", { class: `box ${kind}` }, ...outline({ width, height }, { kind, isGroup })));
  const line = (name) => sample(shape("path", { class: name, d: "M0 9H34" }));
  const item = (picture, text) => make("li", {}, picture, make("span", {}, text));
  const kinds = Object.keys(words).filter((kind) => graph.nodes.some((node) => node.kind === kind));
  const items = kinds.map((kind) => item(box(kind, false, 34, 18), words[kind]));
  if (graph.groups.length > 0) items.push(item(box("group", true, 30, 16), "collapsed group"));
  if (graph.direction === "both") {
    items.push(item(line("wire crosses"), "used by a gradient"), item(line("tie"), "gradient of"));
  }
  list.replaceChildren(...items);
}
