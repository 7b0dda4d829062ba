// Linked: the mode in which the reader points, and the page answers.
//
// What a mode is: {title, shows: the arrays that it is about, in rows (or shows(given)), all of them unless given;
// figureLast: whether its own figure stands below them; lead(state): what it shows, in a sentence or two; steps(derived):
// how many steps it has, 0 for none; lights(derived, state): what is lit at state.step; words(derived, state): the step in
// words; draw(box, {state, derived, change, light}): what it shows beside the arrays, after each change; follow(box,
// derived, target): the cell looked at is another; marks(derived, state): cells with a mark of their own, Map from name to
// Map from cell to a word; pick(store, target): whether a click on a cell is an answer of its own; picks(target): whether
// it is one now; hides(): whether links stay dark}. All but title and lead may be left out.

const modes = {
  linked: {
    title: "Linked cells",
    lead: () => "Point at any cell: exactly the cells that its number is made of light up, in the colours of the kernel's taps, and the sum is written out.",
  },
};

/** The step that is shown: the last one where there are fewer. */
const stepNow = ({ steps }, step) => steps[Math.min(step, steps.length - 1)];
