// Links: which cells belong to a cell, and in which colour.
//
// Lights say what is lit: {target: {name, cell}|null, lit: Map from name to Map from cell to tap (-1: none), kind: "terms"|"uses"}.

/** The tap of a cell of W: its place within the kernel. */
const tapOf = (geometry, weight) => weight % cellsOf(geometry.kernel);

/** The colour of a tap: hues all round the circle, neighbours far apart; of more than twelve taps three shades take turns. */
function tapColour(geometry, tap) {
  const taps = cellsOf(geometry.kernel);
  const hues = taps > 12 ? Math.ceil(taps / 3) : taps;
  const place = taps > 12 ? Math.floor(tap / 3) : tap;
  const [saturation, lightness] = taps > 12 ? [[80, 45], [70, 64], [95, 32]][tap % 3] : [75, 45];
  return `hsl(${Math.round((place * leapOf(hues) * 360) / hues + 10) % 360} ${saturation}% ${lightness}%)`;
}

/** How many of so many hues lie from one tap's to the next one's, so that each is used once: about two fifths of the circle. */
function leapOf(hues) {
  const common = (a, b) => (b === 0 ? a : common(b, a % b));
  let leap = Math.max(1, Math.round(hues * 0.38));
  while (common(leap, hues) > 1) leap += 1;
  return leap;
}

/** Nothing lit. */
const noLights = () => ({ target: null, lit: new Map(), kind: "terms" });

/** Light one more cell. */
function addLight(lights, name, cell, tap = -1) {
  if (!lights.lit.has(name)) lights.lit.set(name, new Map());
  lights.lit.get(name).set(cell, tap);
}

/** What is lit for a cell: what its sum is made of, or, where it is given, what it goes into. */
function linksOf(geometry, { name, cell }) {
  const lights = noLights();
  lights.target = { name, cell };
  const terms = termsOf(geometry, name, cell);
  if (terms === null) {
    lights.kind = "uses";
    for (const [user, used] of usesOf(geometry, name, cell)) addLight(lights, user, used);
    return lights;
  }
  for (const factors of terms) {
    const weight = factors.find(([factor]) => factor === "W");
    const tap = weight === undefined ? (name === "dW" ? tapOf(geometry, cell) : -1) : tapOf(geometry, weight[1]);
    for (const [factor, at] of factors) addLight(lights, factor, at, tap);
  }
  return lights;
}
