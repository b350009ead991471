"""Corners of PyTorch's interface: the same values, dtypes and gradients, or an error that says what to do."""

import operator

import numpy as np
import pytest

import tensorgrad as tg

torch = pytest.importorskip("torch")
torch.set_num_threads(1)
NAN = float("nan")


def both(call, *data, dtype=None):
    """What ``call(library, *tensors)`` gives in either library, of Tensors made of ``data``."""
    out = []
    for t in (tg, torch):
        result = call(t, *(t.tensor(x, dtype=getattr(t, dtype) if dtype else None) for x in data))
        out.append((result.tolist(), str(result.dtype)))
    return out


def check(call, *data, dtype=None):
    ours, theirs = both(call, *data, dtype=dtype)
    np.testing.assert_allclose(ours[0], theirs[0], 1e-6)
    assert ours[1] == theirs[1]


def gradients(t, call, *data):
    """The result, and the gradient of its sum with respect to each of ``data``."""
    leaves = [t.tensor(x, requires_grad=True) for x in data]
    y = call(t, *leaves)
    y.sum().backward()
    return [y.detach().numpy(), *(x.grad.numpy() for x in leaves)]


def check_gradients(call, *data):
    for ours, theirs in zip(gradients(tg, call, *data), gradients(torch, call, *data), strict=True):
        np.testing.assert_allclose(ours, theirs, 1e-6, 1e-7)
        assert ours.dtype == theirs.dtype


# clamp; the gradients for Tensors as limits are in the table of cases


@pytest.mark.parametrize("low", [None, 0, 0.5, 2, [1], [1.5, 0.5], 1.5, np.array(1.5), np.array([1.5])])
@pytest.mark.parametrize("x", [[1, 2], [1.0, 2.0], [True, False]])
def test_clamp_dtype(x, low):
    def call(t, x):
        limit = t.tensor(low) if isinstance(low, (list, np.ndarray)) else low
        return x.clamp(limit, None if hasattr(limit, "dtype") else 1)

    check(call, x)


def test_clamp_gradients_of_mixed_dtypes():
    for low, high in ((np.array([1.5, 4.5]), np.array(3.7)), (np.array(1.5), [[2.0], [3.5]])):
        check_gradients(lambda t, x, low, high: x.clamp(low, high), [[1.0, 2.0], [3.0, 4.0]], low, high)


def test_clamp_is_one_function():
    x = tg.tensor([-1.0, 3.0])
    assert tg.clamp(x, max=tg.tensor(2.0)).tolist() == x.clamp(max=2).tolist() == [-1, 2]


@pytest.mark.parametrize(
    ("limits", "kind", "text"),
    [
        ((), RuntimeError, "clamp: at least one of min and max must not be None; give a lower or an upper limit"),
        (("low",), TypeError, "clamp: argument 2 must be a Tensor, but it is a str; make one with tensor"),
        (([1.0, 2.0],), TypeError, "clamp: argument 2 must be a Tensor, but it is a list; make one with tensor"),
        ((tg.zeros(3),), ValueError, r"clamp: shapes \(2,\) and \(3,\) do not fit together: counted from the last"),
    ],
)
def test_clamp_errors(limits, kind, text):
    with pytest.raises(kind, match=text):
        tg.tensor([1.0, 2.0]).clamp(*limits)


# cross entropy where nothing, or little, counts


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("weight", [None, [1.0, 0.5, 0.0]])
@pytest.mark.parametrize("target", [[-100, -100], [-100, 1], [[0.0] * 3] * 2, [[0.2, 0.3, 0.5], [0.0, 0.0, 1.0]]])
def test_cross_entropy_of_what_does_not_count(target, weight, smoothing, reduction):
    def call(t, x):
        counts = None if weight is None else t.tensor(weight)
        options = {"weight": counts, "label_smoothing": smoothing, "reduction": reduction}
        return t.nn.functional.cross_entropy(x, t.tensor(target), **options)

    check_gradients(call, [[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]])


def test_ignored_row_of_nan():
    check(lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([-100, 1]), label_smoothing=0.3), [[NAN, 2.0], [0, 1]])


# bools

BOOLS = {
    "mask + True": lambda t, b: b + True,
    "True + mask": lambda t, b: True + b,
    "mask * True": lambda t, b: b * True,
    "mask + mask": lambda t, b: b + b,
    "mask + 1": lambda t, b: b + 1,
    "1 - mask.int()": lambda t, b: 1 - b.int(),
    "mask / True": lambda t, b: b / True,
    "mask == True": lambda t, b: b == True,  # noqa: E712  # it is what is tested
    "mask < True": lambda t, b: b < True,
    "mask <= False": lambda t, b: b <= False,
    "ints + True": lambda t, b: t.tensor([1, 2]) + True,
    "ints ** True": lambda t, b: t.tensor([1, 2]) ** True,
    "floats * True": lambda t, b: t.tensor([1.5, 2.0]) * True,
    "number + True": lambda t, b: t.tensor(1.5) + True,
    "mask.add(True)": lambda t, b: b.add(True),
    "~mask": lambda t, b: ~b,
    "~ints": lambda t, b: ~t.tensor([3, -1]),
    "mask & mask": lambda t, b: b & ~b,
    "mask | True": lambda t, b: b | True,
    "True ^ mask": lambda t, b: True ^ b,
    "ints & 1": lambda t, b: t.tensor([3, 4]) & 1,
    "1 | ints": lambda t, b: 1 | t.tensor([3, 4]),
    "mask & ints": lambda t, b: b & t.tensor([3, 4]),
    "range of floats": lambda t, b: (t.tensor([0.0, 1.0, 2.0]) > 0) & (t.tensor([0.0, 1.0, 2.0]) < 2),
}


@pytest.mark.parametrize("name", BOOLS)
def test_bools(name):
    check(BOOLS[name], [True, False])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda b: b - b, "sub: not defined for bool and bool; masks go with ~ & | ^, numbers with"),
        (lambda b: b - True, "sub: not defined for bool and bool; masks go with"),
        (lambda b: True - b, "sub: not defined for bool and bool; masks go with"),
        (lambda b: -b, r"neg: not defined for bool; masks go with ~ & | ^, .* and .bool\(\) or .int\(\) makes one"),
        (lambda b: b**b, r"pow: not defined for two bools; make numbers of them with .int\(\)"),
        (lambda b: b.float() & True, "and: not defined for float32 and bool; masks go with"),
        (lambda b: b.float() | b.float(), "or: not defined for float32 and float32; masks go with"),
    ],
)
def test_what_bools_have_not(call, text):
    with pytest.raises(NotImplementedError, match=text):  # which is a RuntimeError
        call(tg.tensor([True, False]))


def test_masks_of_numpy():
    mask, other = np.array([True, True, False]), tg.tensor([True, False, False])
    for sign in (operator.and_, operator.or_, operator.xor):
        assert sign(mask, other).tolist() == sign(other, mask).tolist() == sign(mask, other.numpy()).tolist()
    assert np.invert(other).tolist() == [False, True, True]


def test_other_unsupported_operands_are_not_about_dtypes():
    with pytest.raises(TypeError, match="bad operand type for unary -: 'str'"):
        tg.zeros(2, 3).tril("a")


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "float32", "bool"])
@pytest.mark.parametrize("name", ["any", "all"])
def test_truth_of_uint8_is_uint8(name, dtype):
    for args in ((), (1,), ((0, 1), True)):
        check(lambda t, x, args=args: getattr(x, name)(*args), [[1, 0], [0, 3]], dtype=dtype)


@pytest.mark.parametrize("value", [1, 2, 0.5, 1.5, 2.0, -1.5])
def test_addcmul_of_integers(value):
    check(lambda t, x: x.addcmul(x, x, value=value), [1, 2, 3])
    check(lambda t, x: x.addcmul(x, x * 1.0, value=value), [1, 2, 3])
    check(lambda t, x: x.float().addcmul(x, x, value=value), [1, 2, 3])


# dtype and unbiased

FLOATS = [[0.0, 1.0, 2.5], [3.0, 4.0, -5.0]]
KEYWORDS = {
    "mean": lambda t, x: x.mean(dtype=t.float64),
    "mean of a dimension": lambda t, x: x.mean(1, True, dtype=t.float64),
    "t.mean": lambda t, x: t.mean(x, 1, dtype=t.float64),
    "softmax": lambda t, x: x.softmax(1, dtype=t.float64) ** 2,
    "softmax by position": lambda t, x: x.softmax(1, t.float64) ** 2,
    "log_softmax": lambda t, x: x.log_softmax(0, dtype=t.float64) ** 2,
    "t.softmax": lambda t, x: t.softmax(x, 1, dtype=t.float64) ** 2,
    "t.log_softmax": lambda t, x: t.log_softmax(x, dim=1, dtype=t.float64) ** 2,
    "F.softmax": lambda t, x: t.nn.functional.softmax(x, dim=1, dtype=t.float64) ** 2,
    "F.log_softmax": lambda t, x: t.nn.functional.log_softmax(x, 1, dtype=t.float64) ** 2,
    "var(False)": lambda t, x: x.var(False),
    "var(True)": lambda t, x: x.var(True),
    "t.var(False)": lambda t, x: t.var(x, False),
    "var(unbiased)": lambda t, x: x.var(unbiased=False),
    "var(1, False)": lambda t, x: x.var(1, False),
    "var([0, 1], False, True)": lambda t, x: x.var([0, 1], False, True),
}


@pytest.mark.parametrize("name", KEYWORDS)
def test_keywords(name):
    check_gradients(KEYWORDS[name], FLOATS)


def test_mean_of_integers():
    check(lambda t, x: x.mean(dtype=t.float64), [1, 2])
    with pytest.raises(RuntimeError, match="mean: the input must be floating-point, but it is int64"):
        tg.tensor([1.5]).mean(dtype=tg.int64)


# dimensions

REDUCTIONS = ["sum", "mean", "amax", "amin", "all", "any", "var"]


@pytest.mark.parametrize("dim", [[0], (0,), (0, 1), [-1, 0], [], ()])
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_several_dimensions(name, dim, keepdim):
    check(lambda t, x: getattr(x, name)(dim=dim, keepdim=keepdim), FLOATS)


@pytest.mark.parametrize("dim", [0, -1, [0], (-1,), []])
@pytest.mark.parametrize("name", REDUCTIONS[:-1])  # var warns in PyTorch
def test_dimension_of_a_number(name, dim):
    check(lambda t, x: getattr(x, name)(dim=dim), 2.0)
    check(lambda t, x: getattr(x, name)(dim=dim, keepdim=True), 2.0)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_dimension_out_of_range(name):
    for x, dims, low, high in ((2.0, (1, [1], (-2,)), -1, 0), (FLOATS, (2, [2], [0, -3]), -2, 1)):
        for dim in dims:
            wrong = dim if isinstance(dim, int) else dim[-1]
            text = rf"dimension out of range \(expected to be in range of \[{low}, {high}\], but got {wrong}\)"
            with pytest.raises(IndexError, match=text):
                getattr(tg.tensor(x), name)(dim)
            with pytest.raises(IndexError, match="D" + text[1:]):
                getattr(torch.tensor(x), name)(dim)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_dimension_twice(name):
    for x, dim in ((FLOATS, [0, 0]), (FLOATS, (1, -1)), (2.0, (0, -1))):
        with pytest.raises(RuntimeError, match="dim must name each dimension once, but got"):
            getattr(tg.tensor(x), name)(dim)
        with pytest.raises(RuntimeError, match="appears multiple times"):
            getattr(torch.tensor(x), name)(dim)


# integers that do not fit, and powers


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "int64"])
@pytest.mark.parametrize("number", [-1, 1, 200, 300, 2**40])
@pytest.mark.parametrize("sign", [operator.add, operator.sub, operator.mul])
def test_numbers_wrap_around(dtype, number, sign):
    check(lambda t, x: sign(x, number), [1, 2, 100], dtype=dtype)
    check(lambda t, x: sign(number, x), [1, 2, 100], dtype=dtype)


def test_comparison_with_a_number_that_does_not_fit():
    x = tg.tensor([1, 250], dtype=tg.uint8)
    assert (x > 300).tolist() == [False, False]  # PyTorch wraps 300 around to 44, and finds 250 above it
    assert (x > -1).tolist() == [True, True]
    assert (x.long() < 10**30).tolist() == [True, True]


@pytest.mark.parametrize("call", [lambda x: x * 10**30, lambda x: 10**30 - x])
def test_number_beyond_int64(call):
    with pytest.raises(OverflowError, match=r"the integer 10{30} does not fit in int64; give it as a"):
        call(tg.tensor([1, 2]))
    with pytest.raises(OverflowError, match="int too big to convert"):
        call(torch.tensor([1, 2]))
    assert call(tg.tensor([1.0, 2.0])).dtype == tg.float32  # where there is room for it


def test_negative_powers_of_integers():
    for t, text in ((tg, "pow: integers to negative integer powers are not allowed; make the base floating-point"),
                    (torch, "Integers to negative integer powers are not allowed")):  # fmt: skip
        with pytest.raises(RuntimeError, match=text):
            t.tensor([2]) ** -1
    with pytest.raises(RuntimeError, match="pow: integers to negative"):
        tg.tensor([2], dtype=tg.uint8) ** -3
    with pytest.raises(RuntimeError, match="pow: the exponent 300 does not fit in uint8, the dtype of the base"):
        tg.tensor([2], dtype=tg.uint8) ** 300
    check(lambda t, x: x ** t.tensor([-1, -3, -1, -1, -2, 3]), [1, -1, 2, 0, -1, 2])  # by a Tensor: 0, 1 or -1
    check(lambda t, x: 2**x, [-1, 3])
    check(lambda t, x: 300**x, [2, 1], dtype="uint8")
    check(lambda t, x: x**-1.0, [2])
    check(lambda t, x: x**-1, [2.0])


# what is no Tensor


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: x @ 2, "matmul: argument 2 must be a Tensor, but it is a int"),
        (lambda x: 2 @ x, "matmul: argument 2 must be a Tensor, but it is a int"),
        (lambda x: x.requires_grad_() @ 2.0, "matmul: argument 2 must be a Tensor, but it is a float"),
        (lambda x: tg.nn.functional.linear(x, [[1.0]]), "linear: argument 2 must be a Tensor, but it is a list"),
        (lambda x: tg.nn.functional.linear(x, x, 1.0), "linear: argument 3 must be a Tensor, but it is a float"),
        (lambda x: tg.nn.functional.cross_entropy(x, [0, 1]), "cross_entropy: argument 2 must be a Tensor, but it is a "
         r"list; make one with tensor\(...\)"),
        (lambda x: tg.nn.functional.cross_entropy(np.zeros((2, 3)), x), "cross_entropy: argument 1 must be a Tensor"),
        (lambda x: tg.nn.functional.cross_entropy(x, x, [1.0]), "cross_entropy: argument 3 must be a Tensor"),
        (lambda x: tg.nn.functional.mse_loss(x, [1.0, 2.0]), "mse_loss: argument 2 must be a Tensor, but it is a list"),
        (lambda x: tg.nn.functional.mse_loss(x, 1.0), "mse_loss: argument 2 must be a Tensor, but it is a float"),
        (lambda x: tg.nn.functional.binary_cross_entropy_with_logits(x, [1.0]), "argument 2 must be a Tensor"),
        (lambda x: tg.nn.functional.binary_cross_entropy_with_logits(x, x, pos_weight=2.0), "argument 5 must be a"),
        (lambda x: tg.nn.functional.softmax([1.0], 0), "softmax: argument 1 must be a Tensor, but it is a list"),
        (lambda x: tg.nn.functional.relu([1.0]), "relu: argument 1 must be a Tensor, but it is a list"),
        (lambda x: tg.optim.SGD([x], lr="a"), "Invalid learning rate: 'a'; it must be a number, but it is a str"),
        (lambda x: tg.optim.SGD([x], momentum=None), "Invalid momentum value: None; it must be a number"),
    ],
)  # fmt: skip
def test_wrong_kinds(call, text):
    with pytest.raises(TypeError, match=text):
        call(tg.zeros(2, 3))


@pytest.mark.parametrize("shape", [(2,), (5, 2, 3), (3, 3)])
@pytest.mark.parametrize("name", ["weight", "pos_weight"])
def test_weights_of_binary_cross_entropy_broadcast(name, shape):
    for t in (tg, torch):
        with pytest.raises(RuntimeError) as caught:
            t.nn.functional.binary_cross_entropy_with_logits(t.zeros(2, 3), t.zeros(2, 3), **{name: t.ones(*shape)})
        if t is tg:
            assert str(caught.value) == (
                f"binary_cross_entropy_with_logits: {name} must broadcast to the input's shape (2, 3), but has "
                f"shape {shape}"
            )


# elements, and empty parts


@pytest.mark.parametrize("index", [0, -1, slice(None), [0], (0, 0)])
def test_index_of_a_number(index):
    with pytest.raises(
        IndexError, match=r"invalid index of a 0-dim tensor: it is a single number, which item\(\) give"
    ):
        tg.tensor(2.0)[index]
    with pytest.raises(IndexError):
        torch.tensor(2.0)[index]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cat_with_what_is_empty(dim):
    check_gradients(lambda t, x: t.cat([t.zeros(0), x, t.zeros(0, dtype=t.float64)], dim) ** 2, FLOATS)
    check_gradients(lambda t, x, empty: t.cat([empty, x, x], dim) * 2, FLOATS, [])


@pytest.mark.parametrize(("start", "end", "steps"), [(0, 1, 7), (-3.3, 2.7, 11), (0, 1000, 97), (-1, 1, 64)])
def test_linspace_of_half(start, end, steps):
    ours, theirs = (t.linspace(start, end, steps, dtype=t.float16) for t in (tg, torch))
    assert ours.dtype == tg.float16
    assert ours.tolist() == theirs.tolist()
