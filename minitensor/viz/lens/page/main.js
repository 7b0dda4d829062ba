// Main: the page put together. The data of the case stand in the page; an address with a case of its own comes first.

const byId = (id) => document.getElementById(id);

/** The store that the page begins with. */
function begun() {
  const told = readAddress(location.hash);
  const data = JSON.parse(byId("data").textContent);
  const store = createStore(told?.given ?? data.given, told?.arrays ?? arraysOf(data), told?.seed ?? data.seed ?? 1);
  if (told !== null) store.replace(told);
  else if (MODES.includes(data.mode)) store.state.mode = data.mode;
  return store;
}

/** The numbers that the page was written with; null where it was written without. */
function arraysOf({ given, arrays }) {
  if (!arrays) return null;
  const geometry = geometryOf(completed(given));
  return Object.fromEntries(NUMBERS.map((name) => [name, arrays[name] === null ? null : arrayOf(shapeOfArray(geometry, name), arrays[name].map(Number))]));
}

const store = begun();
let hovered = null;
let shown = null; // the mode that the arrays were drawn for
const events = {
  hover: (target) => {
    if (target?.name === hovered?.name && target?.cell === hovered?.cell) return;
    hovered = target;
    showTarget();
  },
  pin: (target) => {
    if (modes[store.state.mode].pick?.(store, target)) return; // a question that is answered by clicking
    const same = store.state.target?.name === target.name && store.state.target.cell === target.cell;
    hovered = null;
    store.change({ target: same ? null : target, playing: false });
  },
  edit: store.edit,
};
const grids = gridsOn(byId("arrays"), store, events);
const checks = checksOf(store, () => showVerdict(byId("check"), store, checks.known, targetNow()));

/** The cell that is looked at: the one under the pointer, else the one that a click holds. */
const targetNow = () => hovered ?? store.state.target;

/** What is lit, and what stands in the panels, for the cell that is looked at or for the mode's step. */
function showTarget() {
  const { state } = store;
  const mode = modes[state.mode];
  const derived = store.derived();
  const target = targetNow();
  const quiet = mode.hides?.(store, target) ?? false; // an open question does not show its answer
  const own = mode.lights?.(derived, state) ?? noLights();
  grids.mark(mode.marks?.(derived, state) ?? new Map());
  grids.light(target !== null && !quiet ? linksOf(derived.geometry, target) : own);
  const followed = target ?? own.target;
  if (followed !== null) mode.follow?.(byId("figure"), derived, followed);
  showSum(byId("sum"), store, quiet ? null : (target ?? own.target));
  clearTimeout(showTarget.timer); // who moves on at once is not told of each cell on the way
  showTarget.timer = setTimeout(say, 250, target === null || quiet ? "" : saidOf(derived, target));
  if (checks !== undefined) showVerdict(byId("check"), store, checks.known, target ?? own.target);
}

/** Say it to who hears the page. */
function say(words) {
  if (byId("said").textContent !== words) byId("said").textContent = words;
}

/** What the mode shows of its own. */
function drawFigure() {
  const box = byId("figure");
  const mode = modes[store.state.mode];
  const light = (lights) => (lights === null ? showTarget() : grids.light(lights));
  const held = box.contains(document.activeElement) ? document.activeElement.id : null;
  const [left, top] = [box.querySelector(".scrolled")?.scrollLeft, box.querySelector(".scrolled")?.scrollTop];
  if (mode.draw) mode.draw(box, { ...store, light });
  else box.replaceChildren();
  if (held !== null) (byId(held) ?? box.querySelector("button, [tabindex='0']") ?? byId(`tab-${store.state.mode}`)).focus({ preventScroll: true });
  if (left !== undefined) box.querySelector(".scrolled")?.scrollTo(left, top);
  box.hidden = box.childElementCount === 0;
  byId("stage").classList.toggle("figure-last", mode.figureLast ?? false);
}

/** The arrays that the mode is about, within what is in sight of the page. */
function drawGrids() {
  const [stage, arrays] = [byId("stage"), byId("arrays")];
  const below = modes[store.state.mode].figureLast ? byId("figure").offsetHeight + 14 : 0;
  const scrolls = getComputedStyle(stage).overflowY !== "visible";
  const top = arrays.getBoundingClientRect().top + stage.scrollTop;
  const { shows } = modes[store.state.mode];
  grids.draw(typeof shows === "function" ? shows(store.state.given) : shows, scrolls ? stage.getBoundingClientRect().bottom - top - below - 8 : Infinity);
  shown = store.state.mode;
}

/** Keep the state in the page's address, where the browser lets us. */
function remember() {
  try {
    history.replaceState(null, "", `#${addressOf(store.state)}`);
  } catch {
    // a page without an address of its own, as in a notebook: its state lives as long as it does
  }
}

/** Everything that a change asks for. */
function follow(state, before) {
  const anew = state.given !== before.given || state.arrays !== before.arrays || state.broken !== before.broken;
  if (anew || state.step !== before.step || state.mode !== before.mode) hovered = null;
  byId("title").textContent = caseText(store.derived().geometry);
  byId("about").textContent = state.about ?? "";
  byId("about").hidden = state.about === null;
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const chosen = tab.dataset.mode === state.mode;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && state.mode !== shown) tab.scrollIntoView({ block: "nearest", inline: "nearest" }); // of a row that is wider than a phone
  }
  byId("lead").textContent = modes[state.mode].lead(state);
  byId("stage").setAttribute("aria-labelledby", `tab-${state.mode}`);
  drawFigure();
  if (anew || shown !== state.mode) drawGrids();
  if (anew) checks.begin();
  showTarget();
  clearTimeout(follow.timer);
  follow.timer = setTimeout(remember, 150);
}

/** The tabs of the modes. */
function tabs() {
  const bar = byId("modes");
  const names = MODES.filter((name) => modes[name] !== undefined);
  for (const name of names) {
    const tab = element("button", { type: "button", role: "tab", id: `tab-${name}`, "data-mode": name, "aria-controls": "stage" }, modes[name].title);
    tab.addEventListener("click", () => store.change({ mode: name, target: null }));
    bar.append(tab);
  }
  bar.addEventListener("keydown", (event) => {
    const at = names.indexOf(store.state.mode);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + names.length, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = names[to % names.length];
    store.change({ mode: next, target: null });
    byId(`tab-${next}`).focus();
  });
}

tabs();
settingsOn(byId("settings"), store);
playerOn(byId("player"), store);
store.subscribe(follow);
checks.begin();
follow(store.state, store.state);
let width = innerWidth;
window.addEventListener("resize", () => {
  if (innerWidth !== width) drawGrids(); // not where only a phone's keyboard comes up
  width = innerWidth;
});

byId("sum").addEventListener("pointerover", ({ target }) => {
  const factor = target.closest?.(".factor");
  grids.mark(factor ? new Map([[factor.dataset.array, new Map([[Number(factor.dataset.cell), "pointed"]])]]) : new Map());
});
byId("sum").addEventListener("click", ({ target }) => {
  const factor = target.closest?.(".factor");
  if (!factor) return;
  const cell = { name: factor.dataset.array, cell: Number(factor.dataset.cell) };
  if ("edit" in factor.dataset) {
    store.change({ target: cell });
    grids.edit(cell);
  } else grids.reveal(cell.name, cell.cell);
});
document.addEventListener("focusin", ({ target }) => { // who goes from a cell to its sum still looks at the cell
  if (!target.closest("#arrays, #sum")) events.hover(null);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.target.closest?.(".editor")) {
    hovered = null;
    store.change({ target: null, playing: false });
  }
});
/** Take over what an address says, or say that it says nothing that can be shown. */
function followAddress(hash) {
  const told = readAddress(hash);
  if (told === null) store.refuse("the address is none of this page's, or was cut off");
  else if (hash !== `#${addressOf(store.state)}`) store.replace(told);
}
// The event's own address, since the page may have written another since.
window.addEventListener("hashchange", ({ newURL }) => followAddress(new URL(newURL).hash));
if (location.hash.length > 1 && readAddress(location.hash) === null) followAddress(location.hash);

/** All answers of a case, as plain lists. */
function plainResults({ all, scatter: s, gather: g, matrix: m, correlate: c }) {
  const plain = (array) => (array === null ? null : Array.from(array.data));
  return {
    ...Object.fromEntries(Object.entries(all).map(([name, array]) => [name, plain(array)])),
    ways: { scatter: plain(s.answer), gather: plain(g.answer), matrix: plain(m.answer), correlate: plain(c.answer) },
  };
}

// For who plays in the console, and for the tests.
window.lens = {
  state: () => store.state,
  results: () => plainResults(store.derived()),
  compute: (given, numbers) => plainResults(derivedFrom(completed(given), arraysOf({ given, arrays: numbers }), null)),
  check: () => checks.known,
  judge: (given, numbers, broken = null) => {
    const arrays = arraysOf({ given, arrays: numbers });
    return judgedAtOnce(derivedFrom(completed(given), arrays, broken), arrays);
  },
  set: (wished, numbers = null) => {
    const given = completed(wished);
    store.replace({ given, target: null, step: 0, arrays: arraysOf({ given, arrays: numbers }) ?? drawnArrays(geometryOf(given), store.state.seed) });
  },
  lit: () => Object.fromEntries([...grids.lights().lit].map(([name, cells]) => [name, [...cells.keys()]])),
  hover: (name, cell) => events.hover(name === null ? null : { name, cell }),
  change: store.change,
};
document.documentElement.dataset.ready = "";
