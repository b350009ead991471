"""Grad modes: no_grad, enable_grad and set_grad_enabled as blocks, decorators and switches, in each thread."""

import threading

import pytest

import tensorgrad as tg


def recorded():
    return (tg.tensor([1.0], requires_grad=True) * 2).requires_grad


def test_no_grad_holds_inside_the_block():
    assert recorded()
    with tg.no_grad():
        assert not recorded()
        assert not tg.is_grad_enabled()
        with tg.enable_grad():
            assert recorded()
        assert not recorded()
    assert recorded()


def test_the_mode_comes_back_after_an_error():
    with pytest.raises(KeyError), tg.no_grad():
        raise KeyError
    assert tg.is_grad_enabled()


@pytest.mark.parametrize("decorate", [tg.no_grad, tg.no_grad()], ids=["bare", "called"])
def test_no_grad_as_a_decorator(decorate):
    @decorate
    def count(n):
        """Counts down."""
        return [*count(n - 1), recorded()] if n else []

    assert count(3) == [False] * 3
    assert count(1) == [False]
    assert recorded()
    assert (count.__name__, count.__doc__) == ("count", "Counts down.")


@pytest.mark.parametrize("decorate", [tg.enable_grad, tg.enable_grad()], ids=["bare", "called"])
def test_enable_grad_as_a_decorator(decorate):
    with tg.no_grad():
        assert decorate(recorded)()
        assert not recorded()


def test_one_block_can_be_entered_by_recursion():
    def down(n):
        with tg.no_grad():
            assert not recorded()
            if n:
                down(n - 1)
            assert not recorded()

    down(5)
    assert recorded()


def test_set_grad_enabled_as_a_switch_and_as_a_block():
    with tg.set_grad_enabled(False):
        assert not recorded()
        with tg.set_grad_enabled(True):
            assert recorded()
        assert not recorded()
    assert recorded()
    tg.set_grad_enabled(False)
    try:
        assert not recorded()
    finally:
        tg.set_grad_enabled(True)
    assert recorded()


def test_each_thread_has_its_own_mode():
    inside, done, seen = threading.Event(), threading.Event(), []

    def work():
        seen.append(recorded())
        with tg.no_grad():
            inside.set()
            done.wait(10)
            seen.append(recorded())

    thread = threading.Thread(target=work)
    with tg.no_grad():
        thread.start()
    assert inside.wait(10)
    assert recorded()
    done.set()
    thread.join()
    assert seen == [True, False]


def test_what_is_made_under_no_grad_may_still_want_a_gradient():
    with tg.no_grad():
        x = tg.tensor([2.0], requires_grad=True)
        assert x.requires_grad
    (x * 3).backward()
    assert x.grad.tolist() == [3]


@pytest.mark.parametrize("library", ["tensorgrad", "torch"])
@pytest.mark.parametrize("name", ["no_grad", "inference_mode"])
def test_a_generator_has_the_mode_while_it_computes(library, name):
    m = pytest.importorskip(library)
    seen = []

    @getattr(m, name)()
    def numbers():
        try:
            seen.append((yield m.is_grad_enabled()))
            yield m.is_grad_enabled()
        except KeyError:
            yield "thrown", m.is_grad_enabled()
        finally:
            seen.append(m.is_grad_enabled())

    generator = numbers()
    assert next(generator) is False
    assert m.is_grad_enabled()
    assert generator.send("sent") is False
    assert generator.throw(KeyError()) == ("thrown", False)
    generator.close()
    assert seen == ["sent", False]
    assert m.is_grad_enabled()
    assert list(numbers()) == [False, False]
