// Words: numbers, cells and shapes as text.

/** A number in so many letters or fewer, for a cell: with as many decimals as there is room for; nothing where there is none. */
function shortNumber(value, letters = 5) {
  if (!Number.isFinite(value)) return String(value).replace("Infinity", "∞").replace("-", "−");
  if (value === 0) return "0";
  const [two, one, whole] = [2, 1, 0].map((decimals) => String(Number(value.toFixed(decimals))));
  const nearly = letters < 3 ? "0" : "0.0"; // not quite 0
  const bare = (text) => text.replace(/^(-?)0\./, "$1."); // ".5" where there is no room for "0.5"
  const texts = [two, one, bare(two), bare(one), whole, value.toExponential(0).replace("e+", "e")];
  const fitting = Number(two) === 0 ? nearly : texts.find((text) => text.length <= letters && Number(text) !== 0);
  return (fitting ?? (Math.abs(value) < 1 ? nearly : "")).replace("-", "−");
}

/** A number in up to six digits, for a sum. */
function longNumber(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))).replace("-", "−") : shortNumber(value);
}

/** An error, as "3e-16". */
const errorText = (error) => (error === 0 ? "0" : error.toExponential(0).replace("-", "−"));

/** A shape, as "(1, 2, 7, 7)". */
const shapeText = (shape) => `(${shape.join(", ")})`;

/** A cell by its index, as "dX[0, 1, 2, 3]". */
const cellText = (name, shape, cell) => `${name}[${indexOf(shape, cell).join(", ")}]`;

/** A count with its word: "1 cell", "2 cells". */
const countOf = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** What the axes are called. */
const axisWords = (rank) => (rank === 1 ? ["length"] : ["depth", "height", "width"].slice(3 - rank));

/** The same entry for each axis once, others one by one: "3×3", "3×5". */
const timesText = (list) => list.join("×");

/** A convolution in one line. */
function caseText(geometry) {
  const { rank, transposed, kernel, stride, dilation, padding, paddingMode, groups, outputPadding } = geometry;
  const differs = (list, usual) => list.some((value) => value !== usual);
  const padded = padding.flat();
  const each = (list) => (list.every((value) => value === list[0]) ? String(list[0]) : timesText(list));
  const sides = padding.every(([before, after]) => before === after) ? each(padding.map((pair) => pair[0])) : padding.map((pair) => pair.join("+")).join("×");
  const parts = [`${transposed ? "conv_transpose" : "conv"}${rank}d`, `kernel ${timesText(kernel)}`];
  if (differs(stride, 1)) parts.push(`stride ${each(stride)}`);
  if (differs(padded, 0)) parts.push(`padding ${sides}${paddingMode === "zeros" ? "" : ` (${paddingMode})`}`);
  if (differs(outputPadding, 0)) parts.push(`output padding ${each(outputPadding)}`);
  if (differs(dilation, 1)) parts.push(`dilation ${each(dilation)}`);
  if (groups > 1) parts.push(`groups ${groups}`);
  return `${parts.join(", ")}: ${shapeText(shapeOfArray(geometry, "X"))} → ${shapeText(shapeOfArray(geometry, "Y"))}`;
}

const SVG_TAGS = ["svg", "g", "rect", "text", "path"];

/** An element with attributes and what is in it: texts and elements. */
function element(tag, attributes = {}, ...children) {
  const made = SVG_TAGS.includes(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}
