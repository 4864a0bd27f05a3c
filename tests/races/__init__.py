"""Doing things at the same moment: twenty people, each over a connection of their own, and one order that comes out.

A round is one such moment; the suite runs a few of each, and

    RACE_ROUNDS=1000 .venv/bin/python -m pytest -n 0 tests/races

a thousand of each. `RACE_SEED` repeats the order in which they start, and the microseconds that each waits.
"""
