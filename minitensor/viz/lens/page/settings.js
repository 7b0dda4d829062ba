// Settings: the form beside the arrays. What it asks for is computed at once, or refused in words.

const EACH_AXIS = [["size", "size"], ["kernel", "kernel"], ["stride", "stride"], ["dilation", "dilation"]];
const COUNTED = [["batch", "samples"], ["inChannels", "channels in"], ["outChannels", "channels out"], ["groups", "groups"]];
const BROKEN_WORDS = [["", "none"], ["flip", "the kernel is not flipped"], ["swap", "stride, dilation not traded"], ["output_padding", "output padding dropped"]];
const KINDS = [["false", "convolution"], ["true", "transposed"]];
const RANKS = [["1", "1-D"], ["2", "2-D"], ["3", "3-D"]];

/** The form in `panel`; it follows the store, and the store follows it. */
function settingsOn(panel, store) {
  let shownFor = "";
  let apart = false; // whether the padding after is set for itself

  const fieldsFor = ({ rank, transposed, padding }) => {
    apart ||= padding.some(([before, after]) => before !== after);
    return `${rank} ${transposed} ${apart}`;
  };
  const select = (label, name, options, value, kind = "") => {
    const list = element("select", { name }, ...options.map(([key, words]) => element("option", { value: key, selected: key === value }, words)));
    return element("label", { class: kind }, element("span", {}, label), list);
  };
  const number = (name, axis, value, label) => {
    const limits = LIMITS[name];
    return element("input", { type: "number", name, "data-axis": axis, min: limits[0], max: limits[1], step: 1, value, "aria-label": label, inputmode: "numeric" });
  };

  const draw = () => {
    const { wished, broken } = store.state;
    shownFor = fieldsFor(wished);
    const axes = axisWords(wished.rank);
    const perAxis = (name, label, values) => element("div", { class: "field", role: "group", "aria-label": label },
      element("span", {}, label), element("span", { class: "numbers" }, ...values.map((value, axis) => number(name, axis, value, `${label}, ${axes[axis]}`))));
    const check = (name, checked, label) => element("label", { class: "check" }, element("input", { type: "checkbox", name, checked }), label);
    const fields = [
      select("kind", "kind", KINDS, String(wished.transposed)),
      select("axes", "rank", RANKS, String(wished.rank)),
      ...EACH_AXIS.map(([name, label]) => perAxis(name, label, wished[name])),
      perAxis("padding", apart ? "before" : "padding", wished.padding.map((pair) => pair[0])),
    ];
    if (apart) fields.push(perAxis("paddingAfter", "after", wished.padding.map((pair) => pair[1])));
    fields.push(check("apart", apart, "padding after differs"));
    if (wished.transposed) fields.push(perAxis("outputPadding", "output pad.", wished.outputPadding));
    else fields.push(select("filled with", "paddingMode", ["zeros", "reflect", "replicate", "circular"].map((mode) => [mode, mode]), wished.paddingMode));
    for (const [name, label] of COUNTED) fields.push(element("label", {}, element("span", {}, label), number(name, null, wished[name], label)));
    fields.push(check("bias", wished.bias, "a bias"));
    const anew = element("button", { type: "button", id: "anew" }, "new numbers");
    anew.addEventListener("click", () => store.change({ seed: store.state.seed + 1 }));
    const problem = element("p", { id: "problem", role: "alert" });
    panel.replaceChildren(element("h2", {}, "The convolution"), ...fields, problem, anew, element("h2", {}, "Break a rule"), select("mistake", "broken", BROKEN_WORDS, broken ?? "", "wide"));
    update();
  };

  const update = () => {
    const { wished, broken, problem } = store.state;
    if (shownFor !== fieldsFor(wished)) {
      const held = panel.contains(document.activeElement) ? document.activeElement : null;
      draw();
      if (held !== null) (panel.querySelector(`[name="${held.name}"]${held.dataset.axis ? `[data-axis="${held.dataset.axis}"]` : ""}`) ?? panel.querySelector("select")).focus();
      return;
    }
    for (const field of panel.querySelectorAll("input[type=number]")) {
      const value = valueOf(wished, field.name, Number(field.dataset.axis));
      if (field !== document.activeElement && field.value !== String(value)) field.value = value;
    }
    for (const list of panel.querySelectorAll("select")) list.value = list.name === "broken" ? broken ?? "" : String(wished[list.name === "kind" ? "transposed" : list.name]);
    panel.querySelector('[name="bias"]').checked = wished.bias;
    const note = panel.querySelector("#problem");
    note.textContent = problem === null ? "" : `This cannot be shown: ${problem}.`;
    note.hidden = problem === null;
  };

  panel.addEventListener("input", ({ target }) => {
    const { wished } = store.state;
    if (target.type === "number" && (target.value === "" || !target.validity.valid)) {
      store.refuse(`${target.getAttribute("aria-label")} is a whole number from ${target.min} to ${target.max}`);
    } else if (target.name === "apart") {
      apart = target.checked;
      store.change({ given: { ...wished, padding: wished.padding.map(([before, after]) => [before, apart ? after : before]) } });
    } else if (target.name === "broken") store.change({ broken: target.value === "" ? null : target.value });
    else if (target.name === "kind") store.change({ given: { ...wished, transposed: target.value === "true", outputPadding: [0] } });
    else if (target.type === "checkbox") store.change({ given: { ...wished, bias: target.checked } });
    else if (target.name === "paddingMode") store.change({ given: { ...wished, paddingMode: target.value } });
    else if (target.dataset.axis !== undefined) store.change({ given: { ...wished, ...axisChanged(wished, target.name, Number(target.dataset.axis), Number(target.value), apart) } });
    else store.change({ given: { ...wished, [target.name]: Number(target.value) } });
  });
  panel.addEventListener("focusout", ({ target }) => { // a field with no number of its own shows what holds
    if (target.type === "number" && (target.value === "" || !target.validity.valid)) store.change({ given: store.state.wished });
  });
  panel.addEventListener("submit", (event) => event.preventDefault());
  store.subscribe(update);
  draw();
}

/** What a field shows of the settings. */
function valueOf(wished, name, axis) {
  if (name === "padding") return wished.padding[axis][0];
  if (name === "paddingAfter") return wished.padding[axis][1];
  return Array.isArray(wished[name]) ? wished[name][axis] : wished[name];
}

/** The settings that one entry of a list changes. */
function axisChanged(wished, name, axis, value, apart) {
  const changed = (list, entry) => list.map((old, at) => (at === axis ? entry(old) : old));
  if (name === "padding") return { padding: changed(wished.padding, ([, after]) => [value, apart ? after : value]) };
  if (name === "paddingAfter") return { padding: changed(wished.padding, ([before]) => [before, value]) };
  return { [name]: changed(wished[name], () => value) };
}
