"""Functions with a backward of their own, as PyTorch's tutorials write them."""

import minitensor as mt
from minitensor.autograd import Function


def leaf(*values, dtype=mt.float64):
    return mt.tensor(values, dtype=dtype, requires_grad=True)


class Legendre(Function):
    """The third Legendre polynomial, (5 x^3 - 3 x) / 2."""

    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class Exp(Function):
    @staticmethod
    def forward(ctx, i):
        result = i.exp()
        ctx.save_for_backward(result)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        (result,) = ctx.saved_tensors
        return grad_output * result


class MulConstant(Function):
    @staticmethod
    def forward(ctx, constant, tensor):
        ctx.constant = constant
        return tensor * constant

    @staticmethod
    def backward(ctx, grad_output):
        return None, grad_output * ctx.constant


class Linear(Function):
    """x W^T + b, with the context filled apart from forward."""

    calls, wanted = 0, None

    @staticmethod
    def forward(x, weight, bias):
        return x @ weight.t() + (0 if bias is None else bias)

    @staticmethod
    def setup_context(ctx, inputs, output):  # noqa: ARG004
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad_output):
        Linear.calls += 1
        x, weight, bias = ctx.saved_tensors
        Linear.wanted = ctx.needs_input_grad
        return grad_output @ weight, grad_output.t() @ x, None if bias is None else grad_output.sum(0)


class ProductAndExp(Function):
    """Three results, of which the second has no gradient: x y, whether x is positive, and e^x in float32."""

    @staticmethod
    def forward(ctx, x, y):
        product, positive, power = x * y, x > 0, x.exp().float()
        ctx.save_for_backward(x, y, power)
        return product, positive, power

    @staticmethod
    def backward(ctx, grad_product, grad_positive, grad_power):
        assert grad_positive is None
        assert (grad_product.dtype, grad_power.dtype) == (mt.float64, mt.float32)
        x, y, power = ctx.saved_tensors
        return grad_product * y + (grad_power * power).double(), grad_product * x


class Reverse(Function):
    """Hands its argument on, and the gradient back with the other sign."""

    @staticmethod
    def forward(ctx, x):  # noqa: ARG004
        return x

    @staticmethod
    def backward(ctx, grad_output):  # noqa: ARG004
        return -grad_output
