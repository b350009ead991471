"""tensorgrad: micrograd lifted to NumPy arrays.

A Tensor is an array with a gradient; ``nn`` has modules, ``optim`` optimizers, ``utils.data`` loaders and ``datasets``
data, all with PyTorch's names.  ``engine.py`` is where to start reading.
"""

import importlib as _importlib
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import Any as _Any

from . import allocator as _allocator
from . import autograd as autograd
from . import cuda as cuda
from . import linalg as linalg
from . import nn as nn
from . import optim as optim
from . import utils as utils
from .conversion import is_tensor as is_tensor
from .creation import arange as arange
from .creation import as_tensor as as_tensor
from .creation import empty as empty
from .creation import empty_like as empty_like
from .creation import eye as eye
from .creation import from_dlpack as from_dlpack
from .creation import from_numpy as from_numpy
from .creation import full as full
from .creation import full_like as full_like
from .creation import linspace as linspace
from .creation import logspace as logspace
from .creation import ones as ones
from .creation import ones_like as ones_like
from .creation import tensor as tensor
from .creation import tril_indices as tril_indices
from .creation import triu_indices as triu_indices
from .creation import where as where
from .creation import zeros as zeros
from .creation import zeros_like as zeros_like
from .devices import device as device
from .dtypes import bool as bool
from .dtypes import can_cast as can_cast
from .dtypes import double as double
from .dtypes import dtype as dtype
from .dtypes import finfo as finfo
from .dtypes import float as float
from .dtypes import float16 as float16
from .dtypes import float32 as float32
from .dtypes import float64 as float64
from .dtypes import get_default_dtype as get_default_dtype
from .dtypes import half as half
from .dtypes import iinfo as iinfo
from .dtypes import int as int
from .dtypes import int8 as int8
from .dtypes import int16 as int16
from .dtypes import int32 as int32
from .dtypes import int64 as int64
from .dtypes import long as long
from .dtypes import promote_types as promote_types
from .dtypes import result_type as result_type
from .dtypes import set_default_dtype as set_default_dtype
from .dtypes import short as short
from .dtypes import uint8 as uint8
from .errors import of_tensors as _of_tensors
from .generator import Generator as Generator
from .grad_mode import enable_grad as enable_grad
from .grad_mode import inference_mode as inference_mode
from .grad_mode import is_grad_enabled as is_grad_enabled
from .grad_mode import no_grad as no_grad
from .grad_mode import set_grad_enabled as set_grad_enabled
from .nn.functional import avg_pool1d as avg_pool1d
from .nn.functional import bilinear as bilinear
from .nn.functional import conv1d as conv1d
from .nn.functional import conv2d as conv2d
from .nn.functional import cosine_similarity as cosine_similarity
from .nn.functional import group_norm as group_norm
from .nn.functional import layer_norm as layer_norm
from .nn.functional import max_pool1d as max_pool1d
from .nn.functional import max_pool2d as max_pool2d
from .nn.functional import pairwise_distance as pairwise_distance
from .nn.functional import rms_norm as rms_norm
from .nn.functional.bare import batch_norm as batch_norm
from .nn.functional.bare import dropout as dropout
from .nn.functional.bare import embedding as embedding
from .ops.compare import isin as isin
from .ops.einsum import einsum as einsum
from .ops.einsum import tensordot as tensordot
from .ops.join import broadcast_tensors as broadcast_tensors
from .ops.join import cat as cat
from .ops.join import concat as concat
from .ops.join import concatenate as concatenate
from .ops.join import dstack as dstack
from .ops.join import hstack as hstack
from .ops.join import meshgrid as meshgrid
from .ops.join import stack as stack
from .ops.join import vstack as vstack
from .ops.parts import split as split
from .ops.reduce import std_mean as std_mean
from .ops.reduce import var_mean as var_mean
from .print_options import set_printoptions as set_printoptions
from .profiler import profile as profile
from .random import default_generator as default_generator
from .random import get_rng_state as get_rng_state
from .random import initial_seed as initial_seed
from .random import manual_seed as manual_seed
from .random import normal as normal
from .random import rand as rand
from .random import rand_like as rand_like
from .random import randint as randint
from .random import randint_like as randint_like
from .random import randn as randn
from .random import randn_like as randn_like
from .random import randperm as randperm
from .random import seed as seed
from .random import set_rng_state as set_rng_state
from .serialization import load as load
from .serialization import save as save
from .size import Size as Size
from .tensor import Tensor as Tensor
from .threads import get_num_threads as get_num_threads
from .threads import set_num_threads as set_num_threads

__version__ = "0.1.0"
_allocator.keep_freed_memory()


def __getattr__(name: str) -> _Any:
    """What not every program needs is imported when it is first asked for: together it takes as long as the rest."""
    if name in ("datasets", "interop", "scalar", "viz"):
        return _importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# The functions of the same name as a method are the method; so its first argument is called input, not self.
abs, exp, log, sqrt, neg = Tensor.abs, Tensor.exp, Tensor.log, Tensor.sqrt, Tensor.neg
tanh, sigmoid, relu, clamp = Tensor.tanh, Tensor.sigmoid, Tensor.relu, Tensor.clamp
add, sub, mul, div, pow, matmul = Tensor.add, Tensor.sub, Tensor.mul, Tensor.div, Tensor.pow, Tensor.matmul
maximum, minimum, max, min = Tensor.maximum, Tensor.minimum, Tensor.max, Tensor.min
amax, amin, argmax, argmin = Tensor.amax, Tensor.amin, Tensor.argmax, Tensor.argmin
sum, mean, var, all, any = Tensor.sum, Tensor.mean, Tensor.var, Tensor.all, Tensor.any
eq, ne, lt, le, gt, ge = Tensor.eq, Tensor.ne, Tensor.lt, Tensor.le, Tensor.gt, Tensor.ge
greater, greater_equal, less, less_equal, not_equal = gt, ge, lt, le, ne
reshape, transpose, permute, flatten = Tensor.reshape, Tensor.transpose, Tensor.permute, Tensor.flatten
squeeze, unsqueeze, take_along_dim = Tensor.squeeze, Tensor.unsqueeze, Tensor.take_along_dim
softmax, log_softmax, clone, detach = Tensor.softmax, Tensor.log_softmax, Tensor.clone, Tensor.detach
zero_, fill_, clamp_, detach_ = Tensor.zero_, Tensor.fill_, Tensor.clamp_, Tensor.detach_
# reductions, order, counts, linear algebra
prod, std, logsumexp, norm, cumsum, cumprod = (
    Tensor.prod, Tensor.std, Tensor.logsumexp, Tensor.norm, Tensor.cumsum, Tensor.cumprod
)  # fmt: skip
sort, argsort, topk, median, count_nonzero = (
    Tensor.sort, Tensor.argsort, Tensor.topk, Tensor.median, Tensor.count_nonzero
)  # fmt: skip
bincount, histc, histogram = Tensor.bincount, Tensor.histc, Tensor.histogram
aminmax, unique = Tensor.aminmax, Tensor.unique
mm, bmm, mv, dot, outer, addmm, baddbmm = (
    Tensor.mm, Tensor.bmm, Tensor.mv, Tensor.dot, Tensor.outer, Tensor.addmm, Tensor.baddbmm
)  # fmt: skip
inverse, det, slogdet, cholesky = Tensor.inverse, Tensor.det, Tensor.slogdet, Tensor.cholesky
# elementwise
subtract, multiply, divide, true_divide = Tensor.subtract, Tensor.multiply, Tensor.divide, Tensor.true_divide
negative, positive, absolute, addcdiv = Tensor.negative, Tensor.positive, Tensor.absolute, Tensor.addcdiv
clip, sign, square, rsqrt, reciprocal, lerp, addcmul = (
    Tensor.clip, Tensor.sign, Tensor.square, Tensor.rsqrt, Tensor.reciprocal, Tensor.lerp, Tensor.addcmul
)  # fmt: skip
clamp_min, clamp_max, nan_to_num = Tensor.clamp_min, Tensor.clamp_max, Tensor.nan_to_num
floor, ceil, trunc, fix, round, frac, floor_divide = (
    Tensor.floor, Tensor.ceil, Tensor.trunc, Tensor.fix, Tensor.round, Tensor.frac, Tensor.floor_divide
)  # fmt: skip
remainder, fmod = Tensor.remainder, Tensor.fmod
exp2, expm1, log1p, log2, log10, logaddexp, erf = (
    Tensor.exp2, Tensor.expm1, Tensor.log1p, Tensor.log2, Tensor.log10, Tensor.logaddexp, Tensor.erf
)  # fmt: skip
sin, cos, tan, asin, acos, atan, atan2 = (
    Tensor.sin, Tensor.cos, Tensor.tan, Tensor.asin, Tensor.acos, Tensor.atan, Tensor.atan2
)  # fmt: skip
sinh, cosh, asinh, acosh, atanh = Tensor.sinh, Tensor.cosh, Tensor.asinh, Tensor.acosh, Tensor.atanh
arcsin, arccos, arctan, arctan2, arcsinh, arccosh, arctanh = (
    Tensor.arcsin, Tensor.arccos, Tensor.arctan, Tensor.arctan2, Tensor.arcsinh, Tensor.arccosh, Tensor.arctanh
)  # fmt: skip
isclose, allclose, equal, isnan, isinf, isfinite, logical_and = (
    Tensor.isclose, Tensor.allclose, Tensor.equal, Tensor.isnan, Tensor.isinf, Tensor.isfinite, Tensor.logical_and
)  # fmt: skip
logical_or, logical_not, logical_xor = Tensor.logical_or, Tensor.logical_not, Tensor.logical_xor
# shape, parts, arrangement, index
swapaxes, swapdims, movedim, moveaxis, t = (
    Tensor.swapaxes, Tensor.swapdims, Tensor.movedim, Tensor.moveaxis, Tensor.t
)  # fmt: skip
unflatten, broadcast_to, numel, is_floating_point = (
    Tensor.unflatten, Tensor.broadcast_to, Tensor.numel, Tensor.is_floating_point
)  # fmt: skip
ravel, is_nonzero = Tensor.ravel, Tensor.is_nonzero
select, narrow, chunk, tensor_split = Tensor.select, Tensor.narrow, Tensor.chunk, Tensor.tensor_split
unbind, diagonal, flip, fliplr, flipud, roll = (
    Tensor.unbind, Tensor.diagonal, Tensor.flip, Tensor.fliplr, Tensor.flipud, Tensor.roll
)  # fmt: skip
tril, triu, diag, diag_embed, tile = Tensor.tril, Tensor.triu, Tensor.diag, Tensor.diag_embed, Tensor.tile
repeat_interleave, index_select, gather = Tensor.repeat_interleave, Tensor.index_select, Tensor.gather
scatter, scatter_add, index_add, take = Tensor.scatter, Tensor.scatter_add, Tensor.index_add, Tensor.take
masked_fill, masked_select, nonzero = Tensor.masked_fill, Tensor.masked_select, Tensor.nonzero
# random
bernoulli, multinomial = Tensor.bernoulli, Tensor.multinomial
# As methods they are asked of Tensors alone; as functions they say what else they were given.
for _name in (
    "all", "allclose", "any", "broadcast_to", "chunk", "clamp_max", "clamp_min", "detach", "diag", "fliplr",
    "flipud", "is_floating_point", "masked_select", "movedim", "moveaxis", "narrow", "nonzero", "numel",
    "positive", "ravel", "repeat_interleave", "select", "swapaxes", "swapdims", "t", "take", "tensor_split",
    "tile", "unbind", "unflatten",
):  # fmt: skip
    globals()[_name] = _of_tensors(globals()[_name])
