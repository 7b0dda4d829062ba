"""The finder of the first NaN names the operation, its place and its numbers, and the remedy; what is harmless it passes by."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
import small_failures
from minitensor import nn
from minitensor.training import find_not_finite
from small_failures import Logarithm, cross_entropy, line_of, small

INF, NAN = math.inf, math.nan


@pytest.fixture(autouse=True)
def _seed():
    mt.manual_seed(0)


# Forward


def test_an_operation_is_named_with_its_module_line_numbers_samples_and_remedy():
    model = nn.Sequential(nn.Linear(2, 1), Logarithm())
    with mt.no_grad():
        model[0].weight.copy_(mt.tensor([[1.0, 1.0]]))
        model[0].bias.zero_()
    x = mt.tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 0.25], [-4.0, 0.0]])
    finding = find_not_finite(lambda: model(x).mean(), model, x)
    assert (finding.what, finding.kind, finding.name, finding.path) == ("the loss is NaN", "forward", "log", "1")
    assert finding.line.endswith(line_of("return mt.log(x)", small_failures.__file__))
    head, operation, line, *rest = str(finding).split("\n")
    assert head == "the loss is NaN: the first NaN is made in the forward pass, by log"
    assert operation == "  operation  log, in the module '1' (Logarithm)"
    assert line == f"  line       {finding.line}"
    assert "\n".join(rest) == (
        "  a          (4, 1) float32, from -4 to 3\n"
        "  result     (4, 1) float32, from -0.6931 to 1.099, 2 of 4 NaN\n"
        "  where      samples 1 and 3 of the batch\n"
        "  The logarithm of a negative number is NaN. Keep its argument above 0, as with x.clamp(min=1e-6); or let\n"
        "  log_softmax, logsigmoid or cross_entropy take the logarithm: they work on the scores, before softmax or\n"
        "  sigmoid."
    )


def test_nan_in_the_batch_is_said_with_its_samples():
    model, x, y = small(), mt.randn(12, 3), mt.randint(0, 2, (12,))
    x[3, 1], x[7] = NAN, INF
    finding = find_not_finite(cross_entropy(model, x, y), model, (x, y))
    assert (finding.kind, finding.name, finding.path) == ("input", "batch[0]", "0")
    lines = str(finding).split("\n")
    assert lines[0] == "the loss is NaN: the batch is NaN in batch[0], before any operation"
    assert lines[1].startswith("  batch[0]  (12, 3) float32, from ")
    assert lines[1].endswith(", 1 of 36 NaN, 3 of 36 infinite")
    assert lines[2] == "  where     samples 3 and 7 of the batch"
    assert lines[3] == "  used by   linear, in the module '0' (Linear)"
    assert "Look at these samples in the data set" in finding.remedy


@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"image": x}, lambda x: ({"a": [x.numpy()]},)])
def test_a_batch_of_any_form_is_named_by_what_one_would_write(wrap):
    x = mt.tensor([[1.0], [NAN]])
    batch = wrap(x)
    finding = find_not_finite(lambda: (x * 2).sum(), batch=batch)
    assert finding.kind == "input"
    found = eval(finding.name, {"batch": batch})
    assert np.shares_memory(np.asarray(found), x.numpy())


def test_nan_in_the_targets_and_in_a_view_of_the_data_set_is_of_the_batch():
    data = mt.randn(10, 4)
    data[5, 3] = NAN
    x, y = data[4:8, :3], data[4:8, 3:]
    model = nn.Linear(3, 1)
    finding = find_not_finite(lambda: F.mse_loss(model(x), y), model, (x, y))
    assert (finding.kind, finding.name) == ("input", "batch[1]")
    assert "sample 1 of the batch" in finding.text


def test_a_parameter_that_was_broken_before_is_named_with_the_learning_rate():
    model, x, y = small(), mt.randn(4, 3), mt.randint(0, 2, (4,))
    with mt.no_grad():
        model[2].weight[0, 1] = NAN
    finding = find_not_finite(cross_entropy(model, x, y), model, (x, y), learning_rate=10.0)
    assert (finding.kind, finding.name, finding.path) == ("parameter", "2.weight", "2")
    assert str(finding).startswith("the loss is NaN: the parameter '2.weight' is NaN already, before any operation\n")
    assert "try a lower learning rate (10 now)" in finding.remedy


def test_running_statistics_are_blamed_only_where_they_are_read():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    x = mt.randn(5, 3)
    with mt.no_grad():
        model[1].running_mean.fill_(NAN)
    assert find_not_finite(lambda: model(x).square().sum(), model, x) is None
    model.eval()
    finding = find_not_finite(lambda: model(x).square().sum(), model, x)
    assert (finding.kind, finding.name) == ("buffer", "1.running_mean")
    assert "load an earlier checkpoint" in finding.remedy


def test_a_loss_of_ones_own_is_named_and_stands_outside_of_the_model():
    model, x = small(), mt.randn(4, 3)

    def entropy():
        p = mt.softmax(model(x) * 1e4, 1)
        return -(p * p.log()).sum()

    finding = find_not_finite(entropy, model, x)
    assert (finding.kind, finding.name, finding.path) == ("forward", "log", None)
    assert "operation  log, outside of the model\n" in finding.text
    assert finding.line.endswith(line_of("return -(p * p.log()).sum()", __file__))
    assert "later      NaN is made of it by mul, outside of the model" in finding.text
    assert finding.remedy.startswith("The logarithm of 0 is minus infinity.")


def test_an_infinity_is_where_it_began_and_what_made_nan_of_it_is_told():
    x = mt.tensor([[1.0, 2.0], [100.0, 3.0]], requires_grad=True)

    def own_softmax():
        e = mt.exp(x)
        return (e / e.sum(1, keepdim=True)).sum()

    finding = find_not_finite(own_softmax, batch=x)
    assert (finding.what, finding.kind, finding.name) == ("the loss is NaN", "forward", "exp")
    assert "the first infinity is made in the forward pass, by exp" in finding.text
    assert "later      NaN is made of it by div, " in finding.text
    assert "sample 1 of the batch" in finding.text
    assert finding.remedy.startswith("exp of more than 88.72 is beyond the largest float32.")


def test_infinities_that_do_no_harm_are_passed_by():
    x = mt.tensor([[1.0, 2.0], [0.0, 3.0]], requires_grad=True)

    def masked():
        scores = x.masked_fill(x < 1.5, -INF)
        kept = mt.where(x > 0, 1 / x, 0.0).detach()
        return scores.softmax(1).sum() + kept.sum()

    assert find_not_finite(masked, batch=x) is None

    def masked_and_broken():
        return masked() + mt.sqrt(x - 1).sum()

    finding = find_not_finite(masked_and_broken, batch=x)
    assert (finding.kind, finding.name) == ("forward", "sqrt")


def test_a_row_that_a_mask_leaves_nothing_of_is_told_from_the_mask():
    x = mt.tensor([[1.0, 2.0], [0.0, 3.0]], requires_grad=True)
    finding = find_not_finite(lambda: x.masked_fill(x < 2.5, -INF).softmax(1)[:, 0].sum(), batch=x)
    assert (finding.kind, finding.name) == ("forward", "softmax")
    assert finding.remedy.startswith("A row that is minus infinity throughout has no softmax")


def test_operations_that_are_not_recorded_are_found_too():
    """The batch needs no gradient: what is done to it before the first layer is not on the tape."""
    model, x = small(), mt.ones(4, 3)

    def standardized():
        with mt.no_grad():
            centred = x - x.mean(0)
            scaled = centred / centred.square().mean(0).sqrt()
        return model(scaled).sum()

    finding = find_not_finite(standardized, model, x)
    assert (finding.kind, finding.name) == ("forward", "div")
    assert finding.line.endswith(line_of("scaled = centred / centred", __file__))
    assert "  b          (3,) float32, all 0\n" in finding.text
    assert finding.remedy.startswith("0 / 0 is NaN")


def test_what_was_written_in_place_goes_back_to_the_operation_that_made_it():
    x = mt.tensor([1.0, 0.0])

    def written():
        with mt.no_grad():
            z = mt.zeros(2)
            z[:] = x / x
        w = mt.ones(2, requires_grad=True)
        return (w * z).sum()

    assert find_not_finite(written).name == "div"


def test_a_tensor_that_no_operation_made_is_said_to_come_from_elsewhere():
    w = mt.ones(2, requires_grad=True)
    finding = find_not_finite(lambda: (w * mt.from_numpy(np.array([1, NAN], np.float32))).sum())
    assert (finding.kind, finding.name) == ("unknown", "tensor")
    assert str(finding).startswith(
        "the loss is NaN: an operation takes in a tensor that is NaN already and that no operation"
    )
    assert "  used by  mul\n" in finding.text
    assert finding.remedy == "It came from outside, as from NumPy, or was written in place."


def test_a_number_in_the_code_is_named_by_the_operation_that_takes_it():
    w = mt.zeros(2, requires_grad=True)
    finding = find_not_finite(lambda: (w * INF).sum())
    assert (finding.kind, finding.name) == ("forward", "mul")
    assert "  b          infinite, float32\n" in finding.text
    assert finding.remedy == "0 times infinity is NaN."
    assert str(find_not_finite(lambda: mt.tensor(NAN))).startswith("the loss is NaN: it is the number nan\n")


def test_a_layer_that_the_loss_owns_and_one_deep_inside_are_named():
    class Block(nn.Module):
        def __init__(self):
            self.inner = nn.Sequential(nn.Linear(2, 2), Logarithm())

        def forward(self, x):
            return self.inner(x)

    model = nn.Sequential(nn.Linear(2, 2), Block())
    with mt.no_grad():
        model[1].inner[0].bias.fill_(-9.0)
    finding = find_not_finite(lambda: model(mt.ones(1, 2)).sum(), model)
    assert finding.path == "1.inner.1"
    head = Logarithm()
    finding = find_not_finite(lambda: head(model[0](mt.zeros(1, 2)) - 9).sum(), model)
    assert finding.path is None
    assert "operation  log, in Logarithm, outside of the model" in finding.text


def test_the_model_itself_is_a_place():
    model = Logarithm()
    finding = find_not_finite(lambda: model(mt.tensor([-1.0])).sum(), model)
    assert finding.path == ""
    assert "operation  log, in the model itself (Logarithm)" in finding.text


def test_numbers_beyond_float16_are_told_from_those_beyond_float32():
    x = mt.tensor([300.0, 1.0], requires_grad=True)
    finding = find_not_finite(lambda: x.half().square().sum())
    assert "float16" in finding.text
    assert finding.remedy.startswith("The largest float16 is 6.55e+04: compute this in float32")
    assert find_not_finite(lambda: (x * 1e4).half().sum()).name == "cast"
    finding = find_not_finite(lambda: ((x * 1e20) * (x * 1e20)).sum())
    assert finding.what == "the loss is infinite"
    assert finding.remedy.startswith(
        "The largest float32 is 3.403e+38, and the operands reach 3e+22. Where numbers grow like"
    )


def test_integers_and_empty_tensors_do_not_confuse_it():
    x = mt.zeros(0, 3, requires_grad=True)
    finding = find_not_finite(lambda: x.mean(), batch=(x, mt.zeros(0, dtype=mt.int64)))
    assert finding.name == "mean"
    assert finding.remedy.startswith("The mean of no numbers is NaN")
    finding = find_not_finite(lambda: F.cross_entropy(mt.ones(2, 3, requires_grad=True), mt.tensor([-100, -100])))
    assert (finding.name, finding.remedy) == ("div", "The divisor is 0: is it how many are left of something, and none are?")
