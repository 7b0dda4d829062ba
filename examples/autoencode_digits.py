"""Put digits into eight numbers and draw them again, with ConvTranspose2d: `python examples/autoencode_digits.py`.

The encoder's convolutions make 8 numbers of 64 pixels, the decoder's transposed convolutions make 64 pixels of 8 numbers:
where a convolution of stride 2 halves an image, a transposed one doubles it. Nobody tells the two what the numbers should
mean, only that the image should come back.

The best that can be done with 8 numbers and linear maps, principal components, is the measure: after some 15 seconds the
autoencoder's error on the test digits is less than half of theirs (reconstructions.png). Between the codes of two digits lie
shapes between the two (between.png), and codes drawn at random near those of a digit are digits that nobody wrote
(drawn.png).
"""

from __future__ import annotations

import numpy as np

import minitensor as mt
from minitensor import nn, optim, training
from minitensor.data import DataLoader, TensorDataset, load_digits
from minitensor.viz import image_grid
from support import UntilCtrlC, parser_for, read_arguments, save_curves, verdict

CODE = 8  # numbers that an image goes through
WIDTH = 16


def layers(*convolution: nn.Module, channels: int) -> list[nn.Module]:
    """A convolution, a norm and a bend."""
    return [*convolution, nn.BatchNorm2d(channels), nn.ReLU()]


def make_encoder() -> nn.Sequential:
    """Build what makes codes (n, 8) of images (n, 1, 8, 8)."""
    return nn.Sequential(
        *layers(nn.Conv2d(1, WIDTH, 3, padding=1), channels=WIDTH),  # (n, 16, 8, 8)
        *layers(nn.Conv2d(WIDTH, 2 * WIDTH, 4, stride=2, padding=1), channels=2 * WIDTH),  # (n, 32, 4, 4)
        *layers(nn.Conv2d(2 * WIDTH, 2 * WIDTH, 4, stride=2, padding=1), channels=2 * WIDTH),  # (n, 32, 2, 2)
        nn.Flatten(),
        nn.Linear(8 * WIDTH, CODE),
    )


def make_decoder() -> nn.Sequential:
    """Build what makes images of codes: the same steps back."""
    return nn.Sequential(
        *layers(nn.Linear(CODE, 8 * WIDTH), nn.Unflatten(1, (2 * WIDTH, 2, 2)), channels=2 * WIDTH),
        *layers(nn.ConvTranspose2d(2 * WIDTH, 2 * WIDTH, 4, stride=2, padding=1), channels=2 * WIDTH),  # (n, 32, 4, 4)
        *layers(nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, stride=2, padding=1), channels=WIDTH),  # (n, 16, 8, 8)
        nn.Conv2d(WIDTH, 1, 3, padding=1),
        nn.Sigmoid(),
    )


def by_principal_components(images: mt.Tensor, test_images: mt.Tensor) -> mt.Tensor:
    """What is left of test images when they are described by their 8 largest components, those of the other images."""
    rows, test_rows = images.numpy().reshape(-1, 64), test_images.numpy().reshape(-1, 64)
    mean = rows.mean(axis=0)
    components = np.linalg.svd(rows - mean, full_matrices=False)[2][:CODE]  # (8, 64)
    return mt.from_numpy((test_rows - mean) @ components.T @ components + mean).reshape(-1, 1, 8, 8)


def drawn_near(codes: mt.Tensor, labels: mt.Tensor) -> mt.Tensor:
    """Ten codes for each digit, from the normal distribution that its codes have: (100, 8)."""
    rng = mt.random.numpy_generator()
    own = [codes.numpy()[labels.numpy() == digit] for digit in range(10)]
    drawn = [rng.multivariate_normal(one.mean(axis=0), 0.5 * np.cov(one.T), size=10) for one in own]
    return mt.from_numpy(np.concatenate(drawn).astype(np.float32))


def main() -> int:
    """Train, compare with principal components, and draw."""
    options = read_arguments(parser_for("autoencode_digits", __doc__))
    epochs, target = (12, 0.7) if options.quick else (40, 0.5)
    (images, labels), (test_images, _) = load_digits("train"), load_digits("test")
    batches = DataLoader(TensorDataset(images, images), batch_size=64, shuffle=True)
    test_batches = DataLoader(TensorDataset(test_images, test_images), batch_size=359)

    encoder, decoder = make_encoder(), make_decoder()
    model = nn.Sequential(encoder, decoder)
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=epochs * len(batches))
    trainer = training.Trainer(model, nn.MSELoss(), optimizer, scheduler=schedule, scheduler_interval="step")
    with UntilCtrlC() as run:
        trainer.fit(batches, test_batches, epochs)

    model.eval()
    by_components = by_principal_components(images, test_images)
    error, error_of_components = (nn.functional.mse_loss(one, test_images) for one in (model(test_images), by_components))
    print(f"\nMean squared error: {error:.4f}, of principal components {error_of_components:.4f}")
    with mt.no_grad():
        rows = mt.cat([test_images[:12], model(test_images[:12]), by_components[:12].clamp(0, 1)])
        titles = [title for name in ("written", "by its code", "linear") for title in [name] + 11 * [""]]
        image_grid(rows, titles, columns=12).savefig(options.out / "reconstructions.png")
        start, end = encoder(test_images[:8]), encoder(test_images[8:16])  # (8, 8)
        between = mt.stack([start + (end - start) * part / 9 for part in range(10)], dim=1).flatten(0, 1)  # (80, 8)
        image_grid(decoder(between), columns=10).savefig(options.out / "between.png")
        image_grid(decoder(drawn_near(encoder(images), labels)), columns=10).savefig(options.out / "drawn.png")
    save_curves(trainer.history, ["loss"], options.out / "curves.png")
    part = (error / error_of_components).item()
    return verdict("Error, of that of principal components", part, target, run, options.out, lower=True)


if __name__ == "__main__":
    raise SystemExit(main())
