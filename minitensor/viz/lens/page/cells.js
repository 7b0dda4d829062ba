// Cells: what pointer and keys do on a cell of a grid.

const EDITABLE = new Set(NUMBERS);

/** The cell that a key leads to from another, null where there is none: arrows within a plane and on into the next channel, Page up and down in depth. */
function neighbour(shape, cell, key) {
  const index = indexOf(shape, cell);
  const last = shape.length - 1;
  const deep = Math.min(shape.length === 5 ? 2 : 1, last);
  const rows = shape.length > 3 ? last - 1 : Math.min(1, last);
  const moves = {
    ArrowLeft: [last, -1], ArrowRight: [last, 1], ArrowUp: [rows, -1], ArrowDown: [rows, 1], PageUp: [deep, -1], PageDown: [deep, 1],
    Home: [last, -index[last]], End: [last, shape[last] - 1 - index[last]],
  };
  if (moves[key] === undefined) return null;
  const [axis, by] = moves[key];
  index[axis] += by;
  const beyond = index[axis] < 0 || index[axis] >= shape[axis];
  if (beyond && axis === last && last > 1) { // the next channel stands beside this one
    index[axis] = by > 0 ? 0 : shape[axis] - 1;
    index[1] += by;
  }
  return index.every((at, one) => at >= 0 && at < shape[one]) ? cellAt(shape, index) : null;
}

/** Listen on the grids' container for all cells; answers with what opens the editor of a cell. */
function listenOn(container, { store, elements, focused, slices, showSlice, depthOf, events }) {
  const targetOf = (event) => {
    const square = event.target.closest?.("g.cell");
    return square === null || square === undefined ? null : { name: square.dataset.array, cell: Number(square.dataset.cell) };
  };
  const moveFocus = (name, cell) => {
    elements.get(name).get(focused[name])?.setAttribute("tabindex", "-1");
    focused[name] = cell;
    const square = elements.get(name).get(cell);
    square.setAttribute("tabindex", "0");
    square.focus();
  };
  container.addEventListener("pointerover", (event) => events.hover(targetOf(event)));
  container.addEventListener("pointerleave", () => events.hover(null));
  container.addEventListener("focusin", (event) => {
    const target = targetOf(event);
    if (target === null) return;
    if (focused[target.name] !== target.cell) {
      elements.get(target.name).get(focused[target.name])?.setAttribute("tabindex", "-1");
      focused[target.name] = target.cell;
      elements.get(target.name).get(target.cell).setAttribute("tabindex", "0");
    }
    events.hover(target);
  });
  container.addEventListener("click", (event) => {
    const target = targetOf(event);
    if (target !== null) events.pin(target);
  });
  // During a question a cell that can be picked is no field: Enter picks it, as a click does.
  const editable = (target) => EDITABLE.has(target.name) && !modes[store.state.mode].picks?.(target);
  container.addEventListener("dblclick", (event) => {
    const target = targetOf(event);
    if (target !== null && editable(target)) openEditor(target);
  });
  container.addEventListener("keydown", (event) => {
    const target = targetOf(event);
    if (target === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === "Enter" || event.key === "F2") && editable(target)) {
      event.preventDefault();
      openEditor(target);
    } else if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      events.pin(target);
    } else {
      const shape = shapeOfArray(store.derived().geometry, target.name);
      const next = neighbour(shape, target.cell, event.key);
      if (next === null) return;
      event.preventDefault();
      const depth = depthOf(target.name) > 1 ? indexOf(shape, next)[2] : 0;
      if (depth !== (slices[target.name] ?? 0)) showSlice(target.name, depth);
      moveFocus(target.name, next);
    }
  });

  /** A field over a cell, for its number: Enter takes it over, Escape leaves all as it was. */
  const openEditor = ({ name, cell }) => {
    const square = elements.get(name)?.get(cell);
    if (square === undefined) return; // of an array or a slice that is not in sight
    const box = square.getBoundingClientRect();
    const around = container.getBoundingClientRect();
    const label = cellText(name, shapeOfArray(store.derived().geometry, name), cell);
    const field = element("input", { type: "number", step: "any", class: "editor", "aria-label": `new number for ${label}`, value: store.state.arrays[name].data[cell] });
    field.style.left = `${box.left - around.left + container.scrollLeft}px`;
    field.style.top = `${box.top - around.top + container.scrollTop}px`;
    let open = true;
    const close = (keep, stay) => {
      if (!open) return;
      open = false;
      const value = Number(field.value);
      const taken = keep && field.value !== "" && Number.isFinite(value);
      field.remove();
      if (stay) elements.get(name).get(cell)?.focus();
      if (taken) setTimeout(() => events.edit(name, cell, value)); // when the focus is where it goes
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Tab") close(true, true); // Tab goes on from the cell
      if (event.key === "Escape") close(false, true);
    });
    field.addEventListener("blur", () => close(true, false));
    container.append(field);
    field.focus();
    field.select();
  };
  return openEditor;
}
