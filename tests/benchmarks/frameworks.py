"""The cases as each framework runs them. Nothing is imported before it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from math import prod
from typing import Any, NamedTuple, Protocol

import numpy as np
from cases import Connect, Conv, Convolve, Flatten, GlobalAverage, MaxPool, Model, Normalize, Rectify


class Job(NamedTuple):
    """Something to run again and again; what it took is multiplied by `scale`."""

    run: Callable[[], object]
    scale: float = 1.0


class Framework(Protocol):
    """Makes jobs of cases. Its version is for the table."""

    version: str

    def conv(self, case: Conv, backward: bool) -> Job:
        """A convolution and, with `backward`, the gradients of its input and of its weight."""
        ...

    def model(self, case: Model) -> Job:
        """A training step, which ends when the loss is known as a number."""
        ...


def framework(name: str, threads: int) -> Framework:
    """The framework of that name: minitensor, torch, jax, or roof."""
    if name == "roof":
        return Roof()
    return Jax() if name == "jax" else TorchLike(name, threads)


class TorchLike:
    """PyTorch, and minitensor, whose interface is the same: one text serves both."""

    def __init__(self, name: str, threads: int) -> None:
        self.library: Any = import_module(name)
        self.version: str = self.library.__version__
        if name == "torch":
            self.library.set_num_threads(threads)

    def conv(self, case: Conv, backward: bool) -> Job:
        """See `Framework.conv`."""
        library = self.library
        x, w = (library.tensor(array, requires_grad=True) for array in case.arrays())
        function = getattr(library.nn.functional, f"conv{len(case.spatial)}d")
        options = {"stride": case.stride, "padding": case.padding, "groups": case.groups}

        def forward() -> None:
            with library.no_grad():
                function(x, w, **options)

        seed = library.ones_like(function(x, w, **options))

        def both() -> None:
            library.autograd.grad(function(x, w, **options), (x, w), seed)

        return Job(both if backward else forward)

    def model(self, case: Model) -> Job:
        """See `Framework.model`."""
        library = self.library
        network = self.network(case)
        optimizer = library.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
        cross_entropy = library.nn.CrossEntropyLoss()
        x, labels = (library.tensor(array) for array in case.arrays())

        def step() -> None:
            optimizer.zero_grad()
            loss = cross_entropy(network(x), labels)
            loss.backward()
            optimizer.step()
            loss.item()

        return Job(step)

    def network(self, case: Model) -> Any:
        """The layers of a model, in a Sequential."""
        nn, rank, channels = self.library.nn, len(case.input_shape) - 1, case.input_shape[0]
        sample = self.library.zeros((2, *case.input_shape))
        layers: list[Any] = []
        for layer in case.layers:
            if isinstance(layer, Convolve):
                kind = getattr(nn, f"Conv{rank}d")
                layers.append(kind(channels, layer.out_channels, layer.kernel, stride=layer.stride, padding=layer.padding))
                channels = layer.out_channels
            elif isinstance(layer, Connect):
                layers.append(nn.Linear(channels, layer.out_features))
                channels = layer.out_features
            elif isinstance(layer, Normalize):
                layers.append(getattr(nn, f"BatchNorm{rank}d")(channels))
            elif isinstance(layer, MaxPool):
                layers.append(getattr(nn, f"MaxPool{rank}d")(layer.kernel))
            elif isinstance(layer, GlobalAverage):
                layers.append(getattr(nn, f"AdaptiveAvgPool{rank}d")(1))
            elif isinstance(layer, Flatten):
                layers.append(nn.Flatten())
                channels = nn.Sequential(*layers)(sample).shape[1]
            else:
                layers.append(nn.ReLU())
        return nn.Sequential(*layers)


class Jax:
    """JAX, compiled: what it takes to compile is not counted."""

    def __init__(self) -> None:
        self.jax: Any = import_module("jax")
        self.version: str = self.jax.__version__

    def conv(self, case: Conv, backward: bool) -> Job:
        """See `Framework.conv`."""
        jax = self.jax
        x, w = map(jax.numpy.asarray, case.arrays())

        def function(x: Any, w: Any) -> Any:
            return self.convolved(x, w, case.stride, case.padding, case.groups)

        if not backward:
            compiled = jax.jit(function)
            return Job(lambda: compiled(x, w).block_until_ready())
        gradients = jax.jit(lambda x, w, seed: jax.vjp(function, x, w)[1](seed))
        seed = jax.numpy.ones_like(function(x, w))
        return Job(lambda: jax.block_until_ready(gradients(x, w, seed)))

    def convolved(self, x: Any, w: Any, stride: int, padding: int, groups: int = 1) -> Any:
        """A convolution with the channels first."""
        rank = x.ndim - 2
        axes = "DHW"[-rank:] if rank > 1 else "H"
        names = (f"NC{axes}", f"OI{axes}", f"NC{axes}")
        options = {"dimension_numbers": names, "feature_group_count": groups}
        return self.jax.lax.conv_general_dilated(x, w, (stride,) * rank, [(padding, padding)] * rank, **options)

    def model(self, case: Model) -> Job:
        """See `Framework.model`."""
        jax = self.jax
        x, labels = map(jax.numpy.asarray, case.arrays())
        parameters = self.parameters(case, x)

        def loss_of(parameters: Any) -> Any:
            logits = jax.nn.log_softmax(self.forward(case, parameters, x))
            return -logits[jax.numpy.arange(len(labels)), labels].mean()

        def update(parameters: Any, velocity: Any) -> Any:
            loss, gradients = jax.value_and_grad(loss_of)(parameters)
            velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, gradients)
            return loss, jax.tree.map(lambda w, v: w - 0.01 * v, parameters, velocity), velocity

        compiled = jax.jit(update)
        state = [parameters, jax.tree.map(jax.numpy.zeros_like, parameters)]

        def step() -> None:
            loss, *state[:] = compiled(*state)
            float(loss)

        return Job(step)

    def parameters(self, case: Model, x: Any) -> list[Any]:
        """For each layer its weight and its bias, or scale and shift; an empty tuple where it has none."""
        numpy, generator = self.jax.numpy, np.random.default_rng(1)

        def drawn(shape: tuple[int, ...], fan_in: int) -> Any:
            return numpy.asarray(generator.uniform(-1, 1, shape).astype(np.float32) / fan_in**0.5)

        parameters: list[Any] = []
        for layer in case.layers:
            before = self.forward(case, parameters, x)  # through the layers that have theirs
            channels, rank = before.shape[1], before.ndim - 2
            if isinstance(layer, Normalize):
                parameters.append((numpy.ones(channels), numpy.zeros(channels)))
            elif isinstance(layer, Convolve):
                kernel = (layer.kernel,) * rank
                weight = drawn((layer.out_channels, channels, *kernel), channels * prod(kernel))
                parameters.append((weight, numpy.zeros(layer.out_channels)))
            elif isinstance(layer, Connect):
                weight = drawn((channels, layer.out_features), channels)
                parameters.append((weight, numpy.zeros(layer.out_features)))
            else:
                parameters.append(())
        return parameters

    def forward(self, case: Model, parameters: list[Any], x: Any) -> Any:
        """Run as many layers as there are parameters for."""
        for layer, own in zip(case.layers, parameters, strict=False):
            x = self.layer(layer, own, x)
        return x

    def layer(self, layer: Any, own: Any, x: Any) -> Any:
        """Run one layer."""
        numpy, lax = self.jax.numpy, self.jax.lax
        rank = x.ndim - 2
        spatial, per_channel = tuple(range(2, x.ndim)), (1, -1, *(1,) * rank)
        if isinstance(layer, Convolve):
            return self.convolved(x, own[0], layer.stride, layer.padding) + own[1].reshape(per_channel)
        if isinstance(layer, Connect):
            return x @ own[0] + own[1]
        if isinstance(layer, Normalize):
            mean, variance = (moment((0, *spatial), keepdims=True) for moment in (x.mean, x.var))
            return (x - mean) / numpy.sqrt(variance + 1e-5) * own[0].reshape(per_channel) + own[1].reshape(per_channel)
        if isinstance(layer, MaxPool):
            window = (1, 1, *(layer.kernel,) * rank)
            return lax.reduce_window(x, -numpy.inf, lax.max, window, window, "VALID")
        if isinstance(layer, GlobalAverage):
            return x.mean(spatial, keepdims=True)
        return self.jax.nn.relu(x) if isinstance(layer, Rectify) else x.reshape(len(x), -1)


class Roof:
    """A limit: the time of a large matrix product through NumPy's BLAS, for as many multiplications as a case has."""

    version = f"NumPy {np.__version__}"
    side = 1024

    def conv(self, case: Conv, backward: bool) -> Job:
        """See `Framework.conv`: each gradient multiplies as often as the forward pass."""
        return self.product((3 if backward else 1) * case.multiply_adds())

    def model(self, case: Model) -> Job:
        """See `Framework.model`."""
        return self.product(case.multiply_adds())

    def product(self, multiply_adds: int) -> Job:
        """As a share of one product of square matrices."""
        a, b = np.random.default_rng(0).standard_normal((2, self.side, self.side), dtype=np.float32)
        return Job(lambda: a @ b, multiply_adds / self.side**3)
