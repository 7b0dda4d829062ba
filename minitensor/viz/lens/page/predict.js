// Predict: a question about a cell, answered by clicking, and marked.

const quiz = { round: 0, picked: new Set(), answered: false, right: 0, asked: 0, of: "" };

modes.predict = {
  title: "Predict",
  shows: [["dY", "W", "dX"]],
  lead: () => "Which cells of dY reach the marked cell of dX? Click them (or go there with Tab and the arrow keys, and press Space or Enter), then let it be marked.",
  marks: (derived, state) => {
    const cell = questionOf(derived, state);
    const marks = new Map([["dX", new Map([[cell, "asked"]])], ["dY", new Map()]]);
    const reach = new Set(termsOf(derived.geometry, "dX", cell).map((factors) => factors[0][1]));
    for (const at of quiz.picked) marks.get("dY").set(at, !quiz.answered ? "picked" : reach.has(at) ? "hit" : "wrong");
    if (quiz.answered) [...reach].filter((at) => !quiz.picked.has(at)).forEach((at) => marks.get("dY").set(at, "missed"));
    return marks;
  },
  hides: () => !quiz.answered,
  pick: (now, { name, cell }) => {
    if (quiz.answered) return false;
    if (name === "dY") {
      if (!quiz.picked.delete(cell)) quiz.picked.add(cell);
      now.change({});
    }
    return true;
  },
  picks: ({ name }) => name === "dY" && !quiz.answered,
  draw: (box, { state, derived, change }) => {
    const now = derived();
    const cell = questionOf(now, state);
    const reach = new Set(termsOf(now.geometry, "dX", cell).map((factors) => factors[0][1]));
    const label = cellText("dX", now.all.dX.shape, cell);
    const button = (id, words, action) => {
      const made = element("button", { type: "button", id }, words);
      made.addEventListener("click", action);
      return made;
    };
    const mark = () => {
      const right = quiz.picked.size === reach.size && [...quiz.picked].every((at) => reach.has(at));
      Object.assign(quiz, { answered: true, asked: quiz.asked + 1, right: quiz.right + Number(right) });
      change({});
      byId("another").focus();
    };
    const another = () => {
      Object.assign(quiz, { round: quiz.round + 1, picked: new Set(), answered: false });
      change({ target: null });
      byId("mark").focus();
    };
    const said = quiz.answered ? verdictWords(reach, label) : `${quiz.picked.size} ${quiz.picked.size === 1 ? "cell" : "cells"} of dY chosen for ${label}.`;
    const buttons = quiz.answered ? button("another", "Another question", another) : button("mark", "Mark my answer", mark);
    box.replaceChildren(element("div", { class: "question" },
      element("p", {}, element("b", {}, `Which cells of dY reach ${label}?`), ` ${quiz.asked > 0 ? `${quiz.right} of ${quiz.asked} right so far.` : ""}`),
      element("p", { role: "status", id: "marked", "data-right": quiz.answered ? String(quiz.right) : null }, said), buttons));
  },
};

/** The cell that is asked for: another one for each round, and for each case. */
function questionOf({ geometry, all }, { seed }) {
  const key = JSON.stringify([geometry.largeShape, geometry.smallShape, geometry.kernel, geometry.stride, geometry.dilation, geometry.padding, geometry.groups, geometry.transposed]);
  if (quiz.of !== key) Object.assign(quiz, { of: key, picked: new Set(), answered: false });
  const draw = drawnFrom(seed * 1009 + quiz.round);
  return Math.min(all.dX.data.length - 1, Math.floor(((draw() + 2) / 4) * all.dX.data.length));
}

/** What there is to say of an answer. */
function verdictWords(reach, label) {
  const hits = [...quiz.picked].filter((at) => reach.has(at)).length;
  const wrong = quiz.picked.size - hits;
  if (wrong === 0 && hits === reach.size) return `✓ Right: ${reach.size === 0 ? "none reaches" : reach.size === 1 ? "this one reaches" : `these ${reach.size} reach`} ${label}.`;
  const parts = [`${hits} of ${reach.size} found`];
  if (wrong > 0) parts.push(`${wrong} chosen that ${wrong === 1 ? "does" : "do"} not reach it (crossed)`);
  if (hits < reach.size) parts.push(`${reach.size - hits} missed (ringed)`);
  return `✗ Not quite: ${parts.join(", ")}.`;
}
