"""The supervisor starts parts in order, keeps them running, and leaves nothing behind."""

import os
import signal
from pathlib import Path

import pytest

from tests.embedded.processes import Supervised, alive, eventually

IDLE = "note(f'up={os.getpid()}'); beget(); time.sleep(600)"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + IDLE


def part(name: str, code: str = IDLE, **more: object) -> dict[str, object]:
    return {"name": name, "code": code, **more}


def slow(name: str) -> dict[str, object]:
    code = (
        f"on_term('{name} stopped'); note('{name} started'); time.sleep(.1); open('{name}.ready', 'w'); time.sleep(600)"
    )
    return part(name, code, ready=f"{name}.ready")


def wait_for_ready(supervised: Supervised) -> None:
    assert supervised.process.stdout
    assert supervised.process.stdout.readline() == "all ready\n"


def watchdog_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_parts_start_one_after_the_other_and_stop_in_reverse(tmp_path: Path) -> None:
    step = part("step", "note('step done')", runs_once=True)
    with Supervised(tmp_path, slow("first"), step, slow("second")) as supervised:
        wait_for_ready(supervised)
        started = supervised.noted()
        supervised.process.terminate()
        code, output = supervised.end()

    assert started == ["first started", "step done", "second started"]
    assert supervised.noted()[3:] == ["second stopped", "first stopped"]
    assert (code, output) == (0, "Stopped.\n")


def test_a_part_that_dies_is_started_again(tmp_path: Path) -> None:
    with Supervised(tmp_path, part("mayfly"), first_pause=0.02) as supervised:
        wait_for_ready(supervised)
        eventually(lambda: len(supervised.processes()) == 2)
        os.kill(supervised.processes()[0], signal.SIGKILL)
        eventually(lambda: supervised.noted().count("up") == 2)
        first, child = supervised.processes()[:2]
        left = alive(first), alive(child)
        supervised.process.terminate()
        code, output = supervised.end()

    assert "mayfly died (exit code 137); starting it again" in output
    assert left == (False, False), "what the dead part had started must not run beside the new one"
    assert code == 0


def test_five_deaths_within_a_minute_end_it_and_name_part_and_log(tmp_path: Path) -> None:
    doomed = part(
        "doomed", "note(f'up={os.getpid()}'); open('ready', 'w'); time.sleep(.05); sys.exit(3)", ready="ready"
    )
    with Supervised(tmp_path, part("steady"), doomed) as supervised:
        code, output = supervised.end()

    assert code == 1
    assert output.count("doomed died (exit code 3); starting it again") == 4
    assert f"Stopped: doomed died 5 times within a minute; see {tmp_path / 'doomed.log'}" in output
    supervised.assert_nothing_left()


def test_a_step_that_fails_ends_the_start_and_shows_the_end_of_its_log(tmp_path: Path) -> None:
    step = part("step", "print('the disk is full'); sys.exit(2)", runs_once=True)
    with Supervised(tmp_path, part("steady"), step, part("never")) as supervised:
        code, output = supervised.end()

    assert code == 1
    assert "Stopped: step ended with exit code 2" in output
    assert "the disk is full" in output
    assert str(tmp_path / "step.log") in output
    assert supervised.noted().count("up") <= 1


def test_a_program_that_does_not_exist_is_reported_with_its_name(tmp_path: Path) -> None:
    with Supervised(tmp_path, part("step", "os.execv('/nowhere/program', ['program'])", runs_once=True)) as supervised:
        code, output = supervised.end()

    assert code == 1
    assert "No such file or directory" in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_request_to_stop_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with Supervised(tmp_path, part("plain"), part("stubborn", STUBBORN)) as supervised:
        wait_for_ready(supervised)
        eventually(lambda: len(supervised.processes()) == 4)
        supervised.process.send_signal(number)
        code, _ = supervised.end()

    assert code == 0
    assert not any(alive(process) for process in supervised.processes())


def test_a_request_to_stop_during_the_start_leaves_nothing(tmp_path: Path) -> None:
    with Supervised(tmp_path, part("plain"), part("step", runs_once=True), part("never")) as supervised:
        eventually(lambda: len(supervised.processes()) == 4)
        supervised.process.terminate()
        code, output = supervised.end()

    assert (code, output) == (0, "Stopped.\n")
    assert supervised.noted().count("up") == 2
    assert not any(alive(process) for process in supervised.processes())


def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    with Supervised(tmp_path, part("plain"), part("stubborn", STUBBORN)) as supervised:
        eventually(lambda: len(supervised.processes()) == 4)
        supervised.process.kill()
        supervised.process.wait()
        supervised.assert_nothing_left()


def test_a_killed_watchdog_takes_its_part_with_it_and_the_part_is_started_again(tmp_path: Path) -> None:
    with Supervised(tmp_path, part("plain")) as supervised:
        eventually(lambda: len(supervised.processes()) == 2)
        first = supervised.processes()[0]
        os.kill(watchdog_of(first), signal.SIGKILL)
        eventually(lambda: not alive(first))
        eventually(lambda: len(supervised.processes()) == 4)
        supervised.process.terminate()
        code, _ = supervised.end()

    assert code == 0
    assert not any(alive(process) for process in supervised.processes()), "not even the first one's child"
