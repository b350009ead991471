"""Benchmarks: ``python -m benchmarks`` from the repository root, ``python -m benchmarks --help`` for its options.

Every number is a comparison: the contestants take turns, so that a busy moment of the machine hits all, and compute
the same, which is checked before anything is timed.
"""
