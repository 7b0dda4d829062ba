"""Write pictures/feature_maps.png, saliency.png and receptive_field.png, a look into small networks.

Run it as `python docs/make_network_pictures.py`; it takes a few seconds.
"""

from __future__ import annotations

from pathlib import Path

import minitensor as mt
from minitensor import nn
from minitensor.data import DataLoader, TensorDataset, load_digits
from minitensor.data.datasets import make_shapes
from minitensor.viz import feature_maps, receptive_field, saliency

PICTURES = Path(__file__).resolve().parent / "pictures"


def trained_network() -> nn.Sequential:
    """Teach a small network the digits, (n, 1, 8, 8): a second or two, and 97 % right."""
    mt.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(512, 10),
    )
    optimizer = mt.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(10):
        for images, labels in DataLoader(TensorDataset(*load_digits("train")), 64, shuffle=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return model


def main() -> None:
    """Train, and draw."""
    model = trained_network()
    images, labels = load_digits("test")
    digits = images[mt.tensor([labels.tolist().index(digit) for digit in (3, 7)])]
    feature_maps(model, digits[:1]).savefig(PICTURES / "feature_maps.png", dpi=80)
    saliency(model, digits, method="grad_cam").savefig(PICTURES / "saliency.png", dpi=80)
    shapes, _ = make_shapes(3, generator=mt.Generator().manual_seed(2))
    dilated = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.MaxPool2d(2), nn.Conv2d(8, 8, 3, dilation=2, padding=2))
    field = receptive_field(dilated, input_size=shapes[:1].shape)
    field.plot(shapes[2]).figure.savefig(PICTURES / "receptive_field.png", dpi=80)


if __name__ == "__main__":
    main()
