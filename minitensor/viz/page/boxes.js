// Boxes: what stands in each box and frame, in words, and how large that makes it.

const LABEL_FONT = "600 12.5px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const DETAIL_FONT = "11px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const WIDEST = 300;
const STACKED = 7; // how far the sheets behind a collapsed group stand out
const MOST_LINES = 4; // of a label that has line breaks

const measurer = () => {
  const context = document.createElement("canvas").getContext("2d");
  const known = new Map();
  return (text, font) => {
    const key = font + text;
    if (!known.has(key)) {
      context.font = font;
      known.set(key, context.measureText(text).width);
    }
    return known.get(key);
  };
};

/** The beginning of a text that is no wider than `width`, with an ellipsis where that is not all of it. */
function shortened(text, width, font, measure) {
  if (measure(text, font) <= width) return text;
  const letters = [...text];
  let [fits, tooLong] = [0, letters.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    if (measure(letters.slice(0, middle).join("").trimEnd() + "…", font) <= width) fits = middle;
    else tooLong = middle;
  }
  return letters.slice(0, fits).join("").trimEnd() + "…";
}

/** The tree of items that the layout works on: what is visible, each with its words and its size. */
function itemsOf(graph, expanded, measure) {
  const build = (id) => {
    const element = graph.elements.get(id);
    const item = { id, order: element.first, side: sideOf(graph, element), small: !element.isGroup && isSide(element) };
    item.begins = element.kind === "input";
    if (!element.isGroup || !expanded.has(id)) return Object.assign(item, boxOf(graph, element, measure));
    item.title = shortened(localTitle(graph, element), WIDEST + 60, LABEL_FONT, measure);
    item.minWidth = measure(item.title, LABEL_FONT) + 62;
    item.children = element.children.map(build);
    return item;
  };
  return { id: null, order: 0, side: "forward", small: false, children: graph.roots.map(build) };
}

/** A box's lines and its size: {lines: [{text, font}], width, height, badge}. */
function boxOf(graph, element, measure) {
  if (!element.isGroup && isSide(element) && element.kind !== "value") return pillOf(graph, element, measure);
  const [labels, details] = element.isGroup ? groupWords(graph, element) : nodeWords(graph, element);
  const shown = labels.slice(0, MOST_LINES);
  if (labels.length > MOST_LINES) shown[MOST_LINES - 1] += " …";
  const inset = element.isGroup ? 44 : 26;
  const lines = [
    ...shown.map((text) => ({ text: shortened(text, WIDEST - inset, LABEL_FONT, measure), font: LABEL_FONT })),
    ...details.map((text) => ({ text: shortened(text, WIDEST - inset, DETAIL_FONT, measure), font: DETAIL_FONT })),
  ];
  const widest = lines.reduce((most, line) => Math.max(most, measure(line.text, line.font)), 0);
  return {
    lines, width: Math.max(84, Math.ceil(widest) + inset), height: 14 + 15 * lines.length, badge: badgeOf(element),
    behind: element.isGroup || element.kind === "group" ? STACKED : 0,
  };
}

/** A parameter, buffer or input: one line, its name and its shape. */
function pillOf(graph, element, measure) {
  const name = shortened(oneLine(localName(graph, element, element.label)), 190, LABEL_FONT, measure);
  const shape = shortened(shapeOf(element), 110, DETAIL_FONT, measure);
  const gap = shape === "" ? 0 : 8;
  const nameWidth = measure(name, LABEL_FONT);
  return {
    pill: { name, shape, at: nameWidth + gap },
    width: Math.ceil(nameWidth + gap + measure(shape, DETAIL_FONT)) + (element.kind === "input" ? 34 : 26),
    height: 26, badge: badgeOf(element),
  };
}

/** A node's first lines and the lines below: what it is; how it is computed, its shape, what was recorded of it. */
function nodeWords(graph, node) {
  const constants = Object.entries(node.constants ?? {}).map(([argument, value]) => `${argument} = ${value}`).join(", ");
  const label = constants === "" ? node.label : `${node.label}  ${constants}`;
  const around = node.parent === null ? null : graph.elements.get(node.parent);
  const hasFormula = node.formula !== undefined && around?.kind !== "gradient";
  const name = node.name === undefined ? null : localName(graph, node, node.name);
  const details = [shapeOf(node) + (node.dtype ? ` ${node.dtype}` : "")];
  if (hasFormula) details.unshift(oneLine(label));
  if (node.kind === "group") details[0] = contents(node.count ?? 1, node.elements ?? 0);
  const seen = [];
  if (node.value) seen.push(normWords(node.value));
  if (node.seconds !== undefined) seen.push(duration(node.seconds));
  details.push(seen.filter((text) => text !== "").join(" · "));
  const first = [hasFormula ? node.formula : label];
  if (name !== null) first[0] = hasFormula ? `${name}\n${first[0]}` : `${name}: ${first[0]}`;
  return [first[0].split("\n"), details.filter((text) => text.trim() !== "")];
}

/** The same for a collapsed group. */
function groupWords(graph, group) {
  const inside = nodesOf(graph, group.id).map((id) => graph.elements.get(id));
  const operations = inside.filter((node) => !isSide(node));
  const named = inside.filter((node) => node.kind === "gradient" && node.name !== undefined);
  let title = localTitle(graph, group);
  if (group.kind === "gradient" && named.length === 1) title = `${localName(graph, named[0], named[0].name)}\n${title}`;
  const details = [contents(group.operations, group.numbers)];
  if (operations.length === 1) details[0] = oneLine(operations[0].label) + parameterWords(group.numbers);
  const leaving = operations.filter((node) => node.output || node.outputs.some((edge) => leaves(graph, edge, group)));
  if (leaving.length === 1 && leaving[0].shape) details.push(`→ ${shapeOf(leaving[0])} ${leaving[0].dtype}`);
  return [title.split("\n"), details];
}

/** An array's norm, which is that of its finite elements; nothing where there are none. */
function normWords({ norm, nan, inf, size: all }) {
  if (nan + inf === 0) return `norm ${numberText(norm)}`;
  return nan + inf < all ? `norm of the finite elements ${numberText(norm)}` : "";
}

/** Whether an edge leads out of a group, to something on the group's own side. */
function leaves(graph, edge, group) {
  const target = graph.elements.get(edge.target);
  const crosses = sideOf(graph, target) !== sideOf(graph, graph.elements.get(edge.source));
  return !crosses && !ancestors(graph, edge.target).includes(group);
}

/** What a box is marked with in its corner: how often it repeats, or that NaN or infinity was seen there. */
function badgeOf(element) {
  if (element.isGroup) {
    if (element.troubles > 0) return { text: `NaN/Inf in ${element.troubles}`, alarm: true };
    return (element.repeat ?? 1) > 1 ? { text: `×${element.repeat}`, alarm: false } : null;
  }
  const seen = [element.value, element.gradient].filter((known) => known);
  const words = [];
  if (seen.some((known) => known.nan > 0)) words.push("NaN");
  if (seen.some((known) => known.inf > 0)) words.push("Inf");
  return words.length > 0 ? { text: words.join(" "), alarm: true } : null;
}

/** A dotted name without the path of the frame that it is seen in. */
function localName(graph, element, name) {
  const around = ancestors(graph, element.id).find((group) => group.path);
  return around && name.startsWith(`${around.path}.`) ? name.slice(around.path.length + 1) : name;
}

/** A group's title without the path of the frame that it is seen in. */
function localTitle(graph, group) {
  const around = ancestors(graph, group.id).find((other) => other.path && other.path !== group.path);
  if (!around || !group.path?.startsWith(`${around.path}.`)) return group.title;
  return group.title.split(`${around.path}.`).join("");
}

const oneLine = (text) => text.replace(/\s*\n\s*/g, " ↵ ");
const shapeOf = (node) => (node.shape ? `(${node.shape.join(", ")}${node.shape.length === 1 ? "," : ""})` : "");
const grouped = (count) => count.toLocaleString("en-US");
const counted = (count, noun) => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
const parameterWords = (numbers) => (numbers ? ` · ${scaled(numbers, ["", "k", "M", "G"])} parameters` : "");
const contents = (operations, numbers) => counted(operations, "operation") + parameterWords(numbers);

/** A number to three significant digits, in the largest unit in which it is at least 1. */
function scaled(amount, units) {
  let unit = 0;
  while (Number(amount.toPrecision(3)) >= 1000 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${Number(amount.toPrecision(3))} ${units[unit]}`.trim();
}

const size = (nbytes) => scaled(nbytes, ["B", "kB", "MB", "GB", "TB"]);
const duration = (seconds) => scaled(seconds * 1e6, ["µs", "ms", "s"]);
const numberText = (value) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value));
