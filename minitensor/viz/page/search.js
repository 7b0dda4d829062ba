// Search: a field with a list of matches below it, as the ARIA pattern of a combobox with a listbox has it.

const MOST_MATCHES = 30;

/** Make `field` search the graph; `go` is called with the id that is chosen, `marked` with all ids that match. */
function searchIn(graph, field, list, status, { go, marked }) {
  let matches = [];
  let current = -1;

  const choose = (at) => {
    current = at;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    field.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
    marked([]);
  };
  const update = () => {
    matches = search(graph, field.value);
    list.replaceChildren(...matches.slice(0, MOST_MATCHES).map((match, at) => optionOf(graph, match, at)));
    list.hidden = matches.length === 0;
    field.setAttribute("aria-expanded", String(matches.length > 0));
    status.textContent = field.value.trim() === "" ? "" : countWords(matches.length);
    choose(matches.length > 0 ? 0 : -1);
    marked(matches.map((match) => match.id));
  };
  const take = (at) => {
    if (matches[at] === undefined) return;
    const { id } = matches[at];
    close();
    go(id);
  };

  field.addEventListener("input", update);
  field.addEventListener("focus", () => { if (field.value !== "") update(); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const shown = list.children.length;
    if (event.key === "Enter") take(Math.max(0, current));
    else if (event.key === "ArrowDown" && shown > 0) choose((current + 1) % shown);
    else if (event.key === "ArrowUp" && shown > 0) choose((current - 1 + shown) % shown);
    else if (event.key === "Escape") {
      field.value = "";
      update();
      field.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option !== null) take([...list.children].indexOf(option));
  });
}

/** How many matches there are, and whether all are listed. */
function countWords(count) {
  const listed = count > MOST_MATCHES ? `, the first ${MOST_MATCHES} are listed` : "";
  return `${count === 0 ? "no" : grouped(count)} match${count === 1 ? "" : "es"}${listed}`;
}

/** One match: what matched, and of what it is part. */
function optionOf(graph, match, at) {
  const element = graph.elements.get(match.id);
  const title = titleOf(element);
  const home = ancestors(graph, match.id)[0]?.title ?? "";
  return make("li", { role: "option", id: `match-${at}`, "aria-selected": "false" },
    make("span", { class: `dot ${element.isGroup ? "group" : element.kind}`, "aria-hidden": "true" }),
    make("span", { class: "title" }, title),
    oneLine(match.text) === title ? null : make("span", { class: "quiet" }, `${match.what}: ${oneLine(match.text)}`),
    home === "" ? null : make("span", { class: "quiet" }, home));
}
