// Room: how large the squares can be, so that the arrays that a mode is about are in sight at once.

const SIDES_OF_CELLS = [38, 36, 34, 32, 30, 28, 26, 24, 22]; // pixels; below 24 a finger cannot tell them apart, an eye can
const LEAST_SIDE = 16;
const GAP = 20; // between two arrays, and 8 between two planes
const CAPTION = 42; // above an array: its name, and its shape
const LEAST_WIDTH = 76; // of a caption

/** How many planes of an array stand beside each other, and how many below: those of a sample, or of an output channel of W. */
function planeCounts(shape, side, width) {
  if (shape.length === 1) return { columns: 1, rows: 1 };
  const [outer, channels] = shape;
  const fitting = Math.max(1, Math.floor((width + 8) / (shape[shape.length - 1] * side + 10)));
  const columns = Math.min(channels, fitting);
  return { columns, rows: outer * Math.ceil(channels / columns) };
}

/** The pixels that an array takes: {width, height, columns}. */
function extentOf(shape, side, width) {
  const [last, before] = [shape[shape.length - 1], shape.length < 4 ? 1 : shape[shape.length - 2]];
  const { columns, rows } = planeCounts(shape, side, width);
  const labelled = rows * columns > 1 ? 19 : 0;
  const slices = shape.length === 5 ? 28 : 0;
  return {
    columns,
    width: Math.max(LEAST_WIDTH, columns * (last * side + 10) - 8),
    height: CAPTION + slices + rows * (before * side + 6 + labelled),
  };
}

/**
 * How to lay out rows of shapes within a width and a height: {side, aligned, columns: for each row, of each shape its planes
 * beside each other}. Aligned rows share their columns, so that dX stands below X; where that is too wide, a row is broken.
 */
function layoutOf(rows, width, height) {
  const plan = (side, aligned) => {
    const extents = rows.map((shapes) => shapes.map((shape) => extentOf(shape, side, aligned ? width * 0.62 : width)));
    return { side, aligned, extents, columns: extents.map((row) => row.map((extent) => extent.columns)) };
  };
  const fits = ({ aligned, extents }) => {
    const [across, down] = aligned ? alignedExtent(extents) : brokenExtent(extents, width);
    return across <= width && down <= height;
  };
  for (const side of SIDES_OF_CELLS.filter((one) => one <= (width < 500 ? 32 : Infinity))) { // on a phone, more beside each other
    for (const aligned of [true, false]) {
      const found = plan(side, aligned);
      if (fits(found)) return found;
    }
  }
  // All of it cannot be in sight: as large as can be read well, and the page is scrolled.
  const widest = Math.max(...rows.flat().map((shape) => shape[shape.length - 1]));
  const side = Math.max(LEAST_SIDE, Math.min(26, Math.floor((width - 4) / widest)));
  const together = plan(side, true);
  return alignedExtent(together.extents)[0] <= width ? together : plan(side, false);
}

/** The pixels that rows take whose columns are shared. */
function alignedExtent(extents) {
  const columns = range(Math.max(...extents.map((row) => row.length)));
  const widths = columns.map((column) => Math.max(...extents.map((row) => row[column]?.width ?? 0)));
  return [totalOf(widths) + GAP * (widths.length - 1), totalOf(extents.map((row) => Math.max(...row.map(({ height }) => height)) + 12))];
}

/** The pixels that rows take which are broken where they are too wide. */
function brokenExtent(extents, width) {
  let [across, down] = [0, 0];
  for (const row of extents) {
    let [filled, tallest] = [0, 0];
    for (const extent of row) {
      if (filled > 0 && filled + GAP + extent.width > width) {
        down += tallest + 12;
        [filled, tallest] = [0, 0];
      }
      filled += (filled > 0 ? GAP : 0) + extent.width;
      tallest = Math.max(tallest, extent.height);
      across = Math.max(across, filled);
    }
    down += tallest + 12;
  }
  return [across, down];
}

const totalOf = (list) => list.reduce((sum, value) => sum + value, 0);
