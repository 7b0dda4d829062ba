// Lens: from a convolution in the picture to its lens, the page that this one carries, in a tab of its own.

const MODE_OF_ARGUMENT = { x: "gather", w: "weight" }; // what a gradient's lens shows first

/** The convolution behind an element: its own, a gradient's, or the only one of a collapsed module: {node, mode}; null for none. */
function lensOf(graph, id) {
  const element = graph.elements.get(id);
  if (!element.isGroup) {
    const node = element.of === undefined ? element : graph.elements.get(element.of);
    if (!node?.convolution) return null;
    return { node, mode: node === element ? "linked" : MODE_OF_ARGUMENT[element.argument] ?? "linked" };
  }
  const inside = nodesOf(graph, id).map((one) => graph.elements.get(one)).filter((node) => !isSide(node));
  const convolutions = inside.filter((node) => node.convolution);
  if (convolutions.length === 1 && inside.length <= 2) return { node: convolutions[0], mode: "linked" }; // with its padding
  return element.kind === "gradient" && inside.length > 0 ? lensOf(graph, inside[inside.length - 1].id) : null;
}

/** What an element's lens opens with: {address, words}; null where there is none to open. */
function lensAddress(graph, id) {
  const found = id === null ? null : lensOf(graph, id);
  const case_ = found === null ? null : reduced(found.node.convolution);
  if (case_ === null) return null;
  const { settings, words } = case_;
  const parts = new URLSearchParams({ rank: settings.kernel.length });
  for (const name of ["batch", "inChannels", "outChannels", "groups", "paddingMode"]) parts.set(name, settings[name]);
  for (const name of ["size", "kernel", "stride", "dilation", "outputPadding"]) parts.set(name, settings[name].join("."));
  parts.set("padding", settings.padding.map((pair) => pair.join("_")).join("."));
  for (const name of ["transposed", "bias"]) parts.set(name, Number(settings[name]));
  parts.set("mode", found.mode);
  const title = titleOf(found.node);
  parts.set("about", words === "" ? title : `${title}, reduced to ${words}`);
  return { address: parts.toString(), words };
}

let lensPage; // the carried page as an address of this browser's, made when it is first wanted

/** Open the lens of an element, if it has one. */
function openLens(graph, id) {
  const found = lensAddress(graph, id);
  if (found === null) return;
  lensPage ??= URL.createObjectURL(new Blob([JSON.parse(byId("carried").textContent)], { type: "text/html" }));
  make("a", { href: `${lensPage}#${found.address}`, target: "_blank" }).click();
}

/** The button in the panel. */
function lensParts(graph, id) {
  const found = lensAddress(graph, id);
  if (found === null) return [];
  const button = make("button", { type: "button", class: "wide", id: "open-lens" }, "Open its lens");
  button.addEventListener("click", () => openLens(graph, id));
  const words = found.words === "" ? "" : `It shows ${found.words}, and numbers of its own.`;
  return [button, make("p", { class: "quiet note" }, words)];
}

/** The sign in a box's corner that opens the lens. */
function lensSign({ width, height }) {
  return shape("g", { class: "lens", "data-lens": "", "aria-hidden": "true", transform: `translate(${width - 4} ${height - 4})` },
    shape("title", {}, "Open its lens (l)"),
    shape("circle", { class: "ground", r: 10 }),
    shape("circle", { class: "glass", cx: -1.5, cy: -1.5, r: 4 }),
    shape("path", { class: "glass", d: "M1.6 1.6L5.2 5.2" }));
}
