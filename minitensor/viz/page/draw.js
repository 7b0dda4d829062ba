// Draw: the picture as SVG. Words only ever become text nodes, so a label is shown as it is, whatever is in it.

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element. */
function shape(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A new HTML element; what is undefined among its attributes is left out, what is null among its children too. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * Draw what is visible into `world`. Gives the scene: {view, items, boxes: id -> element, frames: id -> element,
 * wires: [{edge, line}], obstacles, ties, width, height}.
 */
function drawScene(graph, expanded, world, measure) {
  const view = visible(graph, expanded);
  const root = itemsOf(graph, expanded, measure);
  const ties = [];
  if (graph.direction === "both") {
    for (const node of graph.nodes) {
      if (node.of !== undefined && view.owner.has(node.of)) ties.push([view.owner.get(node.id), view.owner.get(node.of)]);
    }
  }
  const items = layOut(root, view.edges, ties);
  const [frames, wires, boxes] = ["frames", "wires", "boxes"].map((name) => shape("g", { class: name }));
  const scene = { view, items, boxes: new Map(), frames: new Map(), wires: [], width: root.width, height: root.height };
  scene.obstacles = obstaclesOf(items);
  pathsOf(view.edges, items, scene.obstacles).forEach((path, at) => {
    const edge = view.edges[at];
    scene.wires.push({ edge, line: wireOf(graph, edge, path, items, wires) });
  });
  const inReadingOrder = (items) => [...items].sort((a, b) => a.y + a.height / 2 - b.y - b.height / 2 || a.x - b.x);
  const visit = (item) => {
    const element = graph.elements.get(item.id);
    if (item.children) {
      scene.frames.set(item.id, frameOf(item, element));
      frames.append(scene.frames.get(item.id));
    }
    const box = item.children ? headOf(item, element) : drawnBox(item, element);
    if (!item.children && lensAddress(graph, item.id) !== null) box.append(lensSign(item));
    scene.boxes.set(item.id, box);
    boxes.append(box);
    inReadingOrder(item.children ?? []).forEach(visit);
  };
  inReadingOrder(root.children).forEach(visit);
  scene.ties = shape("g", { class: "ties" });
  world.replaceChildren(frames, wires, scene.ties, boxes);
  return scene;
}

/** The line of an edge, with "×2" beside its head where a node takes the same array twice. */
function wireOf(graph, edge, path, items, layer) {
  const many = edge.parts.length > 1;
  const bundle = graph.elements.get(edge.source).isGroup || graph.elements.get(edge.target).isGroup;
  const ends = { "data-source": edge.source, "data-target": edge.target };
  const line = shape("path", { d: path, class: "wire", "marker-end": "url(#arrow)", ...ends });
  line.classList.toggle("crosses", edge.legs.length === 0);
  line.classList.toggle("bundle", many && bundle);
  layer.append(line);
  if (many && !bundle && edge.legs.length > 0) {
    const target = items.get(edge.target);
    const up = target.side === "backward";
    layer.append(shape("text", {
      class: "times", x: target.x + target.width / 2 + 7, y: up ? target.y + target.height + 15 : target.y - 8,
    }, `×${edge.parts.length}`));
  }
  return line;
}

/** The classes of an element's box: a gradient of several operations looks like any gradient. */
function classesOf(element) {
  if (!element.isGroup || element.kind === "gradient") return element.kind;
  return `group ${element.kind}${element.isBackward ? " backward" : ""}`;
}

/** The ground of an expanded group. */
function frameOf(item, element) {
  const { x, y, width, height } = item;
  const name = `frame ${classesOf(element)} ${item.depth % 2 === 0 ? "even" : "odd"}`;
  return shape("rect", { class: name, x, y, width, height, rx: 10 });
}

/** The strip with an expanded group's title, which collapses it again. */
function headOf(item, element) {
  const head = interactive("head", classesOf(element), item, spoken(element));
  head.setAttribute("aria-expanded", "true");
  const [right, bottom] = [item.width - 1, TITLE - 4];
  head.append(
    shape("path", { class: "shape", d: `M1 ${bottom}V10A9 9 0 0 1 10 1H${right - 9}A9 9 0 0 1 ${right} 10V${bottom}Z` }),
    shape("path", { class: "sign", d: "M11 11.5l4.5 4.5l4.5 -4.5" }),
    shape("text", { class: "title", x: 28, y: 18 }, item.title),
  );
  if ((element.repeat ?? 1) > 1) {
    const width = 12 + 7 * String(element.repeat).length + 6;
    head.append(badge(`×${element.repeat}`, item.width - width - 8, 5, width, false));
  }
  return head;
}

/** What can be selected: a group of shapes that a keyboard reaches and a screen reader reads. */
function interactive(name, kind, item, label) {
  return shape("g", {
    class: `${name} ${kind}`, transform: `translate(${round(item.x)} ${round(item.y)})`, role: "button", tabindex: "-1",
    "aria-label": label, "aria-pressed": "false", "data-id": item.id,
  });
}

/** A box: its outline, its words, its badge. */
function drawnBox(item, element) {
  const box = interactive("box", classesOf(element), item, spoken(element));
  if (element.output) box.classList.add("output");
  if (item.badge?.alarm) box.classList.add("alarm");
  if (element.isGroup) box.setAttribute("aria-expanded", "false");
  box.append(...outline(item, element));
  if (item.pill) box.append(...pillText(item, element));
  else box.append(...lineTexts(item, element));
  if (element.isGroup) box.append(shape("path", { class: "sign", d: `M${12} ${item.height / 2 - 5}l5 5l-5 5` }));
  if (item.badge) {
    const width = 12 + 6.6 * item.badge.text.length;
    box.append(badge(item.badge.text, item.width - width + 8, -9, width, item.badge.alarm));
  }
  return box;
}

/** The outline that tells kinds apart without colour. */
function outline({ width: w, height: h }, element) {
  const rect = (dx, rx, name = "shape") => shape("rect", { class: name, x: dx, y: dx, width: w, height: h, rx });
  const corner = Math.min(8, h / 4);
  if (element.isGroup || element.kind === "group") {
    return [rect(STACKED, corner, "behind"), rect(STACKED / 2, corner, "behind"), rect(0, corner)];
  }
  if (element.kind === "parameter" || element.kind === "buffer") return [rect(0, h / 2)];
  if (element.kind === "input") return [shape("path", { class: "shape", d: `M9 0H${w}L${w - 9} ${h}H0Z` })];
  return [rect(0, element.kind === "value" ? 2 : corner)];
}

function lineTexts(item, element) {
  const middle = (element.isGroup ? item.width + 14 : item.width) / 2;
  const first = item.height / 2 - 15 * (item.lines.length / 2) + 11.5;
  return item.lines.map(({ text, font }, at) => shape("text", {
    class: font === LABEL_FONT ? "label" : "detail", x: middle, y: first + 15 * at,
  }, text));
}

function pillText(item, element) {
  const left = element.kind === "input" ? 17 : 13;
  const text = (name, x, words) => shape("text", { class: `${name} start`, x: left + x, y: 17.5 }, words);
  return [text("label", 0, item.pill.name), text("detail", item.pill.at, item.pill.shape)];
}

function badge(text, x, y, width, alarm) {
  return shape("g", { class: `badge${alarm ? " alarm" : ""}`, transform: `translate(${round(x)} ${y})` },
    shape("rect", { width: round(width), height: 17, rx: 8.5 }),
    shape("text", { x: round(width / 2), y: 12.5 }, text));
}

/** What a screen reader says of an element. */
function spoken(element) {
  if (element.isGroup) {
    const repeated = (element.repeat ?? 1) > 1 ? `, ${element.repeat} times` : "";
    return `${element.title}${repeated}, ${chipWords(element)}, ${contents(element.operations, element.numbers)}`;
  }
  const words = [element.name, element.formula, element.label, element.kind, shapeOf(element), element.dtype];
  if (element.output) words.push("output");
  if (hasTrouble(element)) words.push("has NaN or infinite values");
  return words.filter((word) => word).join(", ");
}

/** Dashed lines between gradients and their operations, as far as both are in sight. */
function drawTies(scene, pairs) {
  scene.ties.replaceChildren();
  const strips = new Map([...scene.obstacles].map(([at, taken]) => [at, [...taken]])); // ties avoid wires and each other
  const drawn = new Set();
  for (const [gradient, operation] of pairs) {
    const [a, b] = [scene.view.owner.get(gradient), scene.view.owner.get(operation)];
    if (a === undefined || b === undefined || a === b || drawn.has(`${a} ${b}`)) continue;
    drawn.add(`${a} ${b}`);
    const [from, to] = [scene.items.get(b), scene.items.get(a)];
    scene.ties.append(shape("path", { class: "tie", d: around(from, to, to.y + to.height / 2, strips) }));
  }
}
