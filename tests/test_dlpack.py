"""Memory shared with other libraries by DLPack, and what is refused; with PyTorch, see test_interop.py, too."""

import numpy as np
import pytest
from expectations import refused

import tensorgrad as tg


def test_numpy_takes_a_tensor_by_dlpack():
    own = tg.arange(3.0)
    array = np.from_dlpack(own)
    assert np.shares_memory(array, own.numpy())
    assert own.__dlpack_device__() == (1, 0)


def test_dlpack_refuses_a_gradient(torch):
    sentence = "can't export a Tensor that requires grad, as that would lose its gradient; use tensor.detach() instead"
    own = tg.ones(2, requires_grad=True)
    refused(BufferError, sentence, own.__dlpack__)
    refused(BufferError, sentence, torch.from_dlpack, own)
    begin = "from_dlpack: the memory cannot be shared: "
    with pytest.raises(BufferError, match=f"^{begin}Can't export tensors that require gradient"):
        tg.from_dlpack(torch.ones(2, requires_grad=True))
    with pytest.raises(BufferError, match=f"^{begin}"):
        tg.from_dlpack(torch.ones(2, dtype=torch.bfloat16))


def test_dlpack_needs_the_protocol():
    sentence = "from_dlpack: expected an array with __dlpack__, but got list; use tensor() to copy it"
    refused(TypeError, sentence, tg.from_dlpack, [1.0])


def test_dlpack_keeps_read_only_memory_so():
    array = np.arange(3.0)
    array.flags.writeable = False
    own = tg.from_numpy(array)
    with pytest.raises(BufferError):
        own.__dlpack__()  # of a consumer that knows no read-only memory
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
        assert not np.from_dlpack(own).flags.writeable
        assert not tg.from_dlpack(array).numpy().flags.writeable


def test_dlpack_copies_what_steps_backwards(torch):
    own = tg.from_numpy(np.arange(4.0)[::-1])
    assert torch.from_dlpack(own).tolist() == [3, 2, 1, 0]
