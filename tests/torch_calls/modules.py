"""Calls of the containers, of what every module has, and of `nn.utils` for gradients and vectors of parameters.

Left out, as they differ on purpose:
- `ParameterList` and `ParameterDict` of what is no tensor, which are refused here;
- `Sequential` of a plain dict, which PyTorch refuses;
- `ModuleList.insert` behind the end, where PyTorch leaves a gap in the names;
- that `vector_to_parameters` lets go of the parameters' memory in PyTorch, and writes to it here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick

LAYERS = (
    "nn.ReLU()",
    "nn.Linear(2, 3)",
    "nn.Linear(3, 2)",
    "nn.Identity(1, 2, any=3)",
    "nn.BatchNorm1d(3)",
    "nn.Sequential(nn.Linear(2, 2))",
)


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, sequential, module_list, module_dict, parameters, members, state, sequential_run, vectors, clipping, norms
        )(rng)


def names(mt: ModuleType) -> dict[str, Any]:  # noqa: ARG001 (what every family is given)
    """Return `graded(x, g)`, a leaf with the values of x and the gradient g, and `OrderedDict`."""

    def graded(x: Any, g: Any) -> Any:
        leaf = x.detach().clone().requires_grad_()
        leaf.grad = g.detach().clone()
        return leaf

    return {"graded": graded, "OrderedDict": OrderedDict}


def layers(rng: RNG) -> str:
    """Return some layers, separated by commas."""
    return ", ".join(pick(rng, *LAYERS) for _ in range(rng.integers(0, 4)))


def place(rng: RNG) -> int:
    """Return a place in a list, sometimes one that is not there."""
    return int(rng.integers(-4, 4))


def sequential(rng: RNG) -> Call:
    """nn.Sequential as a list."""
    made = f"nn.Sequential({layers(rng)})"
    i = place(rng)
    change = pick(
        rng,
        f"m := {made}",
        f"{made}[{i}]",
        f"{made}[{i}:]",
        f"{made}[:{i}]",
        f"len({made})",
        f"list({made})",
        f"{made}.append({pick(rng, *LAYERS)})",
        f"{made}.extend([{layers(rng)}])",
        f"{made}.insert({i}, {pick(rng, *LAYERS)})",
        f"(m := {made}, m.pop({i}))",
        f"(m := {made}, m.__delitem__({i}))",
        f"(m := {made}, m.__setitem__({i}, nn.ReLU()))",
        "nn.Sequential(OrderedDict(first=nn.Linear(2, 3), second=nn.ReLU()))" if chance(rng, 0.5) else "nn.Sequential(3)",
    )
    return Call(f"({change})" if ":=" in change else change, {})


def module_list(rng: RNG) -> Call:
    """nn.ModuleList."""
    made = f"nn.ModuleList([{layers(rng)}])"
    i = place(rng)
    change = pick(
        rng,
        made,
        "nn.ModuleList()",
        f"{made}[{i}]",
        f"{made}[{i}:]",
        f"len({made})",
        f"{made}.append({pick(rng, *LAYERS)})",
        f"{made}.extend([{layers(rng)}])",
        f"[m := {made}, m.insert(0, nn.ReLU()) and None]",
        f"[m := {made}, m.pop({i})]",
        f"[m := {made}, m.__setitem__({i}, nn.ReLU())]",
        f"[m := {made}, m.__delitem__({i})]",
        f"{made} + [nn.ReLU()]",
        f"{made}.append(3)",
    )
    return Call(change, {})


def module_dict(rng: RNG) -> Call:
    """nn.ModuleDict."""
    made = f"nn.ModuleDict({{'a': {pick(rng, *LAYERS)}, 'b': {pick(rng, *LAYERS)}}})"
    key = pick(rng, "a", "b", "c", "", "x.y")
    change = pick(
        rng,
        made,
        "nn.ModuleDict()",
        f"{made}[{key!r}]",
        f"{key!r} in {made}",
        f"len({made})",
        f"list({made}.keys())",
        f"list({made}.values())",
        f"[k for k, _ in {made}.items()]",
        f"[m := {made}, m.update({{'b': nn.ReLU(), 'c': nn.ReLU()}})]",
        f"[m := {made}, m.pop({key!r})]",
        f"[m := {made}, m.__setitem__({key!r}, nn.ReLU())]",
        f"[m := {made}, m.__delitem__({key!r})]",
        f"[m := {made}, m.clear()]",
    )
    return Call(change, {})


def parameters(rng: RNG) -> Call:
    """nn.Parameter, nn.ParameterList and nn.ParameterDict."""
    x = distinct(rng, 2, 3, dtype=pick(rng, np.float64, np.float32, np.int64))
    change = pick(
        rng,
        "nn.Parameter(x)",
        "nn.Parameter(x).is_leaf",
        "nn.Parameter(x, requires_grad=False)",
        "nn.Parameter(x).requires_grad",
        "nn.ParameterList([x, x])[0]",
        "[name for name, _ in nn.ParameterList([x, x]).named_parameters()]",
        "len(nn.ParameterList([x, x]).append(nn.Parameter(x)))",
        "nn.ParameterDict({'a': x})['a']",
        "[name for name, _ in nn.ParameterDict({'a': x, 'b': x}).named_parameters()]",
    )
    return Call(change, {"x": x}, ())


def members(rng: RNG) -> Call:
    """What a module holds, by name."""
    made = f"nn.Sequential({layers(rng)}, nn.ModuleDict({{'a': {pick(rng, *LAYERS)}}}))".replace("(, ", "(")
    kind = pick(rng, "parameters", "buffers", "modules", "children")
    options = (
        pick(rng, "", "'net'", "prefix='net'", "recurse=False", "remove_duplicate=False")
        if kind in ("parameters", "buffers")
        else ""
    )
    change = pick(
        rng,
        f"[k for k, _ in {made}.named_{kind}({options})]",
        f"len(list({made}.{kind}()))",
        f"{made}.get_submodule({pick(rng, '0', '1', '0.0', '', '3.a', '1.a')!r})",
        f"[m := nn.Linear(2, 3), m.add_module({pick(rng, 'extra', 'weight', 'in.valid', '')!r}, nn.ReLU())]",
        f"[m := nn.Linear(2, 3), m.register_buffer({pick(rng, 'extra', 'weight', 'in.valid', '')!r}, mt.zeros(2), persistent={chance(rng, 0.5)})]",
        f"[m := nn.Linear(2, 3), m.register_parameter({pick(rng, 'extra', 'bias', 'in.valid', '')!r}, nn.Parameter(mt.zeros(2)))]",
        "[m := nn.Linear(2, 3), m.register_parameter('extra', mt.zeros(2))]",
    )
    return Call(change, {})


def state(rng: RNG) -> Call:
    """Modes, dtypes and state dicts."""
    made = f"nn.Sequential({layers(rng)})"
    change = pick(
        rng,
        f"[m.training for m in {made}.{pick(rng, 'train()', 'eval()', 'train(False)')}.modules()]",
        f"{made}.{pick(rng, 'double()', 'half()', 'float()', 'to(mt.float64)', 'to(mt.int64)', 'to(dtype=mt.float64)')}",
        f"{made}.apply(lambda m: m.eval())",
        f"[p.requires_grad for p in {made}.requires_grad_(False).parameters()]",
        f"[m := {made}, m.load_state_dict(m.state_dict()) and None]",
        "[m := nn.Linear(2, 3), m.load_state_dict({'weight': mt.zeros(3, 2)}), m.weight]",
        "[m := nn.Linear(2, 3), m.load_state_dict({'weight': mt.zeros(3, 2)}, strict=False) and None, m.weight]",
        "[m := nn.Linear(2, 3), m.load_state_dict({'weight': mt.zeros(2, 2), 'bias': mt.zeros(3)})]",
        "[m := nn.Linear(2, 3), m.load_state_dict({'weight': mt.zeros(3, 2), 'bias': mt.ones(3)}) and None, m(mt.ones(2))]",
        "nn.Module()(3)",
        "nn.ModuleList([nn.ReLU()])(3)",
    )
    return Call(change, {})


def sequential_run(rng: RNG) -> Call:
    """A Sequential that computes, with the gradients in its weights."""
    inputs = {"x": distinct(rng, 3, 2), "w": distinct(rng, 4, 2), "v": distinct(rng, 2, 4)}
    made = "nn.Sequential(nn.Linear(2, 4, bias=False), nn.Tanh(), nn.Linear(4, 2, bias=False), nn.Identity())"
    return Call(f"using({made}, **{{'0__weight': w, '2__weight': v}})(x)", inputs, ("x", "w", "v"))


def vectors(rng: RNG) -> Call:
    """Parameters as one vector, and back."""
    inputs = {"x": distinct(rng, 2, 3), "w": distinct(rng, 4), "v": distinct(rng, pick(rng, 10, 10, 10, 9))}
    if chance(rng, 0.5):
        parts = pick(rng, "[x, w]", "[w]", "(x, w, x)", "[]", "[x.sum(), w]")
        return Call(f"nn.utils.parameters_to_vector({parts})", inputs, ("x", "w"))
    return Call(
        "[p := nn.Parameter(x.clone()), q := nn.Parameter(w.clone()), nn.utils.vector_to_parameters(v, [p, q])]", inputs, ()
    )


def clipping(rng: RNG) -> Call:
    """nn.utils.clip_grad_norm_, clip_grad_value_."""
    inputs = {"x": distinct(rng, 2, 3), "w": distinct(rng, 4), "g": distinct(rng, 2, 3), "h": distinct(rng, 4)}
    if chance(rng, 0.1):
        inputs["g"][0, 0] = pick(rng, np.nan, np.inf)
    limit = pick(rng, 0.5, 1, 100.0, 0)
    norm = pick(
        rng,
        "",
        ", norm_type=1",
        ", norm_type=float('inf')",
        ", 3",
        ", error_if_nonfinite=True",
        ", norm_type=2.0, error_if_nonfinite=True",
    )
    change = pick(
        rng,
        f"nn.utils.clip_grad_norm_([p, q], {limit}{norm})",
        f"nn.utils.clip_grad_norm_(p, {limit}{norm})",
        f"nn.utils.clip_grad_value_([p, q], {limit})",
        f"nn.utils.clip_grad_value_(q, clip_value={limit})",
        f"nn.utils.clip_grads_with_norm_([p, q], {limit}, h.sum().abs())",
    )
    return Call(f"[p := graded(x, g), q := graded(w, h), {change}, p.grad, q.grad]", inputs, ())


def norms(rng: RNG) -> Call:
    """nn.utils.get_total_norm."""
    inputs = {"x": distinct(rng, 2, 3), "w": distinct(rng, 4)}
    norm = pick(rng, "", ", 1", ", norm_type=float('inf')", ", norm_type=3.0", ", error_if_nonfinite=True")
    return Call(f"nn.utils.get_total_norm({pick(rng, '[x, w]', '[w]', '[]', 'x')}{norm})", inputs, ())
