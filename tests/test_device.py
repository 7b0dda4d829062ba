"""There is the CPU and nothing else: what scripts ask before they choose a device, and what is refused."""

import pytest

import minitensor as mt

REFUSAL = "there is no device {!r} here: minitensor computes on the CPU (device='cpu', or none)"


def test_what_scripts_ask_before_they_choose_a_device_leads_to_the_cpu():
    assert not mt.cuda.is_available()
    assert mt.cuda.device_count() == mt.accelerator.device_count() == 0
    assert not mt.backends.mps.is_available()
    assert not mt.backends.mps.is_built()
    assert not mt.backends.cudnn.is_available()
    device = mt.accelerator.current_accelerator().type if mt.accelerator.is_available() else "cpu"
    device = mt.device("cuda:0" if mt.cuda.is_available() else device)
    mt.set_default_device(device)
    assert mt.nn.Linear(3, 2).to(device)(mt.ones(3, device=device)).device == mt.get_default_device() == device
    assert mt.accelerator.current_accelerator() is None


def test_switches_and_seeds_of_what_is_not_here_change_nothing():
    mt.manual_seed(3)
    first = mt.rand(2)
    mt.manual_seed(3)
    mt.cuda.manual_seed(5)
    mt.cuda.manual_seed_all(5)
    mt.cuda.empty_cache()
    mt.backends.cudnn.benchmark, mt.backends.cudnn.deterministic = False, True
    assert mt.equal(first, mt.rand(2))
    mt.backends.cudnn.deterministic = False


def test_a_device_is_written_as_pytorchs():
    device = mt.ones(1).device
    assert (str(device), repr(device), f"{device}") == ("cpu", "device(type='cpu')", "cpu")
    assert (device.type, device.index) == ("cpu", None)
    assert device == "cpu" == mt.device("cpu:0") == mt.device("cpu", 0) == mt.device(device)
    x = mt.ones(1)
    assert (x.is_cpu, x.is_cuda, x.is_mps) == (True, False, False)


@pytest.mark.parametrize(
    ("ask", "device"),
    [
        (lambda: mt.ones(1).cuda(), "cuda"),
        (lambda: mt.ones(1).cuda(0, non_blocking=True), "cuda"),
        (lambda: mt.nn.Linear(3, 2).cuda(), "cuda"),
        (lambda: mt.nn.Linear(3, 2).to("mps"), "mps"),
        (lambda: mt.device("cuda", 1), "cuda:1"),
        (lambda: mt.device("cpu", 1), "cpu:1"),
        (lambda: mt.set_default_device("cuda"), "cuda"),
    ],
)
def test_another_device_is_refused_in_words(ask, device):
    with pytest.raises(ValueError, match="no device") as caught:
        ask()
    assert str(caught.value) == REFUSAL.format(device)
