"""How far a pass has come: what a loader's `state_dict` says, so that another loader can go on with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minitensor.data.arguments import checked_integer
from minitensor.data.order import Start, Task
from minitensor.random import Generator

KEYS = ("pass_seed", "batches", "ahead", "generator", "generators_at_start")


class Progress:
    """Which batches of a pass were given out.

    Parameters
    ----------
    seed : int
        Of the pass.
    batches : int
        So many, from the first one on, were given out.
    ahead : iterable of int
        The numbers of others that were given out before their turn.
    generator_states : list of dict
        Where the generators of the loader and of its samplers stood when the pass began.

    Attributes
    ----------
    resumed : bool
        Whether the pass was begun before, and no batch has been given out since it is resumed.
    ended : bool
        Whether all of it was given out.
    """

    def __init__(self, seed: int, batches: int, ahead: list[int], generator_states: list[dict[str, Any]]) -> None:
        self.seed, self.batches, self.ahead, self.generator_states = seed, batches, set(ahead), generator_states
        self.resumed = batches > 0 or bool(ahead)
        self.ended = False

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

    def rest(self, tasks: Iterator[Task]) -> Iterator[Task]:
        """Leave out of the tasks of a whole pass those that are done."""
        begun_at, done, number = self.batches, frozenset(self.ahead), -1
        for task in tasks:
            number = task.number
            if number >= begun_at and number not in done:
                yield task
        if number + 1 < begun_at:
            found = f"{begun_at} batches were given out already, and a pass of this loader has only {number + 1}"
            raise ValueError(f"load_state_dict: {found}")


def states_of(generators: list[Generator | np.random.Generator]) -> list[dict[str, Any]]:
    """Where generators stand."""
    return [dict(real(one).bit_generator.state) for one in generators]


def set_states(states: list[tuple[Generator | np.random.Generator, dict[str, Any]]]) -> None:
    """Have each generator go to where another one stood: all of them or, if one of the states can't be, none of them."""
    before = [(one, dict(real(one).bit_generator.state)) for one, _ in states]
    try:
        for one, state in states:
            real(one).bit_generator.state = state
    except (KeyError, TypeError, ValueError) as error:
        for one, state in before:
            real(one).bit_generator.state = state
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


def check_state(state: Any, has_generator: bool, generators: int) -> None:
    """Refuse what `state_dict` of such a loader can't have returned."""
    if not isinstance(state, dict) or set(state) != set(KEYS):
        found = sorted(map(str, state)) if isinstance(state, dict) else type(state).__name__
        raise ValueError(f"load_state_dict: expected what state_dict returned, a dict of {', '.join(KEYS)}: got {found}")
    if state["pass_seed"] is not None:
        checked_integer("load_state_dict", "pass_seed", state["pass_seed"], 0)
    checked_integer("load_state_dict", "batches", state["batches"], 0)
    for number in state["ahead"]:
        checked_integer("load_state_dict", "a number in ahead", number, 0)
    if (state["generator"] is not None) != has_generator:
        of, this = ("with", "without") if state["generator"] is not None else ("without", "with")
        raise ValueError(f"load_state_dict: the state is of a loader {of} a generator of its own, this one is {this} one")
    if len(state["generators_at_start"]) != generators:
        found = f"of {len(state['generators_at_start'])} generators, this loader and its samplers have {generators}"
        raise ValueError(f"load_state_dict: the state is {found}")
