// Arrays: numbers in C order with a shape, as NumPy keeps them. A cell is its place in that order, an index its place on each axis.

/** How many cells a shape has. */
const cellsOf = (shape) => shape.reduce((count, length) => count * length, 1);

/** An array of a shape: of zeros, or of the numbers given. */
function arrayOf(shape, numbers = null) {
  const data = numbers === null ? new Float64Array(cellsOf(shape)) : Float64Array.from(numbers);
  return { shape, data };
}

/** The cell of an index. */
function cellAt(shape, index) {
  let cell = 0;
  for (let axis = 0; axis < shape.length; axis += 1) cell = cell * shape[axis] + index[axis];
  return cell;
}

/** The index of a cell. */
function indexOf(shape, cell) {
  const index = new Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    index[axis] = cell % shape[axis];
    cell = Math.floor(cell / shape[axis]);
  }
  return index;
}

/** Every way to take one entry of each list, the last list's changing fastest. */
function product(lists) {
  return lists.reduce((heads, list) => heads.flatMap((head) => list.map((item) => [...head, item])), [[]]);
}

/** 0, 1, ..., count - 1. */
const range = (count) => Array.from({ length: Math.max(0, count) }, (_, number) => number);

/** The sum of the products of two arrays' cells. */
const inner = (a, b) => a.data.reduce((sum, value, cell) => sum + value * b.data[cell], 0);
