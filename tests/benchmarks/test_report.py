"""What is reported: shapes and promises, never times."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks import report, run
from benchmarks.measure import Contender, medians
from benchmarks.report import PROMISED_AT, Case, Row, WrongAnswer, targets


def row(ours: float, floor: float | None, peer: float | None, **more: object) -> Row:
    values = {"name": "page", "size": PROMISED_AT, "is_page": True, **more}
    return Row(ours=ours, floor=floor, peer=peer, **values)  # type: ignore[arg-type]


def verdicts(*rows: Row) -> list[bool]:
    return [target.met for target in targets(rows)]


@pytest.mark.parametrize(
    ("ours", "floor", "peer", "met"),
    [
        (2.5, 1.0, 62.5, [True, True]),
        (2.6, 1.0, 100.0, [False, True]),
        (2.0, 1.0, 49.9, [True, False]),
        (9.0, 1.0, 10.0, [False, False]),
    ],
)
def test_a_page_is_promised_within_its_floor_and_far_below_guardian(
    ours: float, floor: float, peer: float, met: list[bool]
) -> None:
    assert verdicts(row(ours, floor, peer)) == met


def test_nothing_is_promised_of_other_sizes_or_of_what_is_no_page() -> None:
    assert verdicts(row(9, 1, 10, size=10_000), row(9, 1, 10, is_page=False)) == []


def test_without_a_contender_there_is_no_promise_about_it() -> None:
    assert verdicts(row(1, 1, None)) == [True]


def test_a_missed_target_is_said_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert run._judge([row(9, 1, 1000)]) == 1
    assert "MISSED  page: at most 2.5 times the floor; measured 9.00" in capsys.readouterr().out
    assert run._judge([row(1, 1, 1000)]) == 0
    assert run._judge([row(9, 1, 1000, size=10)]) == 0


def test_the_report_has_one_object_for_each_row(tmp_path: Path) -> None:
    report.write([row(2, 1, 100), row(3, None, None, name="step", is_page=False)], tmp_path / "new" / "report.json")
    page, step = json.loads((tmp_path / "new" / "report.json").read_text())
    assert page == {
        "name": "page",
        "size": PROMISED_AT,
        "unit": "ms",
        "ours": 2,
        "floor": 1,
        "peer": 100,
        "ratio_to_floor": 2.0,
        "ratio_to_peer": 0.02,
    }
    assert page.keys() == step.keys()
    assert [step[key] for key in ("floor", "peer", "ratio_to_floor", "ratio_to_peer")] == [None] * 4


def test_the_table_has_a_line_for_each_row() -> None:
    lines = report.table([row(2, 1, 100), row(3, None, None, name="step")]).splitlines()
    assert lines[0].startswith("1,000,000 notes")
    assert lines[1].split() == ["page", "2.00", "1.00", "100.0", "2.00", "50"]
    assert lines[2].split() == ["step", "3.00", "-", "-", "-", "-"]


def test_whoever_answers_wrongly_is_named_and_nothing_is_measured() -> None:
    case = Case("page", ours=Contender(lambda: [2, 1]), peer=Contender(lambda: [1, 2]))
    with pytest.raises(WrongAnswer, match="page: peer answered"):
        case.require([2, 1])


def test_everybody_takes_part_in_turn_and_within_what_they_need() -> None:
    seen: list[str] = []

    @contextmanager
    def within() -> Iterator[None]:
        seen.append("(")
        yield
        seen.append(")")

    often = Contender(lambda: seen.append("often"), within=within)
    seldom = Contender(lambda: seen.append("seldom"), every=2)
    assert set(medians({"often": often, "seldom": seldom}, rounds=3)) == {"often", "seldom"}
    # once each before the clock starts; then the order turns around each round
    assert "".join(seen) == "(often)seldom" + "seldom(often)" + "(often)" + "seldom(often)"


def test_a_database_in_use_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--sizes", "10"]) == 1
    assert "This database is in use" in capsys.readouterr().out
