// Controls: what the reader does, and what follows from it. The state is which groups are expanded and what is selected.

const byId = (id) => document.getElementById(id);

const graph = readGraph(JSON.parse(byId("data").textContent));
const measure = measurer();
const svg = byId("picture");
const world = byId("world");
const panel = byId("panel");
const state = { ...readAddress(graph, location.hash), hovered: null, focused: null, clicked: null, matches: new Set() };
let scene = null;
const overview = overviewOn(byId("overview"));
const camera = cameraOn(svg, world, () => overview.moved(camera));

/** Draw anew; what `anchor` names stays where it is on the screen. */
function redraw(anchor = null) {
  const before = anchor === null ? null : scene?.items.get(anchor);
  scene = drawScene(graph, state.expanded, world, measure);
  const after = scene.items.get(anchor);
  if (before && after) {
    const middle = (item) => item.x + item.width / 2;
    camera.pan((middle(before) - middle(after)) * camera.scale, (before.y - after.y) * camera.scale);
  }
  overview.draw(scene, camera);
  highlight();
  setTabStop(scene.boxes.has(state.focused) ? state.focused : scene.boxes.keys().next().value);
}

/** Remember the state in the page's address, where the browser lets us. */
function remember() {
  try {
    history.replaceState(null, "", `#${writeAddress(graph, state.expanded, state.selected)}`);
  } catch {
    // a page without an address of its own, as in a notebook: its state lives as long as it does
  }
}

/** Mark what is selected, and all that it depends on and that depends on it. */
function highlight() {
  const { selected } = state;
  const [up, down] = ["up", "down"].map((way) => (selected === null ? new Set() : reach(graph, selected, way)));
  const own = new Set(selected === null ? [] : nodesOf(graph, selected));
  const boxesOf = (ids) => new Set([...ids].map((id) => scene.view.owner.get(id)));
  const lit = boxesOf([...up, ...down, ...own]);
  const kin = boxesOf(selected === null ? [] : [selected, ...own].flatMap((id) => partners(graph, id)));
  const shown = selected === null ? null : shownFor(selected);
  svg.classList.toggle("selecting", selected !== null);
  const matching = new Set([...state.matches].map((id) => shownFor(id)));
  for (const [id, box] of scene.boxes) {
    const isFrame = state.expanded.has(id);
    box.classList.toggle("lit", isFrame ? id === shown : lit.has(id));
    box.classList.toggle("selected", id === shown);
    box.classList.toggle("kin", kin.has(id));
    box.classList.toggle("match", matching.has(id));
    box.setAttribute("aria-pressed", String(id === shown));
  }
  for (const [id, frame] of scene.frames) {
    frame.classList.toggle("selected", id === shown);
    frame.classList.toggle("within", ancestors(graph, id).some((group) => group.id === shown));
  }
  const isAlong = (edge) => [up, down].some((way) => [edge.source, edge.target].every((id) => way.has(id) || own.has(id)));
  for (const { edge, line } of scene.wires) {
    const isLit = selected !== null && edge.parts.some(isAlong);
    line.classList.toggle("lit", isLit);
    if (isLit) line.parentNode.append(line); // above those that run the same way for a while
  }
  showTies();
}

/** The box or frame that stands for an element: itself, or the collapsed group around it. */
function shownFor(id) {
  if (scene.boxes.has(id)) return id;
  return ancestors(graph, id).map((group) => group.id).find((group) => scene.boxes.has(group)) ?? null;
}

/** Draw the ties of what is selected or looked at, or all of them where the reader wants that. */
function showTies() {
  if (graph.direction !== "both") return;
  const wanted = byId("ties").checked ? null : [state.selected, state.hovered].filter((id) => id !== null);
  const ids = wanted === null ? graph.nodes.map((node) => node.id) : wanted.flatMap((id) => nodesOf(graph, id));
  const pair = (id, other) => (graph.elements.get(id).of === other ? [id, other] : [other, id]);
  drawTies(scene, ids.flatMap((id) => partners(graph, id).map((other) => pair(id, other))));
}

function showPanel() {
  const id = state.selected ?? state.hovered;
  byId("side").classList.toggle("empty", id === null);
  if (id === null) showOverview(panel, graph);
  else showElement(panel, graph, id, state.expanded, { go, toggle });
}

function select(id) {
  const [, heightBefore] = camera.size();
  state.selected = id;
  state.hovered = null;
  highlight();
  showPanel();
  remember();
  if (id === null) return;
  if (camera.size()[1] < heightBefore) camera.reveal(scene.items.get(shownFor(id))); // on a phone the panel has come up
  const [up, down] = ["up", "down"].map((way) => reach(graph, id, way).size);
  byId("said").textContent = `${spoken(graph.elements.get(id))}. Selected. ${up} before it, ${down} after it.`;
}

/** Expand or collapse a group; in a picture of both directions its counterpart too, so that they stand beside each other. */
function toggle(id) {
  const open = !state.expanded.has(id);
  for (const one of [id, ...counterparts(graph, id)]) {
    if (open) state.expanded.add(one);
    else state.expanded.delete(one);
  }
  redraw(id);
  showPanel();
  remember();
  byId("said").textContent = `${graph.elements.get(id).title} ${open ? "expanded" : "collapsed"}`;
  if (document.activeElement === document.body) focusBox(id);
}

function setExpanded(groups, words) {
  state.expanded = new Set(groups);
  redraw();
  camera.fit(scene, { readable: true, animate: false });
  showPanel();
  remember();
  byId("said").textContent = words;
}

/** Lead to an element: expand what hides it, select it, bring it into sight. */
function go(id) {
  const hidden = ancestors(graph, id).filter((group) => !state.expanded.has(group.id));
  for (const group of hidden) for (const one of [group.id, ...counterparts(graph, group.id)]) state.expanded.add(one);
  if (hidden.length > 0) redraw();
  select(id);
  camera.show(scene.items.get(id));
  focusBox(id);
}

/** Of all boxes one is a tab stop; arrow keys lead from there. */
function setTabStop(id) {
  scene.boxes.get(state.focused)?.setAttribute("tabindex", "-1");
  state.focused = id ?? null;
  scene.boxes.get(id)?.setAttribute("tabindex", "0");
}

function focusBox(id) {
  if (!scene.boxes.has(id)) return;
  setTabStop(id);
  scene.boxes.get(id).focus({ preventScroll: true });
}

/** The box that an arrow key leads to: a neighbour along a wire in that direction, else what is nearest there. */
function nextBox(id, dx, dy) {
  const from = middleOf(scene.items.get(id));
  const score = (other) => {
    const to = middleOf(scene.items.get(other));
    const along = (to[0] - from[0]) * dx + (to[1] - from[1]) * dy;
    const aside = Math.abs((to[0] - from[0]) * dy) + Math.abs((to[1] - from[1]) * dx);
    return along > 4 && (dy !== 0 || aside <= 2 * along) ? along + (dy === 0 ? 3 : 1) * aside : Infinity;
  };
  const best = (ids) => ids.reduce((least, other) => {
    const value = score(other);
    return value < least.value ? { id: other, value } : least;
  }, { id: null, value: Infinity }).id;
  const tied = scene.view.edges.filter((edge) => edge.source === id || edge.target === id);
  const neighbours = tied.map((edge) => (edge.source === id ? edge.target : edge.source));
  return best(neighbours) ?? best([...scene.boxes.keys()].filter((other) => other !== id));
}

const middleOf = (item) => [item.x + item.width / 2, item.children ? item.y + TITLE / 2 : item.y + item.height / 2];
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const box = event.target.closest?.("[data-id]");
  const inPicture = svg.contains(event.target) || event.target === document.body;
  const isButton = /^(BUTTON|SUMMARY)$/.test(event.target.tagName);
  if (event.key in ARROWS && inPicture) {
    const [dx, dy] = ARROWS[event.key];
    if (box === null || event.shiftKey) camera.pan(-60 * dx, -60 * dy);
    else {
      const next = nextBox(box.dataset.id, dx, dy);
      if (next !== null) {
        focusBox(next);
        camera.reveal(scene.items.get(next));
      }
    }
  } else if ((event.key === "Enter" || event.key === " ") && box !== null && !isButton) {
    const { id } = box.dataset;
    if (event.key === "Enter" && graph.elements.get(id).isGroup) {
      toggle(id);
      focusBox(id);
    } else select(state.selected === id ? null : id);
  } else if (event.key === "Escape") select(null);
  else if (event.key === "/") byId("search").focus();
  else if (event.key === "l") openLens(graph, box?.dataset.id ?? state.selected);
  else if (event.key === "f") camera.fit(scene);
  else if (event.key === "+" || event.key === "=") camera.zoom(1.25);
  else if (event.key === "-") camera.zoom(0.8);
  else return;
  event.preventDefault();
}

function clicked(event) {
  const box = event.target.closest("[data-id]");
  if (event.detail > 1) return; // the second of a double click, which has an event of its own
  state.clicked = null;
  if (box === null) {
    select(null);
    return;
  }
  const { id } = box.dataset;
  const isGroup = graph.elements.get(id).isGroup;
  const onSign = event.clientX - box.getBoundingClientRect().left < 30 * camera.scale;
  setTabStop(id);
  if (event.target.closest("[data-lens]") !== null) openLens(graph, id);
  else if (isGroup && (state.expanded.has(id) || onSign)) toggle(id);
  else {
    select(id);
    state.clicked = id;
  }
}

function clickedTwice(event) {
  const id = event.target.closest("[data-id]")?.dataset.id;
  if (id === undefined || id !== state.clicked) return;
  if (graph.elements.get(id).isGroup) toggle(id);
  else openLens(graph, id);
}

function hovered(event) {
  if (event.pointerType === "touch" || event.buttons !== 0) return;
  lookAt(event.target.closest?.("[data-id]")?.dataset.id ?? null);
}

/** Show an element's wires, its ties and, while nothing is selected, its details. */
function lookAt(id) {
  if (id === state.hovered) return;
  state.hovered = id;
  svg.querySelectorAll(".wire.near").forEach((line) => line.classList.remove("near"));
  for (const { edge, line } of scene.wires) if (edge.source === id || edge.target === id) line.classList.add("near");
  if (state.selected === null) showPanel();
  showTies();
}

/** Light or dark: what the reader chose, else what the system says. */
function setTheme(theme) {
  document.documentElement.style.colorScheme = theme ?? "";
  const dark = theme === null ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
  byId("theme").setAttribute("aria-pressed", String(dark));
}

function begin() {
  const preference = matchMedia("(prefers-color-scheme: dark)");
  let theme = null;
  setTheme(theme);
  preference.addEventListener("change", () => setTheme(theme));
  byId("theme").addEventListener("click", () => {
    theme = byId("theme").getAttribute("aria-pressed") === "true" ? "light" : "dark";
    setTheme(theme);
  });
  byId("top").addEventListener("click", () => setExpanded(graph.presets.top, "Collapsed to the top modules"));
  byId("all").addEventListener("click", () => setExpanded(graph.presets.all, "Everything is expanded"));
  byId("fit").addEventListener("click", () => camera.fit(scene));
  byId("nearer").addEventListener("click", () => camera.zoom(1.25));
  byId("farther").addEventListener("click", () => camera.zoom(0.8));
  byId("ties").addEventListener("change", showTies);
  byId("ties").parentElement.hidden = graph.direction !== "both";
  for (const id of ["top", "all"]) byId(id).hidden = graph.groups.length === 0;
  svg.addEventListener("click", clicked);
  svg.addEventListener("dblclick", clickedTwice);
  svg.addEventListener("pointerover", hovered);
  svg.addEventListener("pointerleave", hovered);
  svg.addEventListener("focusin", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id;
    if (id === undefined) return;
    setTabStop(id);
    lookAt(id);
  });
  svg.addEventListener("focusout", () => lookAt(null));
  document.addEventListener("keydown", pressed);
  searchIn(graph, byId("search"), byId("matches"), byId("found"), {
    go, marked: (ids) => { state.matches = new Set(ids); highlight(); },
  });
  byId("notes").replaceChildren(...graph.notes.map((note) => make("p", {}, note)));
  byId("notes").hidden = graph.notes.length === 0;
  showLegend(byId("legend"), graph);
  window.addEventListener("hashchange", () => {
    Object.assign(state, readAddress(graph, location.hash));
    redraw();
    showPanel();
  });
  window.addEventListener("resize", () => overview.moved());
  window.addEventListener("beforeprint", () => {
    svg.setAttribute("viewBox", `-8 -14 ${scene.width + 16} ${scene.height + 22}`); // all of it, whatever is in sight
  });
  window.addEventListener("afterprint", () => svg.removeAttribute("viewBox"));
  redraw();
  showPanel();
  camera.fit(scene, { readable: true, animate: false });
  if (state.selected !== null) camera.show(scene.items.get(shownFor(state.selected)));
  document.documentElement.dataset.ready = "true";
}

begin();
