"""Takes times fairly: contenders in turn, so that a busy machine slows all of them alike, and medians."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to get an answer.

    Attributes:
        run: gets the answer.
        every: takes part in each so-manieth round; a slow one need not wait its turn as often for a stable median.
    """

    run: Callable[[], object]
    every: int = 1


def medians(contenders: Mapping[str, Contender], *, rounds: int) -> dict[str, float]:
    """Return the median time of each contender in milliseconds.

    Everybody runs once before the clock starts. The order turns around each round: who comes after the slowest finds
    the processor's caches cold.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender.run()
    gc.disable()
    try:
        for number in range(rounds):
            turn = list(contenders.items())
            for name, contender in turn if number % 2 else reversed(turn):
                if number % contender.every == 0:
                    start = perf_counter()
                    contender.run()
                    times[name].append((perf_counter() - start) * 1000)
            gc.collect(0)
    finally:
        gc.enable()
    return {name: median(taken) for name, taken in times.items()}
