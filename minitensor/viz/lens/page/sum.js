// Sum: what a cell's number is made of, term by term; and where a given number goes.

const FORMULAS = {
  false: {
    Y: "Y[n,o,p] = Σ over c, k of  X[n, c, s·p + d·k − before] · W[o,c,k]  + b[o]",
    dX: "dX[n,c,i] = Σ over o, p, k with s·p + d·k − before = i of  dY[n,o,p] · W[o,c,k]",
    dW: "dW[o,c,k] = Σ over n, p of  dY[n,o,p] · X[n, c, s·p + d·k − before]",
    db: "db[o] = Σ over n, p of  dY[n,o,p]",
  },
  true: {
    Y: "Y[n,o,i] = Σ over c, p, k with s·p + d·k − before = i of  X[n,c,p] · W[c,o,k]  + b[o]",
    dX: "dX[n,c,p] = Σ over o, k of  dY[n, o, s·p + d·k − before] · W[c,o,k]",
    dW: "dW[c,o,k] = Σ over n, p of  dY[n, o, s·p + d·k − before] · X[n,c,p]",
    db: "db[o] = Σ over n, i of  dY[n,o,i]",
  },
};
const MOST_SHOWN = 2000; // terms
const HINT = "Point at a cell, or go to one with Tab and the arrow keys: what it is made of lights up, and stands here term by term. "
  + "A click holds it. Enter, or a double click, changes a number of X, W, b or dY.";

/** The formula of an array in this case: with a bias or not, with the channels of a group, with copies in the padding. */
function formulaOf({ transposed, bias, groups, perGroup, paddingMode }, name) {
  let formula = FORMULAS[transposed][name].replace(/ {2}\+ b\[o\]$/, bias ? "  + b[o]" : "");
  const where = [];
  if (groups > 1 && name !== "db") { // W has the channels of a group alone
    const [inW, other] = transposed ? ["o", "c"] : ["c", "o"];
    formula = formula.replace(/W\[(\w),(\w),k\]/, "W[$1,$2′,k]");
    if (name === (transposed ? "dX" : "Y")) formula = formula.replace(`over ${inW}, k`, `over ${inW}′, k`);
    where.push(`in group g = ⌊${other} / ${perGroup.small}⌋, ${inW} = ${perGroup.large}·g + ${inW}′`);
  }
  if (!transposed && paddingMode !== "zeros" && name !== "db") {
    formula = formula.replace("X[n, c,", "X̃[n, c,").replace("− before = i of", "− before at i or at a copy of it, of");
    if (name !== "dX") where.push(`X̃ is X with its padding (${paddingMode})`);
  }
  return [formula, ...where].join(";  ");
}

/** Write what is behind a target into `panel`; nothing lit: how to begin. */
function showSum(panel, store, target) {
  const held = panel.contains(document.activeElement) ? document.activeElement.dataset : null;
  panel.replaceChildren(element("h2", {}, "The sum"), ...(target === null ? [element("p", { class: "quiet" }, HINT)] : sumWords(store.derived(), target)));
  if (held !== null) (panel.querySelector(`button[data-array="${held.array}"][data-cell="${held.cell}"]`) ?? panel).focus();
}

function sumWords({ geometry, all }, target) {
  const label = cellText(target.name, all[target.name].shape, target.cell);
  const terms = termsOf(geometry, target.name, target.cell);
  return terms === null ? usesWords(geometry, all, target, label) : termsWords(geometry, all, target, label, terms);
}

/** The same in a sentence, for who hears the page: the number and how many terms it has, written out where they are few. */
function saidOf({ geometry, all }, { name, cell }) {
  const terms = termsOf(geometry, name, cell);
  const text = (factor, at) => cellText(factor, all[factor].shape, at);
  if (terms === null) {
    const users = usesOf(geometry, name, cell).map(([user]) => user);
    const counts = [...new Set(users)].map((user) => `${users.filter((one) => one === user).length} of ${user}`);
    return `${text(name, cell)} goes into ${counts.length > 0 ? `${counts.join(", ")}` : "nothing"}.`;
  }
  const few = terms.length <= 4 ? `: ${terms.map((factors) => factors.map(([factor, at]) => text(factor, at)).join(" times ")).join(", plus ")}` : "";
  return `${text(name, cell)} is ${longNumber(all[name].data[cell])}, the sum of ${terms.length} ${terms.length === 1 ? "term" : "terms"}${terms.length > 0 ? few : ""}.`;
}

function termsWords(geometry, all, { name, cell }, label, terms) {
  const formula = formulaOf(geometry, name);
  const valueOf = (factors) => factors.reduce((value, [factor, at]) => value * all[factor].data[at], 1);
  const values = terms.map(valueOf);
  const total = values.reduce((sum, value) => sum + value, 0);
  const lines = terms.slice(0, MOST_SHOWN).map((factors, number) => {
    const weight = factors.find(([factor]) => factor === "W");
    const line = element("li", { "data-term": number, "data-value": String(values[number]) });
    const tap = weight !== undefined ? tapOf(geometry, weight[1]) : -1;
    if (tap >= 0) line.style.setProperty("--tap", tapColour(geometry, tap));
    factors.forEach(([factor, at], position) => {
      if (position > 0) line.append(" · ");
      const link = element("button", { type: "button", class: "factor", "data-array": factor, "data-cell": at }, cellText(factor, all[factor].shape, at));
      line.append(link);
    });
    const numbers = factors.map(([factor, at]) => bracketed(all[factor].data[at])).join(" · ");
    line.append(element("span", { class: "numbers" }, factors.length > 1 ? `${numbers} = ${longNumber(values[number])}` : longNumber(values[number])));
    return line;
  });
  const shown = all[name].data[cell];
  const parts = [
    element("p", { class: "formula" }, formula),
    element("p", {}, element("b", {}, `${label} = `, element("span", { "data-total": String(total) }, longNumber(total))),
      `, the sum of ${terms.length} ${terms.length === 1 ? "term" : "terms"}`),
    element("ol", { class: "terms" }, ...lines),
  ];
  if (terms.length === 0) parts.push(element("p", { class: "quiet" }, emptyWords(geometry, name)));
  if (terms.length > MOST_SHOWN) parts.push(element("p", { class: "quiet" }, `and ${terms.length - MOST_SHOWN} more terms`));
  if (Math.abs(shown - total) > WRONG * Math.max(1, Math.abs(total))) {
    parts.push(element("p", { class: "wrong" }, `The broken rule answers ${longNumber(shown)} here.`));
  }
  return parts;
}

function usesWords(geometry, all, { name, cell }, label) {
  const uses = usesOf(geometry, name, cell);
  const byUser = new Map();
  for (const [user, at] of uses) byUser.set(user, [...(byUser.get(user) ?? []), at]);
  const lines = [...byUser].map(([user, cells]) => {
    const some = cells.slice(0, 60).map((at) => cellText(user, all[user].shape, at)).join(", ");
    return element("li", {}, element("b", {}, `${user}: `), `${cells.length} ${cells.length === 1 ? "cell" : "cells"}: ${some}${cells.length > 60 ? ", …" : ""}`);
  });
  const unread = lines.length > 0 ? null : nowhereWords(geometry, name);
  return [
    element("p", {}, element("b", {}, `${label} = ${longNumber(all[name].data[cell])}`), " is given. ",
      element("button", { type: "button", class: "factor", "data-edit": "", "data-array": name, "data-cell": cell }, "Change it"), ". It goes into"),
    unread === null ? element("ul", { class: "uses" }, ...lines) : element("p", { class: "quiet" }, unread),
  ];
}

/** Why a sum has no terms. */
function emptyWords({ transposed }, name) {
  if (name === "dX" && transposed) return "The padding cuts off all cells of Y that this cell is spread to, so nothing of the loss depends on it: its gradient is 0.";
  if (name === "dX") return "No window reads this cell, so nothing of the loss depends on it: its gradient is 0.";
  if (name === "Y" && transposed) return "No cell of X reaches this cell.";
  if (name === "Y") return "All that this window reads is the padding's zeros.";
  if (name === "dW") return transposed ? "All that this tap makes is cut off by the padding." : "All that this tap meets is the padding's zeros.";
  return "There is nothing to add.";
}

/** Why a given number goes nowhere. */
function nowhereWords({ transposed }, name) {
  if (name === "X") return transposed ? "nothing: the padding cuts off all cells of Y that it is spread to." : "nothing: no window reads this cell.";
  if (name === "dY") return transposed ? "nothing: no cell of X reaches this cell of Y." : "nothing: its window reads the padding's zeros alone.";
  return transposed ? "nothing: the padding cuts off all that this tap makes." : "nothing: this tap meets the padding's zeros alone.";
}

/** A number as a factor: negative ones in brackets. */
const bracketed = (value) => (value < 0 ? `(${longNumber(value)})` : longNumber(value));
