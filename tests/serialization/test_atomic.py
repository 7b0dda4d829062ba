"""A file is written whole or not at all: whatever hinders is said in words, the old file stays, and nothing else is left."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

import minitensor as mt
from minitensor.serialization import atomic
from saved_objects import FORMATS

OLD, NEW = b"the old bytes", b"the new bytes"
each_format = pytest.mark.parametrize("format", FORMATS)


def write_new(file):
    file.write(NEW)


@pytest.fixture(params=["no old file", "an old file"])
def path(request, tmp_path):
    """The path of a file in a directory of its own, with and without one that is there already."""
    path = tmp_path / "model.npz"
    if request.param == "an old file":
        path.write_bytes(OLD)
    return path


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_or_replaced(path):
    atomic.write(path, write_new)
    assert contents(path.parent) == {"model.npz": NEW}


def test_the_permissions_are_those_of_any_new_file_or_those_that_the_old_one_had(tmp_path):
    path = tmp_path / "model.npz"
    before = os.umask(0o027)
    try:
        atomic.write(path, write_new)
        assert mode_of(path) == 0o640
        path.chmod(0o604)
        atomic.write(path, write_new)
        assert mode_of(path) == 0o604
    finally:
        os.umask(before)


def test_the_old_name_has_the_old_bytes_until_all_is_written(path):
    before = contents(path.parent)

    def write(file):
        file.write(NEW)
        file.flush()
        seen = contents(path.parent)
        assert seen.pop(".model.npz.partial") == NEW
        assert seen == before

    atomic.write(path, write)
    assert path.read_bytes() == NEW


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "latest.npz").symlink_to("runs/3.npz")
    for _ in range(2):  # first there is nothing yet where it leads to
        atomic.write(tmp_path / "latest.npz", write_new)
        assert (tmp_path / "latest.npz").is_symlink()
        assert contents(tmp_path / "runs") == {"3.npz": NEW}


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), MemoryError(), OSError(errno.EIO, "x")])
def test_what_breaks_it_off_leaves_the_old_file_and_no_other(path, error):
    before = contents(path.parent)

    def write(file):
        file.write(NEW * 10_000)
        raise error

    with pytest.raises(type(error)):
        atomic.write(path, write)
    assert contents(path.parent) == before


def test_an_interrupt_in_the_middle_of_saving_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    for name in ("fsync", "replace", "chmod"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, interrupted)
            (tmp_path / "model.npz").write_bytes(OLD)
            with pytest.raises(KeyboardInterrupt):
                mt.save({"a": mt.ones(2)}, tmp_path / "model.npz")
            assert contents(tmp_path) == {"model.npz": OLD}


def full(file):
    file.write(NEW)
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_with_what_was_needed_and_what_is_free(path, monkeypatch):
    before = contents(path.parent)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_234_567}))
    after = "the file that was there is as it was" if before else "no file was written"
    for size, needed in ((5_000_000, "about 5.0 MB"), (None, "more")):
        with pytest.raises(OSError, match="No space") as error:
            atomic.write(path, full, size)
        assert error.value.strerror == f"No space left on device: {needed} was to be written, 1.2 MB is free; {after}"
        assert (error.value.errno, error.value.filename) == (errno.ENOSPC, str(path))
        assert contents(path.parent) == before


# Without space for what is to be written, in a process of its own: files may not grow beyond 100 kB
LIMITED = """
import resource, sys
import minitensor as mt
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    mt.save({"a": mt.ones(100_000)}, sys.argv[1])
except OSError as error:
    print(error.errno, error.strerror)
mt.save({"a": mt.ones(1000)}, sys.argv[2])
"""


@each_format
def test_a_system_that_refuses_to_write_on_is_said_and_the_old_file_stays(tmp_path, format):
    path, other = tmp_path / f"model.{format}", tmp_path / f"other.{format}"
    path.write_bytes(OLD)
    done = subprocess.run([sys.executable, "-c", LIMITED, path, other], capture_output=True, text=True, check=False)
    limits = "files may not be so large here (ulimit -f, or the file system)"
    assert done.stdout == f"{errno.EFBIG} File too large: {limits}; the file that was there is as it was\n", done.stderr
    assert done.returncode == 0
    assert path.read_bytes() == OLD
    assert sorted(contents(tmp_path)) == [f"model.{format}", f"other.{format}"]


@each_format
def test_an_open_file_on_a_full_device_is_the_systems_error(format):
    with pytest.raises(OSError, match="No space left on device"), open("/dev/full", "wb", buffering=0) as file:
        mt.save({"a": mt.ones(10)}, file, format=format)


def test_a_missing_directory_says_how_to_make_it(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        mt.save({}, tmp_path / "runs" / "model.npz")
    directory = str(tmp_path / "runs")
    assert error.value.strerror == f"there is no directory {directory!r}: make it with os.makedirs({directory!r})"


def test_what_cannot_be_replaced_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "directory.npz").mkdir()
    os.mkfifo(tmp_path / "pipe.npz")
    cases = {
        "directory.npz": (IsADirectoryError, "a directory has this name: choose another one for the file"),
        "pipe.npz": (OSError, "this is a device or a pipe, not a file that can be replaced"),
        "file/model.npz": (NotADirectoryError, f"{str(tmp_path / 'file')!r} is no directory; no file was written"),
    }
    for name, (kind, words) in cases.items():
        with pytest.raises(kind) as error:
            mt.save({}, tmp_path / name)
        assert error.value.strerror == words
        assert error.value.filename == str(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["directory.npz", "file", "pipe.npz"]


def test_a_write_protected_file_and_directory_are_said(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    path.write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda *_: False)  # as it is for all users but root
        with pytest.raises(PermissionError, match="the file is write-protected, and is as it was"):
            mt.save({}, path)

    def refused(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError) as error:
        mt.save({}, path)
    protected = f"the directory {str(tmp_path)!r} is write-protected (Permission denied)"
    assert error.value.strerror == f"{protected}; the file that was there is as it was"
    assert contents(tmp_path) == {"model.npz": OLD}


def test_an_error_of_another_file_is_left_as_it_is(tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file or directory: 'elsewhere'"):
        atomic.write(tmp_path / "model.npz", lambda _: os.stat("elsewhere"))
    assert contents(tmp_path) == {}


KILLED = """
import os, signal, sys
from minitensor.serialization import atomic
def write(file):
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
atomic.write(sys.argv[1], write)
"""


def test_a_program_that_is_killed_leaves_the_old_file_and_the_next_one_tidies_up(path):
    before = contents(path.parent)
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert contents(path.parent) == before | {".model.npz.partial": b"half"}
    atomic.write(path, write_new)
    assert contents(path.parent) == {"model.npz": NEW}


def test_a_link_or_another_files_second_name_in_the_place_of_the_temporary_file_is_not_written_to(tmp_path):
    (tmp_path / "precious").write_bytes(OLD)
    for lay in ((tmp_path / ".model.npz.partial").symlink_to, (tmp_path / ".model.npz.partial").hardlink_to):
        lay(tmp_path / "precious")
        atomic.write(tmp_path / "model.npz", write_new)
        assert contents(tmp_path) == {"precious": OLD, "model.npz": NEW}


def test_one_that_writes_while_another_does_has_a_temporary_file_of_its_own(tmp_path):
    path = tmp_path / "model.npz"

    def write(file):
        file.write(OLD)
        atomic.write(path, write_new)
        assert contents(tmp_path) == {"model.npz": NEW, ".model.npz.partial": b""}

    atomic.write(path, write)
    assert contents(tmp_path) == {"model.npz": OLD}


def test_many_that_write_at_once_leave_one_whole_file(tmp_path):
    path = tmp_path / "model.npz"
    whole = [bytes([number]) * 100_000 for number in range(4)]

    def write_often(own):
        for _ in range(20):
            atomic.write(path, lambda file: file.write(own))

    threads = [threading.Thread(target=write_often, args=(own,)) for own in whole]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert not path.exists() or path.read_bytes() in whole
    assert list(contents(tmp_path)) == ["model.npz"]
    assert path.read_bytes() in whole


def test_a_name_as_long_as_the_system_takes_is_written(tmp_path):
    path = tmp_path / ("n" * 251 + ".npz")
    mt.save({"a": mt.ones(1)}, path)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
