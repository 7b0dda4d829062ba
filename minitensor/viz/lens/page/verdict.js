// Verdict: the checks of checks.js, done in slices between frames, and what they say.

const AT_ONCE = 2e6; // products between two breaths of the page

/** What is checked: the rows of the verdict. `from` is what the gradient is compared with, "X", "W" or "b". */
const CHECKED = [
  { gradient: "dX", way: "scatter", words: "dX by scattering", from: "X", answer: (derived) => derived.scatter.answer },
  { gradient: "dX", way: "gather", words: "dX by gathering", from: "X", answer: (derived) => derived.gather.answer },
  { gradient: "dX", way: "matrix", words: "dX by the matrix", from: "X", answer: (derived) => derived.matrix.answer },
  { gradient: "dW", way: "correlate", words: "dW by correlating", from: "W", answer: (derived) => derived.correlate.answer },
  { gradient: "db", way: "sum", words: "db by summing", from: "b", answer: (derived) => derived.all.db },
];

/** The finite differences of X, W and b, a cell at a time: between two of them it says how many products the last one took. */
function* differencesOf({ geometry, triples }, arrays, scales) {
  const differences = {};
  for (const name of ["X", "W", "b"].filter((one) => arrays[one] !== null)) {
    const step = stepFor(name, scales);
    differences[name] = new Float64Array(arrays[name].data.length);
    for (let cell = 0; cell < differences[name].length; cell += 1) {
      differences[name][cell] = finiteDifference(geometry, triples, arrays, name, cell, step);
      yield 2 * triples.weight.length + arrays[name].data.length;
    }
  }
  return differences;
}

/** What the finite differences say of each way: {differences, scales, rows, identity}. */
function judged(derived, arrays, { X, W, b }, scales) {
  const from = { X, W, b };
  const known = CHECKED.filter((row) => from[row.from] !== undefined);
  const rows = known.map((row) => ({ ...row, ...compare(row.answer(derived), from[row.from], scales[row.gradient]) }));
  const [dX, dW] = [derived.gather.answer, derived.correlate.answer];
  const identity = adjointIdentity(derived.geometry, derived.triples, arrays, dX, dW, scales.loss);
  return { differences: { dX: X, dW: W, db: b }, scales, rows, identity };
}

/** The same at once. */
function judgedAtOnce(derived, arrays) {
  const scales = scalesOf(derived.geometry, derived.triples, arrays);
  const work = differencesOf(derived, arrays, scales);
  let next = work.next();
  while (!next.done) next = work.next();
  return judged(derived, arrays, next.value, scales);
}

/** The checks of a store; `changed` is called whenever more is known. */
function checksOf(store, changed) {
  let run = 0;
  const known = { differences: null, rows: [], identity: null, scales: null };

  const begin = () => {
    run += 1;
    Object.assign(known, { differences: null, rows: [], identity: null });
    changed(known);
    const mine = run;
    setTimeout(() => {
      if (mine !== run) return;
      const { geometry, triples } = store.derived();
      known.scales = scalesOf(geometry, triples, store.state.arrays);
      work(mine, differencesOf(store.derived(), store.state.arrays, known.scales));
    });
  };
  const work = (mine, differences) => {
    for (let spent = 0; spent < AT_ONCE; ) {
      if (mine !== run) return;
      const next = differences.next();
      if (next.done) {
        Object.assign(known, judged(store.derived(), store.state.arrays, next.value, known.scales));
        changed(known);
        return;
      }
      spent += next.value;
    }
    setTimeout(work, 0, mine, differences);
  };
  return { begin, known };
}

/** Whether all of it is right. */
const isRight = ({ rows, identity }) => rows.every((row) => row.firstWrong < 0) && identity.error <= WRONG;

/** The verdict in words; of a mistake that changes nothing, why. */
function judgementOf(right, store) {
  const { broken } = store.state;
  if (!right) return "✗ A rule is wrong.";
  const agree = "✓ Every gradient agrees with its finite differences.";
  return broken === null ? agree : `${agree} This mistake makes no difference here: ${whyHarmless(store.derived(), store.state.arrays, broken)}.`;
}

/** Why a mistake changes no number. */
function whyHarmless({ geometry }, { W }, broken) {
  const { stride, dilation, kernel, small, remainder, transposed, paddingMode } = geometry;
  if (broken === "flip") {
    const symmetric = W.data.every((value, cell) => {
      const [first, second, ...tap] = indexOf(W.shape, cell);
      return value === W.data[cellAt(W.shape, [first, second, ...tap.map((at, axis) => kernel[axis] - 1 - at)])];
    });
    return symmetric ? "the kernel is the same when it is flipped" : "what the flip exchanges meets no number other than 0";
  }
  if (broken === "swap") {
    if (stride.every((value, axis) => value === dilation[axis])) return "stride and dilation are equal";
    const alone = stride.every((value, axis) => value === dilation[axis] || (small[axis] === 1 && kernel[axis] === 1));
    return alone ? "with one window and one tap neither moves anything" : "where it goes astray all numbers are alike, or 0";
  }
  if (remainder.every((one) => one === 0)) return transposed ? "there is no output padding" : "the remainder is 0";
  if (!transposed && paddingMode !== "zeros") return "what is left out is the end of the padded input, which no window reads";
  const unread = range(geometry.rank).every((axis) => remainderOf(geometry, axis).real.length === 0);
  if (unread) return transposed ? "no cell of X reaches what is left out" : "no window reads what is left out";
  return "what is left out adds up to 0";
}

/** Write into `panel` what the checks say, and of the `target` its finite difference. */
function showVerdict(panel, store, known, target) {
  const title = element("h2", {}, "The check");
  if (known.identity === null) {
    panel.setAttribute("data-verdict", "checking");
    panel.replaceChildren(title, element("p", { class: "quiet" }, "working out finite differences …"));
    return;
  }
  const { all } = store.derived();
  panel.setAttribute("data-verdict", isRight(known) ? "right" : "wrong");
  const rows = known.rows.map((row) => {
    const right = row.firstWrong < 0;
    const wrongCell = right ? "" : `first wrong cell: ${cellText(row.gradient, all[row.gradient].shape, row.firstWrong)}`;
    return element("tr", { "data-gradient": row.gradient, "data-way": row.way, "data-error": String(row.worst), class: right ? "right" : "wrong" },
      element("th", { scope: "row" }, row.words), element("td", { class: "error" }, `${right ? "✓" : "✗"} ${errorText(row.worst)}`), element("td", {}, wrongCell));
  });
  const { products, error } = known.identity;
  const [a, b, c] = products.map(longNumber);
  const agree = error <= WRONG;
  const identity = element("p", { class: agree ? "right" : "wrong", "data-identity": String(error) }, `⟨dY, Y − b⟩ = ${a},  ⟨dX, X⟩ = ${b},  ⟨dW, W⟩ = ${c}: ${agree ? "✓ one number, as the adjoint identity says" : "✗ not one number"}`);
  const head = element("tr", {}, ...["gradient", "largest relative error", ""].map((words) => element("th", { scope: "col" }, words)));
  const verdict = element("p", { class: `verdict ${isRight(known) ? "right" : "wrong"}`, role: "status" }, judgementOf(isRight(known), store));
  panel.replaceChildren(title, verdict, element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)), ...cellCheck(all, known, target), identity);
}

/** The finite difference of one cell beside its gradient. */
function cellCheck(all, { differences, scales }, target) {
  const of = target === null ? undefined : differences[target.name];
  if (of === undefined) return [];
  const { name, cell } = target;
  const value = all[name].data[cell];
  const error = relativeError(value, of[cell], scales[name]);
  return [element("p", { class: error <= WRONG ? "right" : "wrong", "data-difference": String(of[cell]) },
    `${cellText(name, all[name].shape, cell)} = ${longNumber(value)}, finite difference (L(+h) − L(−h)) / 2h = ${longNumber(of[cell])}, relative error ${errorText(error)}`)];
}
