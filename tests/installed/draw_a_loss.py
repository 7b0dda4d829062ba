"""Draw a loss where the package is installed, and check what was written: run it with PATH free of the `dot` program.

python tests/installed/draw_a_loss.py FOLDER
"""

import shutil
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

folder = Path(sys.argv[1])
repository = Path(__file__).resolve().parents[2]
if repository in Path(mt.__file__).resolve().parents:
    sys.exit(f"the package is not the installed one: {mt.__file__}")
if shutil.which("dot"):
    sys.exit("the dot program is on the PATH")

model = nn.Sequential(nn.Conv2d(1, 4, 3, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 10))
loss = F.cross_entropy(model(mt.ones(2, 1, 14, 14)), mt.tensor([3, 7]))
view = mt.viz.graph(loss, model, direction="both")
for ending in ("svg", "png", "pdf", "html", "dot", "json", "txt"):
    print(view.save(folder / f"loss.{ending}"))

texts = "\n".join(ElementTree.parse(folder / "loss.svg").getroot().itertext())
missing = [name for name, _ in model.named_parameters() if name not in texts]
missing += [node.label for node in view.nodes if node.operation and node.label not in texts]
missing += [node.formula for node in view.nodes if node.formula and node.formula not in texts]
if missing:
    sys.exit(f"the SVG lacks {missing}")
if not (folder / "loss.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n"):
    sys.exit("the PNG is none")
print(f"all {len(view.nodes)} nodes are in the SVG")
