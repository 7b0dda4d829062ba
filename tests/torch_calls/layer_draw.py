"""How the calls of normalisations, distances and parametrisations are written."""

from __future__ import annotations

import ast

import numpy as np

from torch_calls.draw import RNG, chance, pick


def word(rng: RNG, choices: str) -> str:
    """Return one of the texts between the bars."""
    return pick(rng, *choices.split("|"))


def sizes(rng: RNG, rank: int, low: int = 1) -> tuple[int, ...]:
    """Draw the sizes of spatial axes; smaller in more dimensions."""
    return tuple(int(size) for size in rng.integers(low, (7, 7, 5, 4)[rank], rank))


def named(expression: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return those inputs that an expression names."""
    found = {node.id for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Name)}
    return {name: array for name, array in inputs.items() if name in found}


def given(inputs: dict[str, np.ndarray], **names: str) -> str:
    """Write ", weight=w" for weight="w", where there is such an input."""
    return "".join(f", {argument}={name}" for argument, name in names.items() if name in inputs)


def placed(layer: str, inputs: dict[str, np.ndarray], **names: str) -> str:
    """Write a layer that has inputs in the place of its parameters and buffers."""
    return f"using({layer}{given(inputs, **names)})" if given(inputs, **names) else layer


def in_one_dtype(rng: RNG, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the inputs in float64, or at times in float32."""
    dtype = np.float32 if chance(rng, 0.15) else np.float64
    return {name: array.astype(dtype) if array.dtype.kind == "f" else array for name, array in inputs.items()}
