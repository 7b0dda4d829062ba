// Matrix: the convolution of one sample written out, a row for each cell of Y and a column for each cell of X; dX = Mᵀ dY.

const MOST_ENTRIES = 12000;

modes.matrix = {
  title: "Matrix",
  shows: [["dY", "W", "dX"], ["X", "Y"]],
  lead: ({ given }) => `The convolution as a matrix M: a row for each cell of Y, a column for each cell of X, and in it the tap by which the two meet. Each tap makes a band of its colour. Y = M X${given.bias ? " + b" : ""}, and dX = Mᵀ dY: a cell of dX is its column times dY.`,
  steps: (derived) => derived.matrix.columns,
  lights: (derived, { step }) => linksOf(derived.geometry, { name: "dX", cell: Math.min(step, derived.matrix.columns - 1) }),
  words: ({ matrix: { rows, columns, entries, answer }, all }, { step }) => {
    const column = Math.min(step, columns - 1);
    const held = range(rows).filter((row) => entries.has(row * columns + column)).length;
    return `Column ${column} belongs to ${cellText("dX", all.dX.shape, column)}: ${held} of its ${rows} entries hold a tap, and that column times dY is ${longNumber(answer.data[column])}.`;
  },
  follow: (box, { matrix: { rows, columns } }, { name, cell }) => showLines(box, {
    column: ["X", "dX"].includes(name) ? cell % columns : -1,
    row: ["Y", "dY"].includes(name) ? cell % rows : -1,
  }),
  draw: (box, { derived, light }) => {
    const { geometry, matrix: { rows, columns, entries }, all } = derived();
    if (entries.size > MOST_ENTRIES) {
      box.replaceChildren(element("p", { class: "quiet" }, `The matrix is ${rows} by ${columns} with ${entries.size} entries, too many to be drawn: take a smaller case.`));
      return;
    }
    const side = Math.max(4, Math.min(36, Math.floor(660 / columns), Math.floor(300 / rows)));
    const numbered = side >= 24; // then each entry shows its number, on a paler ground
    const [width, height] = [columns * side, rows * side];
    const label = `The matrix of the convolution: ${rows} rows, ${columns} columns, ${entries.size} entries that hold a tap`;
    const svg = element("svg", { class: "matrix", role: "img", "aria-label": label, width: width + 2, height: height + 2, viewBox: `-1 -1 ${width + 2} ${height + 2}` });
    svg.append(element("rect", { class: "ground", x: 0, y: 0, width, height }));
    svg.append(element("rect", { class: "line", "data-line": "column", x: 0, y: 0, width: side, height }));
    svg.append(element("rect", { class: "line", "data-line": "row", x: 0, y: 0, width, height: side }));
    const largest = all.W.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    for (const [key, weights] of entries) {
      const [y, x] = [Math.floor(key / columns), key % columns];
      const value = weights.reduce((sum, weight) => sum + all.W.data[weight], 0);
      const entry = element("rect", { class: "entry", "data-row": y, "data-column": x, x: x * side + 0.5, y: y * side + 0.5, width: side - 1, height: side - 1, "fill-opacity": numbered ? 0.3 : (0.35 + 0.65 * Math.min(1, Math.abs(value) / largest)).toFixed(2) });
      entry.style.fill = tapColour(geometry, tapOf(geometry, weights[0]));
      svg.append(entry);
      if (numbered) svg.append(element("text", { x: (x + 0.5) * side, y: (y + 0.5) * side, "font-size": lettering(side)[0] }, shortNumber(value, lettering(side)[1])));
    }
    svg.addEventListener("pointerover", (event) => {
      const { row: y, column: x } = event.target.dataset;
      if (y === undefined) return;
      const weights = entries.get(Number(y) * columns + Number(x));
      const lights = noLights();
      for (const [name, cell] of [["X", Number(x)], ["dX", Number(x)], ["Y", Number(y)], ["dY", Number(y)]]) addLight(lights, name, cell, tapOf(geometry, weights[0]));
      for (const weight of weights) addLight(lights, "W", weight, tapOf(geometry, weight));
      light(lights);
      showLines(box, { row: Number(y), column: Number(x) });
      said.textContent = `row ${y}, ${cellText("Y", all.Y.shape, Number(y))}; column ${x}, ${cellText("X", all.X.shape, Number(x))}: ${weights.map((weight) => cellText("W", all.W.shape, weight)).join(" + ")} = ${longNumber(weights.reduce((sum, weight) => sum + all.W.data[weight], 0))}`;
    });
    svg.addEventListener("pointerleave", () => light(null));
    const said = element("p", { class: "quiet" }, `${rows} × ${columns}, of one sample; ${entries.size} of ${rows * columns} entries hold a tap. Point at an entry, or at a cell of the arrays.`);
    box.replaceChildren(element("div", { class: "sketches" }, element("div", { class: "scrolled", id: "matrix", tabindex: "0", role: "group", "aria-label": "the matrix, which scrolls" }, svg), said));
  },
};

/** Move the two lines to a row and a column of the matrix; -1 for none. */
function showLines(box, { row, column }) {
  for (const [name, at, along] of [["row", row, "y"], ["column", column, "x"]]) {
    const line = box.querySelector(`[data-line="${name}"]`);
    if (line === null) return; // the matrix is too large to be drawn
    line.style.display = at < 0 ? "none" : "";
    line.setAttribute("data-at", at);
    line.setAttribute(along, Math.max(at, 0) * Number(line.getAttribute(name === "row" ? "height" : "width")));
  }
}
