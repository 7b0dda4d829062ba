// Grids: the arrays, each plane of them a grid of squares with a number in each.

const ARRAYS = [["X", "W", "b", "Y"], ["dX", "dW", "db", "dY"]]; // a mode can have others
const MEANING = {
  X: "the input", W: "the weight", b: "the bias", Y: "the output", dX: "gradient of X", dW: "gradient of W", db: "gradient of b",
  dY: "arrives at Y",
};

const MARK_WORDS = {
  unread: "met by no window", added: "added by the output padding", asked: "asked for", picked: "chosen", hit: "found", wrong: "does not reach it",
  missed: "missed",
};

/** The grids on `container`. `events` are {hover(target|null), pin(target), edit(name, cell, value)}. */
function gridsOn(container, store, events) {
  const elements = new Map(); // name -> Map from cell to its element, of the slices in sight
  const slices = {}; // name -> the depth slice in sight, where there are three axes
  const focused = {}; // name -> the cell that Tab goes to
  const planesBeside = {}; // name -> how many planes stand beside each other
  let side = SIDES_OF_CELLS[0];
  let lights = noLights();
  let marks = new Map(); // name -> Map from cell to a class

  const arraysNow = () => store.derived().all;
  const depthOf = (name) => (store.state.given.rank === 3 && name !== "b" && name !== "db" ? shapeOfArray(store.derived().geometry, name)[2] : 1);

  /** Draw rows of arrays, as large as lets all of them be seen at once within `height` pixels, if there is such a size. */
  const draw = (rows = ARRAYS, height = Infinity) => {
    const held = document.activeElement?.closest?.("g.cell")?.dataset;
    const all = arraysNow();
    const named = rows.map((names) => names.filter((name) => all[name] !== null)).filter((names) => names.length > 0);
    const layout = layoutOf(named.map((names) => names.map((name) => all[name].shape)), container.clientWidth, height);
    side = layout.side;
    named.forEach((names, row) => names.forEach((name, at) => (planesBeside[name] = layout.columns[row][at])));
    elements.clear();
    container.classList.toggle("aligned", layout.aligned);
    container.style.setProperty("--columns", Math.max(...named.map((names) => names.length)));
    container.replaceChildren(...named.map((names) => element("div", { class: "row" }, ...names.map((name) => figureOf(name, all[name])))));
    if (held !== undefined) (elements.get(held.array)?.get(Number(held.cell)) ?? container.querySelector("g.cell[tabindex='0']"))?.focus();
    applyLights();
  };

  const figureOf = (name, array) => {
    const title = element("figcaption", {}, element("b", {}, name), ` ${MEANING[name]}`, element("span", { class: "shape" }, shapeText(array.shape)));
    const planes = element("div", { class: "planes" });
    planes.style.setProperty("--beside", planesBeside[name] ?? 1);
    const figure = element("figure", { class: "array", "data-name": name }, title);
    if (depthOf(name) > 1) figure.append(slicesOf(name));
    figure.append(planes);
    elements.set(name, new Map());
    focused[name] = Math.min(focused[name] ?? 0, array.data.length - 1);
    const largest = array.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    slices[name] = Math.min(slices[name] ?? 0, depthOf(name) - 1);
    const shown = planesOf(store.derived().geometry, name, array, depthOf(name) > 1 ? slices[name] : null);
    for (const plane of shown) {
      const label = shown.length > 1 ? [element("div", { class: "channel" }, plane.label)] : [];
      planes.append(element("div", { class: "plane" }, ...label, gridOf(name, array, plane, largest)));
    }
    const there = elements.get(name);
    if (!there.has(focused[name]) && there.size > 0) [focused[name]] = there.keys();
    there.get(focused[name])?.setAttribute("tabindex", "0");
    return figure;
  };

  const slicesOf = (name) => {
    const buttons = range(depthOf(name)).map((depth) => {
      const button = element("button", { type: "button", "data-slice": depth, "aria-pressed": String((slices[name] ?? 0) === depth) }, String(depth));
      button.addEventListener("click", () => showSlice(name, depth));
      return button;
    });
    return element("div", { class: "slices", role: "group", "aria-label": `depth of ${name}` }, element("span", {}, "depth"), ...buttons);
  };

  /** Show a slice because the reader wants it: what was lit elsewhere stays where it is. */
  const showSlice = (name, depth) => {
    if (lights.target?.name === name) events.hover(null);
    putSlice(name, depth);
    applyLights();
  };

  const putSlice = (name, depth) => {
    slices[name] = depth;
    const old = container.querySelector(`figure[data-name="${name}"]`);
    const held = old.contains(document.activeElement) ? document.activeElement.dataset : {};
    const fresh = figureOf(name, arraysNow()[name]);
    old.replaceWith(fresh);
    if (held.slice !== undefined) fresh.querySelector(`[data-slice="${held.slice}"]`).focus();
    else if (held.cell !== undefined) fresh.querySelector("g.cell[tabindex='0']").focus();
  };

  const gridOf = (name, array, { cells, width, label }, largest) => {
    const height = cells.length / width;
    const svg = element("svg", {
      class: "grid", role: "grid", "aria-rowcount": height, "aria-colcount": width, width: width * side + 2, height: height * side + 2, viewBox: `-1 -1 ${width * side + 2} ${height * side + 2}`,
      "aria-label": `${name}${label === "" ? "" : `, ${label}`}`,
    });
    for (let row = 0; row < height; row += 1) {
      const line = element("g", { role: "row" });
      for (let column = 0; column < width; column += 1) {
        const cell = cells[row * width + column];
        const square = squareOf(name, array, cell, largest, { x: column * side, y: row * side });
        elements.get(name).set(cell, square);
        line.append(square);
      }
      svg.append(line);
    }
    return svg;
  };

  /** What is heard of a cell: its name, its number, and its marks. */
  const labelOf = (name, cell, mark = "") => {
    const array = arraysNow()[name];
    const heard = mark.split(" ").flatMap((one) => MARK_WORDS[one] ?? []);
    return [`${cellText(name, array.shape, cell)} = ${longNumber(array.data[cell])}`, ...heard].join(", ");
  };

  const squareOf = (name, array, cell, largest, { x, y }) => {
    const value = array.data[cell];
    const strength = largest === 0 ? 0 : Math.abs(value) / largest;
    const kind = value < 0 ? "negative" : "positive";
    const background = element("rect", { class: "ground", x, y, width: side, height: side });
    const hatch = element("path", { class: "hatch", d: hatchOf(x, y, side) });
    const colour = element("rect", { class: kind, x, y, width: side, height: side, "fill-opacity": (0.06 + 0.7 * strength).toFixed(3) });
    const edge = element("rect", { class: "edge", x: x + 1.5, y: y + 1.5, width: side - 3, height: side - 3 });
    const [size, letters] = lettering(side);
    const number = element("text", { x: x + side / 2, y: y + side / 2, "font-size": size }, shortNumber(value, letters));
    const parts = [background, colour, hatch];
    if (name === "W" || name === "dW") parts.push(element("rect", { class: "tap", x: x + 3, y: y + side - 5, width: side - 6, height: 3, fill: tapColour(store.derived().geometry, tapOf(store.derived().geometry, cell)) }));
    return element("g", { class: "cell", role: "gridcell", tabindex: "-1", "data-array": name, "data-cell": cell, "aria-label": labelOf(name, cell) }, ...parts, edge, number);
  };

  const applyLights = () => {
    container.classList.toggle("lighting", lights.target !== null || lights.lit.size > 0);
    const { geometry } = store.derived();
    for (const [name, there] of elements) {
      const lit = lights.lit.get(name);
      for (const [cell, square] of there) {
        const tap = lit?.get(cell);
        square.classList.toggle("lit", tap !== undefined && lights.kind === "terms");
        square.classList.toggle("fed", tap !== undefined && lights.kind === "uses");
        square.classList.toggle("target", lights.target?.name === name && lights.target.cell === cell);
        square.style.setProperty("--tap", tap === undefined || tap < 0 ? "" : tapColour(geometry, tap));
        square.setAttribute("aria-selected", String(store.state.target?.name === name && store.state.target.cell === cell));
        const mark = marks.get(name)?.get(cell) ?? "";
        if (mark !== (square.dataset.mark ?? "")) square.setAttribute("aria-label", labelOf(name, cell, mark));
        square.setAttribute("data-mark", mark);
      }
      showWhichSlices(name, lit);
    }
  };

  /** Bring a slice into sight that holds lit cells, where the one in sight holds none. */
  const followLights = (name) => {
    if (depthOf(name) === 1) return;
    const shape = shapeOfArray(store.derived().geometry, name);
    const isTarget = lights.target?.name === name;
    const cells = isTarget ? [lights.target.cell] : [...(lights.lit.get(name)?.keys() ?? [])];
    const depths = cells.map((cell) => indexOf(shape, cell)[2]);
    if (depths.length > 0 && !depths.includes(slices[name])) putSlice(name, depths[0]);
  };

  const showWhichSlices = (name, lit) => {
    const shape = shapeOfArray(store.derived().geometry, name);
    const counts = range(depthOf(name)).map(() => 0);
    const of = (cell) => (depthOf(name) > 1 ? indexOf(shape, cell)[2] : 0);
    for (const cell of lit?.keys() ?? []) counts[of(cell)] += 1;
    const target = lights.target?.name === name ? of(lights.target.cell) : -1;
    for (const button of container.querySelectorAll(`figure[data-name="${name}"] [data-slice]`)) {
      const depth = Number(button.dataset.slice);
      button.classList.toggle("has-lit", counts[depth] > 0 || depth === target);
      button.setAttribute("aria-label", `depth ${depth}${counts[depth] > 0 ? `, ${counts[depth]} cells lit` : ""}`);
    }
  };

  const openEditor = listenOn(container, { store, elements, focused, slices, showSlice, depthOf, events });

  return {
    draw,
    /** Light cells. */
    light: (next) => {
      const { target } = lights;
      lights = next;
      const still = target !== null && target.name === next.target?.name && target.cell === next.target.cell;
      if (!still) for (const name of elements.keys()) followLights(name);
      applyLights();
    },
    lights: () => lights,
    /** Mark cells by classes of the mode's own: Map from name to Map from cell to a word. */
    mark: (next) => {
      marks = next;
      applyLights();
    },
    /** Bring a cell's slice into sight. */
    reveal: (name, cell) => {
      if (depthOf(name) > 1 && elements.has(name)) showSlice(name, indexOf(shapeOfArray(store.derived().geometry, name), cell)[2]);
    },
    edit: (target) => openEditor(target),
    cellElement: (name, cell) => elements.get(name)?.get(cell),
  };
}

/** Diagonals over a square. */
function hatchOf(x, y, side) {
  const lines = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75].map((at) => {
    const [from, to] = [Math.min(at, 1) * side, Math.max(0, at - 1) * side];
    return `M${x + from} ${y + to}L${x + to} ${y + from}`;
  });
  return lines.join("");
}

/** The size of the letters in a square, and how many stand beside each other. */
function lettering(side) {
  const size = side >= 30 ? 11 : side >= 24 ? 9.5 : 8;
  return [size, Math.floor((side - 3) / (size * 0.58))];
}

/** The planes of an array: {label, cells in rows, width}, of one depth slice where there are three axes. */
function planesOf(geometry, name, array, depth) {
  const { shape } = array;
  if (shape.length === 1) return [{ label: "", cells: range(shape[0]), width: shape[0] }];
  const [outer, inner_, ...spatial] = shape;
  const letters = { W: geometry.transposed ? ["c", "o"] : ["o", "c"], Y: ["n", "o"] };
  const named = letters[name.replace("d", "")] ?? ["n", "c"];
  const perPlane = cellsOf(spatial);
  const perSlice = depth === null ? perPlane : cellsOf(spatial.slice(1));
  return product([range(outer), range(inner_)]).map(([first, second]) => {
    const start = (first * inner_ + second) * perPlane + (depth ?? 0) * perSlice;
    return { label: `${named[0]}=${first} ${named[1]}=${second}`, cells: range(perSlice).map((at) => start + at), width: spatial[spatial.length - 1] };
  });
}
