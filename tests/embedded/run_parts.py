"""Runs a supervisor over the parts that a test describes; started by `processes.Supervised`."""

import json
import sys
from pathlib import Path

from config.embedded.parts import Part
from config.embedded.supervisor import Supervisor, say

PRELUDE = """
import os, signal, subprocess, sys, time
def note(text):
    with open({notes!r}, "a") as file:
        file.write(text + "\\n")
def beget():
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    note(f"child={{child.pid}}")
def on_term(then):
    signal.signal(signal.SIGTERM, lambda *_: (note(then), sys.exit(0)))
"""


def _part(directory: Path, description: dict) -> Part:
    ready = directory / description["ready"] if "ready" in description else None
    return Part(
        name=description["name"],
        command=[sys.executable, "-c", PRELUDE.format(notes=str(directory / "notes")) + description["code"]],
        directory=directory,
        runs_once=description.get("runs_once", False),
        ready=ready.exists if ready else lambda: True,
        stop_timeout=1.0,
    )


def main(directory: Path, specification: dict) -> int:
    parts = [_part(directory, description) for description in specification["parts"]]
    first_pause = specification["first_pause"]
    return Supervisor(parts, directory, on_ready=lambda: say("all ready"), first_pause=first_pause).run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
