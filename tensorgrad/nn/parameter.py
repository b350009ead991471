"""Parameter: a Tensor that a module learns.  Buffer: one that it keeps."""

from __future__ import annotations

from typing import Any

from .. import dtypes
from ..printing import tensor_repr
from ..tensor import Tensor


class Parameter(Tensor):
    """A Tensor that a module learns: as an attribute of a Module it is among its ``parameters()``.

    Args:
        data: the Tensor whose memory to use.
        requires_grad: whether it is trained.

    >>> import tensorgrad as tg
    >>> tg.nn.Parameter(tg.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter: needs a Tensor, but got {type(data).__name__}; make one with tensor(...)")
        self._data = data._array()
        self._node = None
        self.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        """As PyTorch prints it."""
        return tensor_repr(self._array(), self.requires_grad, "", "Parameter", dtypes.numpy_dtype())


class Buffer(Tensor):
    """A Tensor that is part of a module and not trained: as an attribute of a Module it is among its ``buffers()``.

    Args:
        data: the Tensor whose memory to use.
        persistent: whether it is saved, in the module's ``state_dict()``.

    >>> import tensorgrad as tg
    >>> module = tg.nn.Module()
    >>> module.mean = tg.nn.Buffer(tg.zeros(2))
    >>> module.state_dict()
    {'mean': tensor([0., 0.])}
    """

    __slots__ = ("persistent",)

    def __init__(self, data: Any, *, persistent: bool = True) -> None:
        if not isinstance(data, Tensor):
            raise TypeError(f"Buffer: needs a Tensor, but got {type(data).__name__}; make one with tensor(...)")
        self._data = data._array()
        self._node = None
        self.persistent = persistent

    def __reduce__(self) -> Any:
        """For copy.deepcopy and pickle."""
        return _buffer, (self.detach(), self.persistent)


def _buffer(data: Tensor, persistent: bool) -> Buffer:
    return Buffer(data, persistent=persistent)
