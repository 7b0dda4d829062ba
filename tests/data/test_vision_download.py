"""Files come from the first mirror that has them and are kept; what is damaged or cut off is never taken for good."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import requests
import tqdm.auto

from minitensor.data.datasets import CIFAR10, MNIST, DownloadError, FashionMNIST, download
from minitensor.serialization import FileFormatError
from served_files import MNIST_NAMES, digits, serving, small_cifar, small_mnist

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES, LABELS = MNIST_NAMES["train"]


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def servers():
    """Two mirrors."""
    with serving() as first, serving() as second:
        yield first, second


def nobody():
    """Return an address where nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/"


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


def kept(root):
    """The files below a directory."""
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def test_what_is_downloaded_is_used_again_without_a_request(tmp_path, servers):
    """Each file is asked for once, by whichever set needs it; the second part brings its own two."""
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files
    first = mnist(tmp_path)
    assert servers[0].asked == [IMAGES, LABELS]
    assert kept(tmp_path / "MNIST" / "raw") == [IMAGES, LABELS]
    again = mnist(str(tmp_path))
    assert servers[0].asked == [IMAGES, LABELS]
    assert again.images.numpy().tobytes() == first.images.numpy().tobytes()
    assert len(mnist(tmp_path, train=False)) == 5
    assert servers[0].asked == [IMAGES, LABELS, *MNIST_NAMES["test"]]
    without = mnist(tmp_path, train=False, download=False)
    assert len(without) == 5


def test_an_archive_for_both_parts_is_downloaded_once(tmp_path, servers):
    cifar, files = small_cifar([servers[0].address])
    servers[0].answers = files
    assert (len(cifar(tmp_path)), len(cifar(tmp_path, train=False))) == (10, 4)
    assert servers[0].asked == ["cifar-10-binary.tar.gz"]
    assert kept(tmp_path) == ["cifar-10-binary.tar.gz"]


def half(handler, content):
    """Send half of it, and hang up."""
    handler.send(content[: len(content) // 2], length=len(content))


def flipped(content, place=-9):
    """Return the bytes with one bit another one."""
    changed = bytearray(content)
    changed[place] ^= 4
    return bytes(changed)


def without_length(handler, content):
    """Send all, and say how much it was by hanging up."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(content)


# How a mirror can fail, and what is then said of it
FAILURES = {
    "404 Not Found": lambda content: 404,
    "500 Internal Server Error": lambda content: 500,
    "sent nothing for 1 s": lambda content: lambda handler: handler.wait(),
    "sent nothing for 1 s, in the middle": lambda content: lambda handler: (half(handler, content), handler.wait()),
    "sent a file of the right size that is damaged, or another one: its SHA-256 is not the published one": flipped,
    "has a file of 5 bytes, the published one has {size:,}": lambda content: b"hello",
    "sent more than the {size:,} bytes that the published file has": lambda content: (
        lambda handler: without_length(handler, content * 2)
    ),
    "broke off after {half:,} of {size:,} bytes": lambda content: (
        lambda handler: without_length(handler, content[: len(content) // 2])
    ),
}


def patience(said):
    """For how many seconds to wait: not long where that is what fails."""
    return 1 if "sent nothing" in said else 10


@pytest.mark.parametrize("said", FAILURES)
def test_a_mirror_that_fails_is_followed_by_the_next(said, tmp_path, servers):
    """And the one that had the first file is the first to be asked for the second."""
    bad, good = servers
    mnist, files = small_mnist([bad.address, good.address], timeouts=(10, patience(said)))
    bad.answers = {name: FAILURES[said](content) for name, content in files.items()}
    good.answers = files
    assert len(mnist(tmp_path)) == 12
    assert bad.asked == [IMAGES]
    assert good.asked == [IMAGES, LABELS]
    assert kept(tmp_path) == [IMAGES, LABELS]


@pytest.mark.parametrize("said", FAILURES)
def test_what_each_mirror_said_is_told_if_none_has_the_file(said, tmp_path, servers):
    """With where to put it, and what can be used without; nothing is left in the directory."""
    mnist, files = small_mnist([server.address for server in servers], timeouts=(10, patience(said)))
    servers[0].answers = {name: FAILURES[said](content) for name, content in files.items()}
    size = len(files[IMAGES])
    first = said.format(size=size, half=size // 2).removesuffix(", in the middle")
    assert message(DownloadError, lambda: mnist(tmp_path)) == (
        f"MNIST: {IMAGES} could not be downloaded\n"
        f"  {servers[0].address}{IMAGES}: {first}\n"
        f"  {servers[1].address}{IMAGES}: 404 Not Found\n"
        f"  Without a network: put {IMAGES} and {LABELS} into {tmp_path / 'MNIST' / 'raw'}\n"
        "  Or use what needs none: minitensor.data.load_digits(), minitensor.data.datasets.make_shapes(samples)"
    )
    assert kept(tmp_path) == []


def test_connections_that_break_or_are_refused_are_told_in_words(tmp_path, servers):
    """A connection that ends before all that was announced has come: the words are the library's, and have the numbers."""
    refused = nobody()
    mnist, files = small_mnist([refused, servers[0].address])
    servers[0].answers = {IMAGES: lambda handler: half(handler, files[IMAGES])}
    lines = message(DownloadError, lambda: mnist(tmp_path)).splitlines()
    assert lines[1] == f"  {refused}{IMAGES}: {os.strerror(errno.ECONNREFUSED)}"
    size = len(files[IMAGES])
    assert lines[2].startswith(f"  {servers[0].address}{IMAGES}: ")
    assert f"{size // 2} bytes read, {size - size // 2} more expected" in lines[2]
    assert kept(tmp_path) == []


def test_a_name_that_is_not_known_and_a_connection_that_takes_too_long_are_told_in_words(tmp_path, monkeypatch):
    mnist, _ = small_mnist(["http://mirror.invalid/"])
    assert f"  http://mirror.invalid/{IMAGES}: " in message(DownloadError, lambda: mnist(tmp_path))

    def slow(*_, **__):
        raise requests.exceptions.ConnectTimeout("Max retries exceeded with url")

    monkeypatch.setattr(requests, "get", slow)
    assert "no connection within 10 s\n" in message(DownloadError, lambda: mnist(tmp_path))


def test_bytes_are_taken_as_they_are_where_a_server_calls_gzip_its_encoding(tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    for name, content in files.items():
        servers[0].answers[name] = lambda handler, content=content: handler.send(content, Content_Encoding="x-gzip")
    assert len(mnist(tmp_path)) == 12


def test_a_server_that_does_not_say_how_long_a_file_is_will_do(tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    for name, content in files.items():
        servers[0].answers[name] = lambda handler, content=content: without_length(handler, content)
    assert len(mnist(tmp_path)) == 12


@pytest.mark.parametrize("damage", [lambda content: content[:-3], flipped, lambda content: b""])
def test_a_file_that_is_damaged_on_the_disk_is_found_and_replaced(damage, tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files
    whole = mnist(tmp_path).images.numpy().tobytes()
    path = tmp_path / "MNIST" / "raw" / IMAGES
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    told = message(FileFormatError, lambda: mnist(tmp_path, download=False))
    assert told.startswith(f"MNIST: {path} is damaged: it has ")
    assert told.endswith(": download=True replaces it")
    servers[0].answers = {}
    told = message(DownloadError, lambda: mnist(tmp_path))
    assert f"  The file that is there is damaged: {path} has " in told
    assert path.read_bytes() == damaged
    servers[0].answers = files
    assert mnist(tmp_path).images.numpy().tobytes() == whole
    assert servers[0].asked == [IMAGES, LABELS, IMAGES, IMAGES]


def test_how_a_file_is_damaged_is_said(tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files
    mnist(tmp_path)
    path = tmp_path / "MNIST" / "raw" / LABELS
    size, good = len(files[LABELS]), mnist.files["train"][1].sha256
    path.write_bytes(b"123")
    expected = f"MNIST: {path} is damaged: it has 3 bytes, the published file has {size}: download=True replaces it"
    assert message(FileFormatError, lambda: mnist(tmp_path, download=False)) == expected
    path.write_bytes(bytes(size))
    told = message(FileFormatError, lambda: mnist(tmp_path, download=False))
    assert told.endswith(f"…, the published file has {good[:16]}…: download=True replaces it")


def test_without_download_it_is_said_where_the_files_would_be(tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    place = "root=… or the environment variable MINITENSOR_DATA names another place"
    raw = tmp_path / "MNIST" / "raw"
    assert message(FileNotFoundError, lambda: mnist(tmp_path, download=False)) == (
        f"MNIST: {IMAGES} and {LABELS} are not in {raw}: download=True fetches them, or put them there; {place}"
    )
    raw.mkdir(parents=True)
    (raw / IMAGES).write_bytes(files[IMAGES])
    assert message(FileNotFoundError, lambda: mnist(tmp_path, download=False)) == (
        f"MNIST: {LABELS} is not in {raw}: download=True fetches it, or put it there; {place}"
    )
    assert servers[0].asked == []


def test_the_directory_is_root_or_what_the_environment_names_or_poochs(tmp_path, servers, monkeypatch):
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files
    monkeypatch.setenv("MINITENSOR_DATA", str(tmp_path / "named"))
    assert mnist().root == tmp_path / "named"
    assert mnist(tmp_path / "given").root == tmp_path / "given"
    monkeypatch.delenv("MINITENSOR_DATA")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert tmp_path / "home" in mnist().root.parents
    assert mnist("~/data").root == tmp_path / "home" / "data"
    assert kept(tmp_path) == sorted([IMAGES, LABELS] * 4)


def test_files_that_are_there_need_neither_pooch_nor_requests(tmp_path, servers, monkeypatch):
    mnist, files = small_mnist([servers[0].address])
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    monkeypatch.setitem(sys.modules, "pooch", None)
    needs = "MNIST needs pooch: pip install 'minitensor[train]', or pip install pooch"
    assert message(ModuleNotFoundError, lambda: mnist(tmp_path)) == needs
    for name, content in files.items():
        (raw / name).write_bytes(content)
    assert len(mnist(tmp_path)) == 12
    monkeypatch.delenv("MINITENSOR_DATA", raising=False)
    assert message(ModuleNotFoundError, mnist) == needs


def test_a_download_that_is_interrupted_leaves_nothing(tmp_path, servers, monkeypatch):
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tqdm.auto.tqdm, "update", interrupt)
        with pytest.raises(KeyboardInterrupt):
            mnist(tmp_path)
    assert kept(tmp_path) == []
    assert len(mnist(tmp_path)) == 12


def test_a_download_that_is_killed_is_begun_anew(tmp_path, servers):
    """SIGKILL in the middle of the first file: what it leaves has another name."""
    larger = (
        f"small_mnist([{servers[0].address!r}], digits(400, 1), samples={{'train': 400, 'test': 5}}, timeouts=(5, 20))[0]"
    )
    mnist, files = small_mnist([servers[0].address], digits(400, 1), samples={"train": 400, "test": 5}, timeouts=(5, 20))
    servers[0].answers = files | {IMAGES: lambda handler: (half(handler, files[IMAGES]), handler.wait())}
    program = f"""
        import sys
        sys.path.insert(0, {str(ROOT / "tests")!r})
        from served_files import digits, small_mnist
        {larger}({str(tmp_path)!r})
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        while not any(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert IMAGES not in kept(tmp_path)
    servers[0].answers = files
    assert len(mnist(tmp_path)) == 400


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES])
def test_a_disk_that_takes_no_more_is_told_at_once(number, tmp_path, servers, monkeypatch):
    """It is no fault of the mirror, so the next one is not asked; the error is the operating system's."""
    mnist, files = small_mnist([server.address for server in servers])
    servers[0].answers = servers[1].answers = files

    def full(path, _):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(download, "open", full, raising=False)
    with pytest.raises(OSError, match=r"^\[Errno \d+\] MNIST: ") as error:
        mnist(tmp_path)
    raw = tmp_path / "MNIST" / "raw"
    place = "root=… or the environment variable MINITENSOR_DATA names another place"
    assert error.value.errno == number
    assert not isinstance(error.value, DownloadError)
    assert error.value.strerror == (
        f"MNIST: {IMAGES} ({download.amount(len(files[IMAGES]))}) cannot be kept in {raw}: {os.strerror(number)}: {place}"
    )
    assert servers[1].asked == []


def test_a_directory_that_cannot_be_made_is_told(tmp_path, servers):
    mnist, files = small_mnist([servers[0].address])
    servers[0].answers = files
    (tmp_path / "MNIST").write_bytes(b"a file")
    with pytest.raises(NotADirectoryError, match=f"MNIST: {IMAGES} .* cannot be kept in "):
        mnist(tmp_path)


def test_the_published_files_are_named_with_their_checksums():
    """64 hex digits, as many files as parts need, and mirrors that are addresses up to a name."""
    for dataset in (MNIST, FashionMNIST, CIFAR10):
        files = {file for files in dataset.files.values() for file in files}
        assert len({file.sha256 for file in files}) == len(files) == (1 if dataset is CIFAR10 else 4)
        assert all(len(file.sha256) == 64 and int(file.sha256, 16) for file in files)
        assert len(dataset.mirrors) >= 3
        assert all(mirror.startswith(("http://", "https://")) and mirror.endswith("/") for mirror in dataset.mirrors)
        assert len(dataset.classes) == 10
