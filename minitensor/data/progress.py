"""How far a pass has come: what a loader's `state_dict` says, so that another loader can go on with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

from minitensor.data.arguments import checked_integer
from minitensor.data.order import Start, Task
from minitensor.random import Generator

KEYS = ("of", "pass_seed", "batches", "ahead", "drawn", "generators_at_start", "generators")


class Progress:
    """Which batches of a pass were given out.

    Parameters
    ----------
    seed : int
        Of the pass.
    generator_states : list of dict
        Where the generators of the loader and of its samplers stood when the pass began.
    batches : int
        So many, from the first one on, were given out.
    ahead : iterable of int
        The numbers of others that were given out before their turn.
    drawn : int
        How often the sampler was asked what makes the next batch.

    Attributes
    ----------
    resumed : bool
        Whether the pass was begun before, and no batch has been given out since it is resumed.
    ended : bool
        Whether all of it was given out.
    """

    def __init__(
        self,
        seed: int,
        generator_states: list[dict[str, Any]],
        batches: int = 0,
        ahead: Iterable[int] = (),
        drawn: int = 0,
    ) -> None:
        self.seed, self.generator_states = seed, generator_states
        self.batches, self.ahead, self.drawn = batches, set(ahead), drawn
        self.resumed = batches > 0 or bool(self.ahead)
        self.ended = False

    def become(self, other: Progress) -> None:
        """Go over to another pass."""
        vars(self).update(vars(other))

    def start(self) -> Start:
        """What makers of its batches are to know."""
        return Start(self.seed, self.generator_states, self.batches)

    def give(self, number: int, batch: Any) -> Any:
        """Note that a batch is given out, and return it."""
        self.resumed = False
        if number != self.batches:
            self.ahead.add(number)
            return batch
        self.batches += 1
        while self.ahead and self.batches in self.ahead:
            self.ahead.remove(self.batches)
            self.batches += 1
        return batch

    def rest(self, tasks: Iterator[Task], generators: list[Generator | np.random.Generator]) -> Iterator[Task]:
        """Leave out of the tasks of a whole pass, which are drawn from these generators, those that are done."""
        begun_at, done, number = self.batches, frozenset(self.ahead), -1
        for task in self._whole(tasks, generators):
            number = task.number
            if number >= begun_at and number not in done:
                yield task
        if number + 1 < begun_at:
            found = f"{begun_at} batches were given out already, and a pass of this loader has only {number + 1}"
            raise ValueError(f"load_state_dict: {found}")

    def _whole(self, tasks: Iterator[Task], generators: list[Generator | np.random.Generator]) -> Iterator[Task]:
        """The tasks of a whole pass.

        Those that were drawn before the pass was resumed are drawn again from where the generators stood when it began.
        Afterwards each stands where it stands now: others may have drawn from it since.
        """
        if self.drawn:
            now = states_of(generators)
            set_states(generators, self.generator_states)
            try:
                again = list(islice(tasks, self.drawn))
            finally:
                set_states(generators, now)
            yield from again
        while True:
            self.drawn += 1
            if (task := next(tasks, None)) is None:
                return
            yield task


def states_of(generators: list[Generator | np.random.Generator]) -> list[dict[str, Any]]:
    """Where generators stand."""
    return [dict(real(one).bit_generator.state) for one in generators]


def set_states(generators: list[Generator | np.random.Generator], *states: list[dict[str, Any]]) -> None:
    """Have generators go where others stood, to the last of `states`, if they can go to all of these; else none moves."""
    before = states_of(generators)
    try:
        for state in (one for each in states for one in zip(generators, each, strict=True)):
            real(state[0]).bit_generator.state = state[1]
    except (KeyError, TypeError, ValueError) as error:
        set_states(generators, before)
        raise ValueError(f"load_state_dict: the state of a generator can't be set: {error}") from None


def real(generator: Generator | np.random.Generator) -> np.random.Generator:
    """NumPy's generator itself, whatever may stand for it."""
    return generator.numpy if isinstance(generator, Generator) else generator


def generators_of(*owners: Any) -> list[Generator | np.random.Generator]:
    """The generators that a loader or samplers, and the samplers that these have, draw from; each once."""
    found: list[Any] = []
    for owner in owners:
        for one in (owner, getattr(owner, "sampler", None)):
            generator = getattr(one, "generator", None)
            known = any(generator is other for other in found)
            if isinstance(generator, (Generator, np.random.Generator)) and not known:
                found.append(generator)
    return found


def check_state(state: Any, kind: dict[str, Any], generators: int) -> None:
    """Refuse what `state_dict` of a loader of this kind, with so many generators, can't have returned."""
    if not isinstance(state, dict) or set(state) != set(KEYS):
        found = sorted(map(str, state)) if isinstance(state, dict) else type(state).__name__
        raise ValueError(f"load_state_dict: expected what state_dict returned, a dict of {', '.join(KEYS)}: got {found}")
    if not isinstance(state["of"], dict) or set(state["of"]) != set(kind):
        raise ValueError(f"load_state_dict: of is a dict of {', '.join(kind)}, got {state['of']!r:.80}")
    if differing := [name for name in kind if state["of"][name] != kind[name]]:
        theirs, ours = (", ".join(f"{name}={one[name]!r}" for name in differing) for one in (state["of"], kind))
        raise ValueError(f"load_state_dict: the state is of a loader with {theirs}, this one has {ours}")
    if state["pass_seed"] is not None:
        checked_integer("load_state_dict", "pass_seed", state["pass_seed"], 0)
    for name in ("batches", "drawn"):
        checked_integer("load_state_dict", name, state[name], 0)
    for number in state["ahead"]:
        checked_integer("load_state_dict", "a number in ahead", number, 0)
    for name in ("generators_at_start", "generators"):
        if len(state[name]) != generators:
            found = f"of {len(state[name])} generators, this loader and its samplers have {generators}"
            raise ValueError(f"load_state_dict: the state is {found}")
