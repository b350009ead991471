"""The class dtype against torch.dtype, what NumPy makes of it, and what functions take as their ``dtype``."""

import copy
import itertools
import pickle

import numpy as np
import pytest
from against_torch import torch
from expectations import refused

import tensorgrad as tg

NAMES = "float16 half float32 float float64 double uint8 int8 int16 short int32 int int64 long bool".split()  # noqa: SIM905
CALLS = {
    "get_default_dtype": lambda t: t.get_default_dtype(),
    "promote_types": lambda t: t.promote_types(t.int32, t.float16),
    "promote_types of Python's": lambda t: t.promote_types(int, t.float32),
    "can_cast of Python's": lambda t: t.can_cast(float, t.int64),
    "result_type": lambda t: t.result_type(t.tensor([1]), 1.0),
    "finfo": lambda t: (t.finfo(t.float32).dtype, t.finfo(float), t.iinfo(int)),
    "dtype of a Tensor": lambda t: t.tensor([1.0]).dtype,
    "dtype of a gradient": lambda t: t.nn.Linear(2, 2).double().weight.dtype,
    "zeros of float": lambda t: t.zeros(2, dtype=float),
    "zeros of int": lambda t: t.zeros(2, dtype=int),
    "zeros of bool": lambda t: t.zeros(2, dtype=bool),
    "to float": lambda t: t.zeros(2).to(float),
    "to int": lambda t: t.ones(2).to(int),
    "to by name": lambda t: t.ones(2).to(dtype=t.int16),
    "a module to float": lambda t: t.nn.Linear(2, 2).to(float).weight.dtype,
    "a module of float": lambda t: t.nn.Linear(2, 2, dtype=float).weight.dtype,
    "sum": lambda t: t.ones(2).sum(dtype=t.int32),
    "mean": lambda t: t.tensor([1, 2]).mean(dtype=t.float64),
    "prod": lambda t: t.ones(2).prod(dtype=int),
    "cumsum": lambda t: t.ones(2).cumsum(0, dtype=t.int8),
    "softmax": lambda t: t.tensor([1, 2]).softmax(0, t.float64),
    "norm": lambda t: t.linalg.vector_norm(t.ones(4), dtype=t.float64),
    "printed": lambda t: f"{t.float32} {t.int64!s:>12} {[t.bool]!r} %s" % t.half,
    "printed in a Tensor": lambda t: [t.tensor([1, 2], dtype=t.int32), t.zeros(0, dtype=t.uint8)],
    "printed in a list of one": lambda t: str(t.nn.ParameterList([t.zeros(2, 3)])),
    "printed in a list": lambda t: str(t.nn.ParameterList([t.zeros(2, 3), t.zeros(1).double()])),
    "a key": lambda t: {t.float32: 1, t.float64: 2}[t.zeros(2).dtype],
    "equal": lambda t: (t.float == t.float32, t.float32 == t.float64, t.float32 == "float32", t.float32 == np.float32),
    "true": lambda t: bool(t.float32),
    "copied": lambda t: copy.deepcopy(t.half) is copy.copy(t.float16) is t.float16,
    "pickled": lambda t: [pickle.loads(pickle.dumps(t.long, protocol)) is t.int64 for protocol in range(6)],
    "instances": lambda t: (isinstance(t.zeros(2).dtype, t.dtype), isinstance(np.dtype("float32"), t.dtype)),
    "class": lambda t: t.dtype.__name__,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_dtype_is_that_of_torch(name):
    own, theirs = getattr(tg, name), getattr(torch, name)
    assert (repr(own), str(own), f"{own}") == (repr(theirs),) * 3
    for attribute in ("is_floating_point", "is_complex", "is_signed", "itemsize"):
        x, y = getattr(own, attribute), getattr(theirs, attribute)
        assert (type(x), x) == (type(y), y)
    assert tg.zeros(2, dtype=own).dtype is own
    assert isinstance(own, tg.dtype)


@pytest.mark.parametrize("name", CALLS)
def test_as_in_torch(name):
    assert repr(CALLS[name](tg)) == repr(CALLS[name](torch))


def test_each_is_one_object():
    for a, b in itertools.product(NAMES, NAMES):
        own, theirs = getattr(tg, a) is getattr(tg, b), getattr(torch, a) is getattr(torch, b)
        assert own == theirs == (getattr(tg, a) == getattr(tg, b)), (a, b)


def test_numpy_takes_it_for_its_own():
    for name in ("float16", "float32", "float64", "uint8", "int32", "int64", "bool"):
        own, numpys = getattr(tg, name), np.dtype(name)
        assert np.dtype(own) is np.zeros(2, own).dtype is np.ones(2).astype(own).dtype is own.dtype is numpys
        assert own == numpys
        assert numpys == own
        assert hash(own) == hash(numpys)
    assert np.result_type(tg.float32, tg.int64) == np.float64
    assert np.issubdtype(tg.zeros(2).dtype, np.floating)
    assert np.finfo(tg.float32).bits == 32


@pytest.mark.parametrize("given", [np.float64, np.dtype("float64"), float, tg.double])
def test_numpys_dtypes_are_taken_as_well(given):
    assert tg.zeros(2, dtype=given).dtype is tg.float64
    assert tg.zeros(2).to(given).dtype is tg.float64
    assert tg.nn.Linear(2, 2).to(given).weight.dtype is tg.float64
    assert tg.ones(2).sum(dtype=given).dtype is tg.float64


def test_those_without_a_name_here_print_too():
    for name in ("uint16", "uint32", "uint64", "complex64", "complex128"):
        own = tg.from_numpy(np.zeros(2, name)).dtype
        theirs = getattr(torch, name)
        assert (repr(own), own.is_complex, own.is_signed) == (repr(theirs), theirs.is_complex, theirs.is_signed)
        assert pickle.loads(pickle.dumps(own)) is own
    assert tg.from_numpy(np.zeros(2, ">f4")).dtype is tg.float32


FACTORIES = {
    "zeros": lambda d: tg.zeros(2, dtype=d),
    "ones": lambda d: tg.ones(2, dtype=d),
    "empty": lambda d: tg.empty(2, dtype=d),
    "full": lambda d: tg.full((2,), 1, dtype=d),
    "tensor": lambda d: tg.tensor([1], dtype=d),
    "as_tensor": lambda d: tg.as_tensor([1], dtype=d),
    "as_tensor of a Tensor": lambda d: tg.as_tensor(tg.ones(2), dtype=d),
    "arange": lambda d: tg.arange(3, dtype=d),
    "linspace": lambda d: tg.linspace(0, 1, 3, dtype=d),
    "logspace": lambda d: tg.logspace(0, 1, 3, dtype=d),
    "eye": lambda d: tg.eye(2, dtype=d),
    "tril_indices": lambda d: tg.tril_indices(2, 2, dtype=d),
    "triu_indices": lambda d: tg.triu_indices(2, 2, dtype=d),
    "zeros_like": lambda d: tg.zeros_like(tg.ones(2), dtype=d),
    "ones_like": lambda d: tg.ones_like(tg.ones(2), dtype=d),
    "empty_like": lambda d: tg.empty_like(tg.ones(2), dtype=d),
    "full_like": lambda d: tg.full_like(tg.ones(2), 1, dtype=d),
    "new_tensor": lambda d: tg.ones(2).new_tensor([1], dtype=d),
    "new_empty": lambda d: tg.ones(2).new_empty(2, dtype=d),
    "new_zeros": lambda d: tg.ones(2).new_zeros(2, dtype=d),
    "new_ones": lambda d: tg.ones(2).new_ones(2, dtype=d),
    "new_full": lambda d: tg.ones(2).new_full((2,), 1, dtype=d),
    "rand": lambda d: tg.rand(2, dtype=d),
    "randn": lambda d: tg.randn(2, dtype=d),
    "normal": lambda d: tg.normal(0, 1, (2,), dtype=d),
    "randint": lambda d: tg.randint(3, (2,), dtype=d),
    "randperm": lambda d: tg.randperm(3, dtype=d),
    "rand_like": lambda d: tg.rand_like(tg.ones(2), dtype=d),
    "randn_like": lambda d: tg.randn_like(tg.ones(2), dtype=d),
    "randint_like": lambda d: tg.randint_like(tg.ones(2), 3, dtype=d),
    "to": lambda d: tg.ones(2).to(dtype=d),
    "sum": lambda d: tg.ones(2).sum(dtype=d),
    "mean": lambda d: tg.ones(2).mean(dtype=d),
    "prod": lambda d: tg.ones(2).prod(dtype=d),
    "cumsum": lambda d: tg.ones(2).cumsum(0, dtype=d),
    "cumprod": lambda d: tg.ones(2).cumprod(0, dtype=d),
    "softmax": lambda d: tg.ones(2).softmax(0, dtype=d),
    "log_softmax": lambda d: tg.ones(2).log_softmax(0, d),
    "norm": lambda d: tg.ones(2).norm(dtype=d),
    "vector_norm": lambda d: tg.linalg.vector_norm(tg.ones(2), dtype=d),
    "Linear": lambda d: tg.nn.Linear(2, 2, dtype=d).weight,
    "Embedding": lambda d: tg.nn.Embedding(2, 2, dtype=d).weight,
    "BatchNorm1d": lambda d: tg.nn.BatchNorm1d(2, dtype=d).weight,
}


@pytest.mark.parametrize("name", FACTORIES)
def test_a_name_is_no_dtype(name):
    assert FACTORIES[name](tg.float64).dtype is FACTORIES[name](float).dtype is tg.float64
    for wrong in ("float64", "a", 3):
        sentence = f"a dtype is tg.float32 or its like, or Python's float, int or bool, but got {wrong!r}"
        refused(TypeError, sentence, FACTORIES[name], wrong)


def test_functions_of_dtypes_take_no_names():
    for function in (
        lambda d: tg.promote_types(d, tg.int8),
        lambda d: tg.can_cast(tg.int8, d),
        tg.set_default_dtype,
        tg.finfo,
        tg.iinfo,
    ):
        sentence = "a dtype is tg.float32 or its like, or Python's float, int or bool, but got 'float64'"
        refused(TypeError, sentence, function, "float64")


def test_there_are_no_others():
    refused(
        TypeError, "cannot create 'dtype' instances; take tg.float32, tg.int64 or another that there is", tg.dtype, "a"
    )
    for t in (tg, torch):
        with pytest.raises(TypeError, match=r"cannot create '.*dtype' instances"):
            t.dtype()
        with pytest.raises(AttributeError):
            t.float32.itemsize = 1
        with pytest.raises(AttributeError):
            t.float32.anything = 1
        with pytest.raises(TypeError):
            sorted([t.float32, t.float64])
