"""Tensors to other dtypes, to Python's numbers, lists and protocols, compared with PyTorch."""

import numpy as np
import pytest
from expectations import alike, refused

import tensorgrad as tg

CONVERTED = {
    "long": lambda t: t.tensor([1.7, -1.7]).long(),
    "int": lambda t: t.tensor([1.7, -1.7]).int(),
    "bool": lambda t: t.tensor([0.0, 0.5]).bool(),
    "float": lambda t: t.tensor([1]).float(),
    "double": lambda t: t.tensor([1]).double(),
    "to a dtype": lambda t: t.tensor([1.5]).to(t.float64),
    "to a dtype by name": lambda t: t.tensor([1.5]).to(dtype=t.float16),
    "to the device": lambda t: t.tensor([1.5]).to("cpu"),
    "to the device by name": lambda t: t.tensor([1.5]).to(device="cpu", dtype=t.int64),
    "to both": lambda t: t.tensor([1.5]).to("cpu", t.int64),
    "to what another is": lambda t: t.tensor([1.5]).to(t.tensor(1)),
    "to integers without a gradient": lambda t: t.tensor([1.5], requires_grad=True).to(t.int64),
    "to bool without a gradient": lambda t: t.tensor([1.5], requires_grad=True).bool(),
    "to float64 with its gradient": lambda t: t.tensor([1.5], requires_grad=True).double(),
    "cpu": lambda t: t.tensor([1.5]).cpu(),
    "to a device": lambda t: t.tensor([1.5]).to(t.device("cpu"), non_blocking=True),
    "to the device of another": lambda t: t.tensor([1.5]).to(t.zeros(1).device),
    "to a numbered device": lambda t: t.tensor([1.5]).to("cpu:0"),
    "half": lambda t: t.tensor([1.5]).half(),
    "type": lambda t: t.tensor([1.5]).type(t.int64),
    "type by name": lambda t: t.tensor([1]).type(dtype=t.float64),
    "type_as": lambda t: t.tensor([1.5], requires_grad=True).type_as(t.zeros(1).double()),
    "is_floating_point": lambda t: [x.is_floating_point() for x in (t.zeros(1), t.tensor(1), t.tensor(True))],
    "is_floating_point of half": lambda t: t.is_floating_point(t.zeros(1).half()),
    "element_size": lambda t: [
        x.element_size() for x in (t.zeros(1), t.tensor([1]), t.zeros(1).half(), t.tensor(True))
    ],
    "is_tensor": lambda t: [t.is_tensor(x) for x in (t.zeros(1), 1.0, np.zeros(1), None)],
    "numel": lambda t: t.numel(t.zeros(2, 3)),
    "device": lambda t: [str(t.device("cpu")), repr(t.device("cpu")), t.zeros(1).device.type, f"{t.zeros(1).device}"],
    "device is": lambda t: (t.zeros(1).device == t.device("cpu"), isinstance(t.device("cpu"), t.device)),
    "chosen device": lambda t: t.zeros(1, device="cuda" if t.cuda.is_available() else "cpu"),
    "no devices": lambda t: (t.cuda.device_count(), t.cuda.manual_seed(1), t.cuda.manual_seed_all(1)),
    "percent": lambda t: "%+.2f, %d, %s" % (t.tensor(1.234), t.tensor(3), t.tensor(2)),  # noqa: UP031
    "format with a gradient": lambda t: f"{t.tensor(1.23456, requires_grad=True):.4f}",
    "format with its name": lambda t: (lambda loss: f"{loss=}")(t.tensor(1.5)),
    "format with its name and a spec": lambda t: (lambda loss: f"{loss=:.3f}")(t.tensor(1.5)),
    "format of a number": lambda t: f"{t.tensor(-559891.75)} {t.tensor(3)} {t.tensor(True)}",
    "format of one in a row": lambda t: f"{t.tensor([1.5])}",
    "str": lambda t: str(t.tensor(1.5)),
    "item": lambda t: t.tensor([[2.5]]).item(),
    "item of an integer": lambda t: t.tensor(3).item(),
    "item of a truth": lambda t: t.tensor(True).item(),
    "tolist": lambda t: t.tensor([[1, 2], [3, 4]]).tolist(),
    "tolist of a number": lambda t: t.tensor(1.5, requires_grad=True).tolist(),
    "float()": lambda t: float(t.tensor([2.5])),
    "int()": lambda t: int(t.tensor(-2.7)),
    "complex()": lambda t: complex(t.tensor(1.5)),
    "bool() of zero": lambda t: bool(t.tensor(0.0)),
    "bool() of a number": lambda t: bool(t.tensor([2])),
    "an index": lambda t: ["a", "b", "c"][t.tensor(1)],
    "a range to it": lambda t: list(range(t.tensor(3))),
    "format": lambda t: format(t.tensor(1.23456), ".2f"),
    "format of an integer": lambda t: f"{t.tensor(2):>3d}",
    "format without a spec": lambda t: f"{t.tensor(1.5, requires_grad=True)}",
    "format of many": lambda t: f"{t.tensor([1.5, 2])}",
    "len": lambda t: len(t.zeros(3, 2)),
    "iteration": lambda t: [x.tolist() for x in t.tensor([[1, 2], [3, 4]])],
    "unpacking": lambda t: sum(x.item() for x in t.tensor([1, 2, 3])),
    "in": lambda t: 2 in t.tensor([1, 2]),
    "not in": lambda t: 5 in t.tensor([1, 2]),
    "a Tensor in": lambda t: t.tensor(2.0) in t.tensor([1.0, 2.0]),
}


@pytest.mark.parametrize("make", CONVERTED.values(), ids=CONVERTED)
def test_as_in_torch(torch, make):
    alike(make(tg), make(torch))


def test_to_is_itself_unless_a_copy_is_asked_for():
    x = tg.tensor([1.0], requires_grad=True)
    assert x.to(tg.float32) is x
    assert x.float() is x
    copied = x.to(tg.float32, copy=True)
    assert copied is not x
    (copied * 3).sum().backward()
    assert x.grad.tolist() == [3]


def test_a_cast_passes_the_gradient_in_its_own_dtype():
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    (x.double() * tg.tensor([3.0, 4.0], dtype=tg.float64)).sum().backward()
    assert x.grad.tolist() == [3, 4]
    assert x.grad.dtype == tg.float32


@pytest.mark.parametrize(
    ("kind", "sentence", "make"),
    [
        (
            RuntimeError,
            "there is no device 'cuda' here; tensorgrad computes on the CPU, device='cpu'",
            lambda: tg.zeros(1).to("cuda"),
        ),
        (
            RuntimeError,
            "numpy() on a Tensor that requires grad would lose its gradient; use tensor.detach().numpy() instead",
            lambda: tg.ones(1, requires_grad=True).numpy(),
        ),
        (
            RuntimeError,
            "numpy() on a Tensor that requires grad would lose its gradient; use tensor.detach().numpy() instead",
            lambda: np.asarray(tg.ones(1, requires_grad=True)),
        ),
        (
            RuntimeError,
            "item(): a Tensor with 2 elements cannot be converted to Scalar; "
            "it needs exactly one, reduce it or index it first",
            lambda: tg.zeros(2).item(),
        ),
        (
            RuntimeError,
            "Boolean value of a Tensor with 2 elements is ambiguous; use .any() or .all()",
            lambda: bool(tg.zeros(2)),
        ),
        (
            RuntimeError,
            "Boolean value of a Tensor with 0 elements is ambiguous; use .any() or .all()",
            lambda: bool(tg.zeros(0)),
        ),
        (
            TypeError,
            "only integer tensors of a single element can be an index, but this is float32()",
            lambda: [1, 2][tg.tensor(1.0)],
        ),
        (
            TypeError,
            "only integer tensors of a single element can be an index, but this is int64(2,)",
            lambda: [1, 2][tg.tensor([0, 1])],
        ),
        (TypeError, "len() of a 0-d tensor; it is a single number, see item()", lambda: len(tg.tensor(1.0))),
        (TypeError, "iteration over a 0-d tensor; it is a single number, see item()", lambda: list(tg.tensor(1.0))),
    ],
)
def test_what_is_refused(kind, sentence, make):
    refused(kind, sentence, make)


@pytest.mark.parametrize("convert", [float, int, lambda x: x.item()])
def test_many_elements_are_no_number(convert):
    with pytest.raises(RuntimeError, match="a Tensor with 2 elements cannot be converted to Scalar"):
        convert(tg.zeros(2))
    with pytest.raises(ValueError, match="a Tensor with 2 elements cannot be converted to Scalar"):
        convert(tg.zeros(2))
    with pytest.raises(TypeError, match=r"a format such as '.2f' is for a single number, but this has shape"):
        format(tg.zeros(2), ".2f")
