"""Show what a network's filters look for, by gradient ascent on its input: `python examples/what_a_filter_looks_for.py`.

Training changes the weights so that a loss falls. Here the weights stay as they are, and the gradient of one filter's
answer goes back to the image: a step along it, and the filter is excited more. After two hundred steps from plain grey the
image is what this filter looks for. Before that, in half a minute, the network learns to name generated shapes.

The first layer looks for edges of some colours, the second for corners, bars and arcs, the third for rings and forks: what
shapes are made of. A picture has the filters of a layer side by side: above what the ascent found, below the place in 1,000
real images that excites the filter most. The ascent may make any image, and finds one that excites some three times as much.
"""

from __future__ import annotations

import numpy as np
from tqdm import tqdm

import minitensor as mt
from minitensor import Tensor, nn, optim, training
from minitensor.data import DataLoader, TensorDataset
from minitensor.data.datasets import SHAPES, make_shapes
from minitensor.viz import image_grid
from support import UntilCtrlC, parser_for, read_arguments, save_curves, verdict

SIZE, WIDTHS = 32, (16, 32, 64)
SEEN = (8, 16, 32)  # pixels that are drawn for each layer: a filter sees 5, 14 and 32
SHOWN = 12  # filters of each layer
STRENGTH = 0.05  # of what keeps neighbouring pixels alike


def make_network() -> nn.Sequential:
    """Build the network: images (n, 3, 32, 32) in, a score for each shape (n, 10) out; four modules for each convolution."""
    layers: list[nn.Module] = [nn.InstanceNorm2d(3)]
    for before, after in zip((3, *WIDTHS), WIDTHS, strict=False):
        layers += [nn.Conv2d(before, after, 5, padding=2, bias=False), nn.BatchNorm2d(after), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTHS[-1], len(SHAPES)))


def up_to(model: nn.Sequential, layer: int) -> nn.Sequential:
    """The part of the network that ends with a layer's convolution and its norm: (n, 3, 32, 32) to (n, filters, h, w)."""
    return model[: 4 * layer + 3]


def ascend(part: nn.Sequential, steps: int) -> tuple[Tensor, Tensor]:
    """For each of some filters an image that excites it in the middle, (filters, 3, 32, 32), and how much it does."""
    knobs = (0.01 * mt.randn(SHOWN, 3, SIZE, SIZE)).requires_grad_()  # an image is their sigmoid, from 0 to 1
    optimizer = optim.Adam([knobs], lr=0.1)
    places = mt.arange(SHOWN)
    for _ in tqdm(range(steps), desc="ascent", unit="step"):
        images = knobs.sigmoid()
        maps = part(images)
        answers = maps[places, places, maps.shape[2] // 2, maps.shape[3] // 2]  # filter i is shown image i
        rough = (images.diff(dim=2).abs().mean() + images.diff(dim=3).abs().mean()) * SHOWN
        optimizer.zero_grad()
        (STRENGTH * rough * answers.detach().abs().mean() - answers.sum()).backward()
        optimizer.step()
    return knobs.detach().sigmoid(), answers.detach()


def best_real(images: Tensor, maps: Tensor) -> tuple[Tensor, Tensor]:
    """For each of the filters the real image that excites it most, with the place in the middle, and how much it does."""
    best = []
    for filter in range(SHOWN):
        sample, row, column = np.unravel_index(maps[:, filter].argmax().item(), maps[:, filter].shape)
        scale = SIZE // maps.shape[2]
        shift = [SIZE // 2 - int(place) * scale for place in (row, column)]
        best.append(images[int(sample)].roll(shift, (1, 2)))
    return mt.stack(best), maps[:, :SHOWN].amax((0, 2, 3))


def main() -> int:
    """Train, climb, compare and draw."""
    options = read_arguments(parser_for("what_a_filter_looks_for", __doc__))
    count, epochs, steps, target = (2500, 4, 60, 1.5) if options.quick else (6000, 5, 200, 2.5)
    batches = DataLoader(TensorDataset(*make_shapes(count)), batch_size=64, shuffle=True)
    images, labels = make_shapes(1000)
    test_batches = DataLoader(TensorDataset(images, labels), batch_size=250)

    model = make_network()
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    trainer = training.Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics=[training.Accuracy()],
        scheduler=optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=epochs * len(batches)),
        scheduler_interval="step",
    )
    with UntilCtrlC() as run:
        trainer.fit(batches, test_batches, epochs)

    model.eval().requires_grad_(False)
    least = float("inf")
    for layer in range(len(WIDTHS)):
        part = up_to(model, layer)
        found, found_answers = ascend(part, steps)
        real, real_answers = best_real(images, mt.cat([part(some) for some, _ in test_batches]))
        times = (found_answers / real_answers).median().item()
        least = min(least, times)
        print(f"Layer {layer + 1}: what was found excites a filter {times:.1f} times as much as any real image (median)")
        seen = slice(SIZE // 2 - SEEN[layer] // 2, SIZE // 2 + SEEN[layer] // 2)
        titles = [title for name in ("found", "real") for title in [name] + (SHOWN - 1) * [""]]
        grid = image_grid(mt.cat([found, real])[:, :, seen, seen], titles, columns=SHOWN)
        grid.savefig(options.out / f"layer_{layer + 1}.png")
    save_curves(trainer.history, ["loss", "accuracy"], options.out / "curves.png")
    return verdict("Excitement, of that by the best real image", least, target, run, options.out)


if __name__ == "__main__":
    raise SystemExit(main())
