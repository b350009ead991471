"""What tests of many kinds expect: a refusal in one sentence, or the very Tensor that PyTorch gives."""

import pytest

import tensorgrad as tg


def refused(kind, sentence, function, *args, **options):
    with pytest.raises(kind) as caught:
        function(*args, **options)
    assert str(caught.value) == sentence


def alike(own, theirs):
    """Of the same shape, dtype, numbers and flag; or equal, if no Tensors."""
    if not isinstance(own, tg.Tensor):
        assert type(own) is type(theirs)
        assert own == theirs
        return
    assert repr(own.shape) == repr(theirs.shape)
    assert repr(own.dtype) == repr(theirs.dtype)
    assert own.requires_grad == theirs.requires_grad
    assert own.tolist() == theirs.tolist()
