"""Takes times fairly: contenders in turn, so that a busy machine slows all of them alike, and medians."""

import gc
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to get an answer.

    Attributes:
        run: gets the answer.
        within: what it runs in, such as a transaction; entering and leaving are not timed.
        every: takes part in each so-manieth round; a slow one need not wait its turn as often for a stable median.
    """

    run: Callable[[], object]
    within: Callable[[], AbstractContextManager[object]] = nullcontext
    every: int = 1

    def answer(self) -> object:
        """Run once, untimed."""
        with self.within():
            return self.run()

    def time(self) -> float:
        """Run once; return how many milliseconds it took."""
        with self.within():
            start = perf_counter()
            self.run()
            return (perf_counter() - start) * 1000


def medians(contenders: Mapping[str, Contender], *, rounds: int) -> dict[str, float]:
    """Return the median time of each contender in milliseconds.

    Everybody runs once before the clock starts. The order turns around each round: who comes after the slowest finds
    the processor's caches cold.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender.answer()
    gc.disable()
    try:
        for number in range(rounds):
            turn = list(contenders.items())
            for name, contender in turn if number % 2 else reversed(turn):
                if number % contender.every == 0:
                    times[name].append(contender.time())
            gc.collect(0)
    finally:
        gc.enable()
    return {name: median(taken) for name, taken in times.items()}
