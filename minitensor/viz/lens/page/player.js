// Player: play, pause and step through what a mode shows.

const STEP_TIME = 700; // milliseconds

/** The buttons, slider and words of the steps in `bar`. */
function playerOn(bar, store) {
  let timer = null;
  const button = (label, words, action) => {
    const made = element("button", { type: "button", "aria-label": words, title: words }, label);
    made.addEventListener("click", action);
    return made;
  };
  const count = () => modes[store.state.mode].steps?.(store.derived()) ?? 0;
  const go = (step) => store.change({ step: Math.min(Math.max(step, 0), Math.max(0, count() - 1)), playing: false, target: null });
  const toggle = () => {
    if (count() === 0) return;
    const atEnd = store.state.step >= count() - 1;
    store.change({ playing: !store.state.playing, step: !store.state.playing && atEnd ? 0 : store.state.step, target: null });
  };
  const first = button("|◀", "First step (Home)", () => go(0));
  const back = button("◀", "Step back (,)", () => go(store.state.step - 1));
  const play = button("▶ play", "Play (p)", toggle);
  const next = button("▶", "Step on (.)", () => go(store.state.step + 1));
  const slider = element("input", { type: "range", min: 0, value: 0, "aria-label": "step" });
  slider.addEventListener("input", () => go(Number(slider.value)));
  const place = element("span", { class: "place" });
  const words = element("p", { class: "words", "aria-live": "polite" });
  bar.append(element("div", { class: "buttons" }, first, back, play, next, slider, place), words);

  const tick = () => {
    const last = count() - 1;
    if (!store.state.playing) return;
    if (store.state.step >= last) store.change({ playing: false });
    else store.change({ step: store.state.step + 1 });
  };
  const update = () => {
    const steps = count();
    bar.hidden = steps === 0;
    clearTimeout(timer);
    if (steps === 0) return;
    const { playing } = store.state;
    const step = Math.min(store.state.step, steps - 1);
    slider.max = steps - 1;
    slider.value = step;
    place.textContent = `${step + 1} of ${steps}`;
    play.textContent = playing ? "⏸ pause" : "▶ play";
    play.setAttribute("aria-label", playing ? "Pause (p)" : "Play (p)");
    const said = modes[store.state.mode].words?.(store.derived(), store.state) ?? "";
    words.setAttribute("aria-live", playing ? "off" : "polite"); // who hears the page would hear nothing but beginnings
    if (words.textContent !== said) words.textContent = said;
    if (playing) timer = setTimeout(tick, STEP_TIME);
  };
  store.subscribe(update);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea") || count() === 0) return;
    const action = { ".": () => go(store.state.step + 1), ",": () => go(store.state.step - 1), p: toggle }[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
  update();
}
