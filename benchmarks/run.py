"""Builds the city, measures at each size, reports."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import monotonic

from django.core.management import call_command
from django.db import connections

from benchmarks import footprints, granting, pages, reminders, report, searches, upkeep, walls
from benchmarks.corpus import MANY, READERS, Corpus, Reader
from benchmarks.steps import Desk

OWNER = "owner"
SIZES = (10_000, 100_000, 1_000_000)
REPORT = Path("var/bench/report.json")
# The slow ones take part in a few rounds only, where there are many notes.
SLOW_ROUNDS = 3
PARTS = ("notes", "search", "walls", "reminders")
STARTED = monotonic()


def main(arguments: Sequence[str]) -> int:
    """Measure; return 1 where a target was missed or an answer was wrong, else 0."""
    parser = argparse.ArgumentParser(prog="make bench", description="Write var/bench/report.json.")
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=int,
        default=SIZES,
        metavar="N",
        help="how many notes, growing; of commitments, the most at once",
    )
    parser.add_argument("--rounds", type=int, default=60, help="how often each is measured (default: 60)")
    parser.add_argument("--only", choices=PARTS, help="leave the rest out of the measuring and of the report")
    options = parser.parse_args(arguments)
    if not _is_new():
        _say("This database is in use. Measuring fills it with made-up notes: start it through `make bench`.")
        return 1
    call_command("migrate", verbosity=0)
    corpus = Corpus(connections[OWNER])
    _say("the city is founded")
    rows: list[report.Row] = []
    parts = [options.only] if options.only else PARTS
    try:
        for size in sorted(options.sizes) if {"notes", "search", "walls"} & {*parts} else ():
            corpus.grow(size)
            _say(f"{size:,} notes are written")
            rows += _measure(corpus, parts=parts, rounds=options.rounds)
        if "reminders" in parts:
            of_reminders = reminders.measure(max(options.sizes), owner=OWNER)
            _say(f"reminders are measured\n\n{report.table(of_reminders, what='commitments')}\n")
            rows += of_reminders
    except report.WrongAnswer as error:
        _say(f"WRONG: {error}")
        return 1
    report.write(rows, REPORT)
    _say(f"written to {REPORT}")
    return _judge(rows)


def _measure(corpus: Corpus, *, parts: Sequence[str], rounds: int) -> list[report.Row]:
    readers, found = corpus.readers(), []
    if "notes" in parts:
        found += _measure_cases(_notes(readers, rounds=rounds), corpus, rounds=rounds)
    if "search" in parts:
        found += _measure_cases(searches.cases(readers, owner=OWNER), corpus, rounds=max(1, rounds // 3))
        found += _measure_cases(upkeep.cases(_desk(readers)), corpus, rounds=rounds)
    if "walls" in parts:
        desk = _desk(readers)
        found += _measure_cases([*walls.cases(readers, desk), *granting.cases(desk)], corpus, rounds=rounds)
        found += _measure_cases(footprints.cases(desk), corpus, rounds=rounds)
    return found


def _notes(readers: list[Reader], *, rounds: int) -> Iterator[report.Case]:
    slow = max(1, rounds // SLOW_ROUNDS)
    yield from pages.cases(readers, owner=OWNER, peer_every=slow)
    yield from _desk(readers).cases()


def _desk(readers: list[Reader]) -> Desk:
    by_name = {reader.name: reader for reader in readers}
    return Desk(next(by_name[name] for name, agency in READERS.items() if agency == MANY), owner=OWNER)


def _measure_cases(cases: Iterable[report.Case], corpus: Corpus, *, rounds: int) -> list[report.Row]:
    found = list(cases)
    _say("everybody answers as the oracle")
    rows = report.measure(found, size=corpus.size, rounds=rounds)
    _say(f"measured\n\n{report.table(rows)}\n")
    return rows


def _judge(rows: Sequence[report.Row]) -> int:
    parts = (report, pages, searches, walls, granting, footprints, reminders)
    targets = [target for part in parts for target in part.targets(rows)]
    if not targets:
        print(f"Targets are for {report.PROMISED_AT:,} notes or commitments.")
    for target in targets:
        print(target)
    return 0 if all(target.met for target in targets) else 1


def _is_new() -> bool:
    return OWNER in connections and not connections[OWNER].introspection.table_names()


def _say(text: str) -> None:
    """Print with the seconds since the start, at once."""
    print(f"{monotonic() - STARTED:6.0f} s  {text}", flush=True)
