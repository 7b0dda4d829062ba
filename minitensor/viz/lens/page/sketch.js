// Sketch: a plane of squares within a mode's own figure, to be looked at only.

/**
 * A picture of one plane: {label, height, width, at(row, column)}, where `at` answers {value, kind, tap}: the number (null for
 * none), a class of the square ("zero", "held", "now"), and the tap that it meets (-1 for none).
 */
function sketch(geometry, { label, height, width, at }) {
  const side = width > 26 ? 16 : width > 20 ? 22 : width > 12 ? 26 : 30; // pixels
  const [size, letters] = lettering(side);
  const svg = element("svg", { class: "sketch", role: "img", "aria-label": label, width: width * side + 2, height: height * side + 2, viewBox: `-1 -1 ${width * side + 2} ${height * side + 2}` });
  for (const row of range(height)) {
    for (const column of range(width)) {
      const { value, kind = "", tap = -1 } = at(row, column);
      const square = element("g", { class: `square ${kind}` });
      const place = { x: column * side, y: row * side, width: side, height: side };
      square.append(element("rect", { class: "ground", ...place }));
      if (tap >= 0) square.append(element("rect", { class: "edge", x: place.x + 1.5, y: place.y + 1.5, width: side - 3, height: side - 3 }));
      if (tap >= 0) square.style.setProperty("--tap", tapColour(geometry, tap));
      if (value !== null && side > 16) square.append(element("text", { x: place.x + side / 2, y: place.y + side / 2, "font-size": size }, shortNumber(value, letters)));
      svg.append(square);
    }
  }
  return element("div", { class: "plane" }, element("div", { class: "channel" }, label), svg);
}

/** A plane of an array: of one sample and channel and, where there are three axes, one depth. `look` answers as `at` for a cell. */
function planeOf(shape, [first, second], depth, look) {
  const spatial = shape.slice(2);
  const [height, width] = spatial.length === 1 ? [1, spatial[0]] : spatial.slice(-2);
  const start = (row) => (spatial.length === 1 ? [] : spatial.length === 2 ? [row] : [depth, row]);
  return { height, width, at: (row, column) => look(cellAt(shape, [first, second, ...start(row), column])) };
}

/** The depth of a cell, 0 where there are not three axes. */
const depthIn = (shape, cell) => (shape.length === 5 ? indexOf(shape, cell)[2] : 0);

/** A row of planes under a heading. */
const sketches = (heading, ...planes) => element("div", { class: "sketches" }, element("h3", {}, heading), element("div", { class: "planes" }, ...planes));
