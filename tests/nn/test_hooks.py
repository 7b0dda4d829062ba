"""Hooks see and change what goes in, what comes out, and the gradients between, as PyTorch's do."""

from __future__ import annotations

import pytest

import minitensor as mt
from minitensor import nn


class Pair(nn.Module):
    """Two outputs of two inputs."""

    def forward(self, x, y, shift=1):
        return x * y, x + shift


def lists(gradients):
    return [None if gradient is None else gradient.tolist() for gradient in gradients]


def test_forward_hooks_run_in_order_and_may_replace():
    """Before: arguments; after: the output."""
    layer = nn.Identity()
    layer.register_forward_pre_hook(lambda _, args: (args[0] + 1,))
    layer.register_forward_pre_hook(lambda _, args: args[0] * 10, prepend=True)
    layer.register_forward_hook(lambda _, args, output: output * args[0])
    layer.register_forward_hook(lambda *_: None)
    assert layer(mt.tensor([2.0])).tolist() == [441]


def test_forward_hooks_with_keywords():
    """They see the keywords and may replace them."""
    seen = []
    layer = Pair()
    layer.register_forward_pre_hook(lambda _, args, _kwargs: (args, {"shift": 5}), with_kwargs=True)
    layer.register_forward_pre_hook(lambda *_: None, with_kwargs=True)
    layer.register_forward_hook(lambda _, _args, kwargs, _output: seen.append(kwargs), with_kwargs=True)
    assert layer(mt.tensor(1.0), 2, shift=3)[1].item() == 6
    assert seen == [{"shift": 5}]


def test_handles_take_hooks_away():
    """By remove, twice without harm, and at the end of a with block."""
    seen = []
    layer = nn.Identity()
    handle = layer.register_forward_hook(lambda *_: seen.append("kept"))
    with layer.register_forward_hook(lambda *_: seen.append("with")):
        layer(1)
    layer(1)
    handle.remove()
    handle.remove()
    layer(1)
    assert seen == ["kept", "with", "kept"]


def test_backward_hook_sees_every_gradient_once():
    """Values recorded from PyTorch; a second pass over the graph and one over a part of it too."""
    seen = []
    pair = Pair()
    pair.register_full_backward_hook(lambda module, gi, go: seen.append((module, lists(gi), lists(go))))
    x, y = (mt.tensor(v, requires_grad=True) for v in ([1.0, 2.0], [3.0, 4.0]))
    product, total = pair(x, y)
    (product.sum() * 2 + total.sum()).backward(retain_graph=True)
    product.sum().backward(retain_graph=True)
    total.sum().backward()
    assert seen == [
        (pair, [[7, 9], [2, 4]], [[2, 2], [1, 1]]),
        (pair, [[3, 4], [1, 2]], [[1, 1], None]),
        (pair, [[1, 1], None], [None, [1, 1]]),
    ]
    assert x.grad.tolist() == [11, 14]


def test_backward_hook_replaces_the_gradients_of_the_inputs():
    """What one hook answers, the next one sees; what is no tensor has None."""
    seen = []
    pair = Pair()
    pair.register_full_backward_hook(lambda _, gi, _go: (gi[0] * 10, None))
    pair.register_full_backward_hook(lambda _, gi, _go: seen.append(lists(gi)))
    x = mt.tensor([1.0, 2.0], requires_grad=True)
    pair(x, 5.0)[0].sum().backward()
    assert seen == [[[50, 50], None]]
    assert x.grad.tolist() == [50, 50]


def test_backward_hook_runs_where_no_input_requires_grad():
    """The first layer of a network: its input has no gradient."""
    seen = []
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda _, gi, go: seen.append((gi, lists(go))))
    layer(mt.ones(1, 2)).sum().backward()
    assert seen == [((None,), [[[1]]])]


def test_backward_hook_is_differentiable():
    """Under create_graph the gradients that it sees and answers carry their history: d2(x^3)/dx2 = 6x, ten times."""

    class Cube(nn.Module):
        def forward(self, x):
            return x * x * x

    cube = Cube()
    cube.register_full_backward_hook(lambda _, gi, _go: (gi[0] * 10,))
    x = mt.tensor([2.0], requires_grad=True)
    (first,) = mt.autograd.grad(cube(x).sum(), x, create_graph=True)
    (second,) = mt.autograd.grad(first.sum(), x)
    assert first.tolist() == [120]
    assert second.tolist() == [120]


def test_hooks_are_silent_where_nothing_is_recorded():
    """No gradient, no call."""
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda *_: pytest.fail("called"))
    with mt.no_grad():
        assert layer(mt.ones(1, 2)).grad_fn is None


def test_bad_answers_of_hooks_are_refused():
    """By the whole message."""
    pair = Pair()
    handle = pair.register_full_backward_hook(lambda _, gi, _go: gi[0])
    x = mt.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"^full backward hook of Pair: it answered 1 gradients for 2 inputs$"):
        pair(x, x)[0].sum().backward()
    handle.remove()
    layer = nn.Linear(2, 1)
    layer.register_full_backward_hook(lambda _, _gi, go: (go[0],))
    expected = r"^full backward hook of Linear: it returned a gradient, and no input requires one: answer None$"
    with pytest.raises(RuntimeError, match=expected):
        layer(mt.ones(1, 2)).sum().backward()
    pair.register_forward_pre_hook(lambda _, args, _kwargs: args, with_kwargs=True)
    expected = r"^forward pre-hook with kwargs: it returns None or \(args, kwargs\), got a tuple$"
    with pytest.raises(RuntimeError, match=expected):
        pair(x, x, shift=1)
    with pytest.raises(TypeError, match=r"^a hook is a function, got int$"):
        pair.register_forward_hook(3)


def test_an_output_that_hooks_cannot_see_is_told():
    """A dict of tensors: a warning, and the output as it is."""

    class Named(nn.Module):
        def forward(self, x):
            return {"y": x}

    named = Named()
    named.register_full_backward_hook(lambda *_: None)
    expected = r"^Named: a full backward hook is for outputs that are a tensor or a tuple of them; this one is a dict"
    with pytest.warns(UserWarning, match=expected):
        assert set(named(mt.ones(1, requires_grad=True))) == {"y"}
