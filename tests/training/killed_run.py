"""A training run that is killed again and again and resumed: `python killed_run.py directory workers kills seed`.

With `python killed_run.py directory workers` it is just made, or gone on with, in this process. Else the run is made in forked
children, which start in no time. Each is killed with SIGKILL: at a random time; or when it is about to do something to a file, in
the midst of a write, before the disk has it, before it is renamed, and after that. What a run ends with is in `final.npz`. The
first one is left alone, the others are killed until there were as many kills as asked for.
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sys
import time
from pathlib import Path

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, Dataset, RandomSampler

EPOCHS, STEPS = 3, 6  # of an epoch: twelve batches, two and two, of which the last is smaller


class Noisy(Dataset):
    """Samples that are drawn anew each time that they are asked for."""

    def __init__(self, samples):
        self.samples = samples

    def __len__(self):
        return self.samples

    def __getitem__(self, index):
        label = index % 3
        picture = mt.zeros(1, 6, 6)
        picture[0, 2 * label : 2 * label + 2] = 1.0
        if mt.rand(1).item() < 0.5:
            picture = picture.flip(2)
        return picture + mt.randn(1, 6, 6), label


class Thaw(training.Callback):
    """Lets the convolution learn from the second epoch on, and the normalisation stay as it is; remembers each epoch's loss."""

    def __init__(self, generator):
        self.losses, self.generator = {}, generator

    def on_fit_begin(self, trainer):
        trainer.model[0].requires_grad_(False)

    def on_epoch_begin(self, trainer):
        if trainer.epoch == 2:
            trainer.model[0].requires_grad_(True)
        if trainer.epoch == 3:
            trainer.model[1].eval()

    def on_epoch_end(self, trainer, row):
        self.losses[trainer.epoch] = row["loss"]

    def state_dict(self):
        return {"losses": self.losses, "generator": self.generator.get_state()}

    def load_state_dict(self, state_dict):
        self.losses = dict(state_dict["losses"])
        self.generator.set_state(state_dict["generator"])


class Look(training.Callback):
    """Takes a batch of each loader after each epoch, as to draw it."""

    def __init__(self, *loaders):
        self.loaders = loaders

    def on_epoch_end(self, trainer, row):  # noqa: ARG002
        for loader in self.loaders:
            next(iter(loader))


class Counted(nn.Module):
    """A loss with a buffer, and with noise from a generator of its own."""

    def __init__(self, generator):
        self.generator = generator
        self.register_buffer("batches", mt.zeros(()))

    def forward(self, output, target):
        self.batches += 1
        noise = mt.randn(*output.shape, generator=self.generator) * 0.01
        return nn.functional.cross_entropy(output + noise, target)


def train(directory, workers):
    """Train, or go on, and say what it came to in a file."""
    mt.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(64, 3)
    )  # fmt: skip
    if workers:
        optimizer = mt.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    else:
        optimizer = mt.optim.AdamW(model.parameters(), lr=0.01)
    schedule = mt.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.05, total_steps=EPOCHS * STEPS)
    stopping = training.EarlyStopping("validation_loss", patience=3)
    best = training.BestWeights("validation_accuracy", path=directory / "best.npz")
    order, drawn = mt.Generator().manual_seed(1), mt.Generator().manual_seed(2)
    samples, tested = Noisy(58), Noisy(20)
    loader = DataLoader(samples, batch_size=5, sampler=RandomSampler(samples, generator=order), num_workers=workers)
    validation = DataLoader(tested, batch_size=8, sampler=RandomSampler(tested, generator=order))
    next(iter(loader)), next(iter(validation))  # a look at them
    trainer = training.Trainer(
        model,
        Counted(drawn),
        optimizer,
        metrics=[training.Accuracy(), training.ConfusionMatrix(3)],
        callbacks=[stopping, best, Thaw(drawn), Look(loader, validation)],
        scheduler=schedule,
        scheduler_interval="step",
        max_grad_norm=1.0,
        accumulate=2,
        progress=False,
    )
    checkpoint = training.Checkpoint(directory / "run.npz", every_steps=2)
    history = trainer.fit(loader, validation, EPOCHS, checkpoint=checkpoint, resume=True)
    columns = {name: history[name] for name in history.columns if name != "seconds"}
    state = {
        **trainer.state_dict(),
        "history": columns,
        "random": mt.get_rng_state(),
        "loader": loader.state_dict(new_pass=True),
    }
    mt.save(state, directory / "final.npz")


# What a process may be about to do to a file when it is killed, and up to how many times it does that first.
MOMENTS = {"write": 100, "before fsync": 6, "after fsync": 6, "before replace": 4, "after replace": 4}


class Bomb:
    """Kills the process at the n-th moment of a kind."""

    def __init__(self, kind, count):
        self.kind, self.left = kind, count

    def tick(self, kind):
        self.left -= kind == self.kind
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name):
        """Have a function of `os` tick before it is called, and after."""
        function = getattr(os, name)

        def call(*args, **kwargs):
            self.tick(f"before {name}")
            answer = function(*args, **kwargs)
            self.tick(f"after {name}")
            return answer

        setattr(os, name, call)


class Written:
    """A file that writes in two halves, with a moment between them."""

    def __init__(self, file, bomb):
        self.file, self.bomb = file, bomb

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        self.file.__enter__()
        return self

    def __exit__(self, *error):
        return self.file.__exit__(*error)

    def write(self, data):
        half = memoryview(data).nbytes // 2
        self.file.write(memoryview(data).cast("B")[:half])
        self.file.flush()
        self.bomb.tick("write")
        self.file.write(memoryview(data).cast("B")[half:])
        return 2 * half


def lay(bomb):
    """Have the process killed at a moment of what it does to files."""
    fdopen = os.fdopen
    os.fdopen = lambda *args, **kwargs: Written(fdopen(*args, **kwargs), bomb)
    bomb.around("fsync")
    bomb.around("replace")


def child(directory, workers, bomb=None):
    """Begin a process that trains; return its number."""
    process = os.fork()
    if process:
        return process
    try:
        if bomb is not None:
            lay(bomb)
        train(directory, workers)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        os._exit(1)
    os._exit(0)


def killed(process, seconds=math.inf):
    """Wait, and kill a process that still runs then; return whether it was killed, by us or by its bomb."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            break
        time.sleep(0.001)
    else:
        os.kill(process, signal.SIGKILL)
        status = os.waitpid(process, 0)[1]
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise SystemExit(f"a child failed with {os.WEXITSTATUS(status)}")
    return False


def main():
    """Do what the command line says, and print what was done as JSON."""
    if len(sys.argv) == 3:
        train(Path(sys.argv[1]), int(sys.argv[2]))
        return
    root, workers, kills, seed = Path(sys.argv[1]), *map(int, sys.argv[2:])
    drawn, died, runs = random.Random(seed), [], 0
    whole = root / "unbroken"
    whole.mkdir()
    began = time.monotonic()
    killed(child(whole, workers))
    length = time.monotonic() - began
    while len(died) < kills:
        runs += 1
        directory = root / f"broken-{runs}"
        directory.mkdir()
        ended = False
        while not ended:
            how = drawn.choice(["time"] * len(MOMENTS) + [*MOMENTS]) if len(died) < kills else "never"
            bomb = Bomb(how, drawn.randint(1, MOMENTS[how])) if how in MOMENTS else None
            ended = not killed(child(directory, workers, bomb), drawn.uniform(0, length) if how == "time" else math.inf)
            died += [] if ended else [how]
    counts = {how: died.count(how) for how in ("time", *MOMENTS)}
    sys.stdout.write(json.dumps({"kills": counts, "runs": runs, "length": round(length, 3)}))


if __name__ == "__main__":
    main()
