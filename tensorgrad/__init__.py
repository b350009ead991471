"""tensorgrad: micrograd lifted to NumPy arrays.

A Tensor is an array with a gradient; ``nn`` has modules, ``optim`` optimizers, ``utils.data`` loaders and ``datasets``
data, all with PyTorch's names.  ``engine.py`` is where to start reading.
"""

from . import datasets as datasets
from . import nn as nn
from . import optim as optim
from . import scalar as scalar
from . import utils as utils
from . import viz as viz
from .creation import arange as arange
from .creation import as_tensor as as_tensor
from .creation import cat as cat
from .creation import empty as empty
from .creation import eye as eye
from .creation import from_numpy as from_numpy
from .creation import full as full
from .creation import full_like as full_like
from .creation import linspace as linspace
from .creation import ones as ones
from .creation import ones_like as ones_like
from .creation import stack as stack
from .creation import tensor as tensor
from .creation import where as where
from .creation import zeros as zeros
from .creation import zeros_like as zeros_like
from .dtypes import bool as bool
from .dtypes import double as double
from .dtypes import float as float
from .dtypes import float16 as float16
from .dtypes import float32 as float32
from .dtypes import float64 as float64
from .dtypes import get_default_dtype as get_default_dtype
from .dtypes import half as half
from .dtypes import int as int
from .dtypes import int8 as int8
from .dtypes import int16 as int16
from .dtypes import int32 as int32
from .dtypes import int64 as int64
from .dtypes import long as long
from .dtypes import set_default_dtype as set_default_dtype
from .dtypes import short as short
from .dtypes import uint8 as uint8
from .generator import Generator as Generator
from .grad_mode import enable_grad as enable_grad
from .grad_mode import is_grad_enabled as is_grad_enabled
from .grad_mode import no_grad as no_grad
from .grad_mode import set_grad_enabled as set_grad_enabled
from .print_options import set_printoptions as set_printoptions
from .random import default_generator as default_generator
from .random import get_rng_state as get_rng_state
from .random import initial_seed as initial_seed
from .random import manual_seed as manual_seed
from .random import normal as normal
from .random import rand as rand
from .random import rand_like as rand_like
from .random import randint as randint
from .random import randn as randn
from .random import randn_like as randn_like
from .random import randperm as randperm
from .random import set_rng_state as set_rng_state
from .serialization import load as load
from .serialization import save as save
from .tensor import Tensor as Tensor

__version__ = "0.1.0"

# The functions of the same name as a method are the method.
abs, exp, log, sqrt, neg = Tensor.abs, Tensor.exp, Tensor.log, Tensor.sqrt, Tensor.neg
tanh, sigmoid, relu, clamp = Tensor.tanh, Tensor.sigmoid, Tensor.relu, Tensor.clamp
add, sub, mul, div, pow, matmul = Tensor.add, Tensor.sub, Tensor.mul, Tensor.div, Tensor.pow, Tensor.matmul
maximum, minimum, max, min = Tensor.maximum, Tensor.minimum, Tensor.max, Tensor.min
amax, amin, argmax, argmin = Tensor.amax, Tensor.amin, Tensor.argmax, Tensor.argmin
sum, mean, var, all, any = Tensor.sum, Tensor.mean, Tensor.var, Tensor.all, Tensor.any
eq, ne, lt, le, gt, ge = Tensor.eq, Tensor.ne, Tensor.lt, Tensor.le, Tensor.gt, Tensor.ge
reshape, transpose, permute, flatten = Tensor.reshape, Tensor.transpose, Tensor.permute, Tensor.flatten
squeeze, unsqueeze, take_along_dim = Tensor.squeeze, Tensor.unsqueeze, Tensor.take_along_dim
softmax, log_softmax, clone = Tensor.softmax, Tensor.log_softmax, Tensor.clone
