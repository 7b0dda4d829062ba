"""Small data sets in the original formats, and a server on this machine that has them, or answers badly on purpose."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from minitensor.data.datasets import CIFAR10, MNIST, RemoteFile

MNIST_NAMES = {
    "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
}
ARCHIVE = "cifar-10-binary.tar.gz"


def idx(array, kind=8):
    """Write an array as IDX."""
    return bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def digits(samples, seed):
    """Draw images and labels in the form of MNIST."""
    drawn = np.random.default_rng(seed)
    return drawn.integers(0, 256, (samples, 28, 28), np.uint8), drawn.integers(0, 10, samples, np.uint8)


def photographs(samples, seed):
    """Draw images and labels in the form of CIFAR-10."""
    drawn = np.random.default_rng(seed)
    return drawn.integers(0, 256, (samples, 3, 32, 32), np.uint8), drawn.integers(0, 10, samples, np.uint8)


def records(images, labels):
    """Write a file of CIFAR-10's archive."""
    return b"".join(bytes([label]) + image.tobytes() for image, label in zip(images, labels, strict=True))


def archive(members):
    """Write a .tar.gz of {name: bytes or TarInfo}."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        for name, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            if isinstance(content, bytes):
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return file.getvalue()


def cifar_members(train, test):
    """Have what CIFAR-10's archive has, in its order, of images and labels."""
    images, labels = train
    each = len(labels) // 5
    parts = {f"data_batch_{n + 1}.bin": slice(n * each, (n + 1) * each) for n in range(5)}
    members = {name: records(images[part], labels[part]) for name, part in parts.items()}
    return {"batches.meta.txt": b"airplane\n", **dict(reversed(members.items())), "test_batch.bin": records(*test)}


def published(name, content):
    """Describe a file as its publisher would."""
    return RemoteFile(name, hashlib.sha256(content).hexdigest(), len(content))


def small_mnist(mirrors, train=None, test=None, contents=None, **attributes):
    """Make a class like MNIST with 12 and 5 samples: it, and {name: bytes} of its files."""
    train, test = train or digits(12, 1), test or digits(5, 2)
    made = {
        name: gzip.compress(idx(array), mtime=0)
        for split, arrays in (("train", train), ("test", test))
        for name, array in zip(MNIST_NAMES[split], arrays, strict=True)
    } | (contents or {})
    files = {split: tuple(published(name, made[name]) for name in names) for split, names in MNIST_NAMES.items()}
    fixed = {"mirrors": tuple(mirrors), "files": files, "samples": {"train": 12, "test": 5}, "timeouts": (10, 10)}
    return type("MNIST", (MNIST,), fixed | attributes), made


def small_cifar(mirrors, content=None, **attributes):
    """Make a class like CIFAR10 with 10 and 4 samples: it, and {name: bytes} of its file."""
    made = {ARCHIVE: content or archive(cifar_members(photographs(10, 3), photographs(4, 4)))}
    file = (published(ARCHIVE, made[ARCHIVE]),)
    fixed = {
        "mirrors": tuple(mirrors),
        "files": {"train": file, "test": file},
        "samples": {"train": 10, "test": 4},
        "timeouts": (10, 10),
    }
    return type("CIFAR10", (CIFAR10,), fixed | attributes), made


class Server(ThreadingHTTPServer):
    """Answers a request for /name by answers[name]: bytes, a status, or a function of the handler; 404 for others."""

    daemon_threads = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.over = {}, [], threading.Event()

    @property
    def address(self):
        """The mirror's address."""
        return f"http://127.0.0.1:{self.server_port}/"

    def handle_error(self, request, client_address):
        """Say nothing of clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer as the server is told."""
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        self.close_connection = True
        answer = self.server.answers.get(name, 404)
        if callable(answer):
            answer(self)
        elif isinstance(answer, int):
            self.send_error(answer)
        else:
            self.send(answer)

    def send(self, content, length=None, **headers):
        """Send bytes, of which there are to be `length`."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def wait(self):
        """Send nothing more until the server ends."""
        self.server.over.wait(20)

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def serving():
    """Have a server for a while."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def placed(made, root, folder):
    """Put the files of a small set where it looks for them, and return its class."""
    dataset, files = made
    directory = root / folder
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    return dataset
