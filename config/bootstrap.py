"""Installs what Concord needs into `.venv`, and builds the style sheets and scripts.

    python3 config/bootstrap.py demo|dev

Does only what is not done yet, so it may run before every command. It runs before anything is
installed, with whatever Python there is: hence nothing but the standard library, no import of
the project, and no syntax that Python 3.6 cannot read: it is to say that it is too old.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BUILD = ROOT / "build"
NODE_MODULES = ROOT / "node_modules"
# uv, which installs in a third of pip's time, by its hashes as everything else.
INSTALLER = ROOT / "config" / "embedded" / "installer.txt"
REQUIREMENTS = {
    "demo": ROOT / "requirements-demo.txt",
    "dev": ROOT / "requirements-dev.txt",
}


class BootstrapError(Exception):
    """A step failed; the message is for the person who ran the command."""


def say(line):
    """Tell what takes time."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(command, what, **options):
    """Run a command, and show its output only when it fails. Raises BootstrapError."""
    say(what + " ...")
    started = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    if done.returncode != 0:
        raise BootstrapError(f"{what} failed:\n{done.stdout.strip()}")
    seconds = time.monotonic() - started
    if seconds > 1:
        say(f"  {seconds:.0f} s")


def digest_of(*paths):
    """Return a digest of the names and contents of files; folders count with all that is in them."""
    digest = hashlib.sha256()
    files = []
    for path in paths:
        files += sorted(path.rglob("*")) if path.is_dir() else [path]
    for path in files:
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read(stamp):
    """Return what a stamp says; nothing when it is not there."""
    return stamp.read_text() if stamp.exists() else ""


def venv_works():
    """Say whether its Python runs: it is a link to one that may have gone, or be out of reach."""
    try:
        return subprocess.call([str(PYTHON), "-c", ""]) == 0
    except OSError:
        return False


def make_venv():
    """Make `.venv`, unless there is one that works here."""
    # Its scripts name the path it was made in: a copied or moved one would run the other's code.
    stamp = VENV / "concord-made-in"
    if venv_works() and read(stamp) in ("", str(ROOT)):
        return
    try:
        run([sys.executable, "-m", "venv", "--clear", VENV], "Making .venv")
    except BootstrapError as failure:
        raise BootstrapError(f"{failure}\nOn Debian and Ubuntu: apt-get install python3-venv") from failure
    stamp.write_text(str(ROOT))


def install(kind):
    """Install the locked packages, unless the lock file is the one installed from last time."""
    requirements = REQUIREMENTS[kind]
    stamp = VENV / f"concord-{kind}.sha256"
    wanted = digest_of(requirements)
    if read(stamp) == wanted:
        return
    what = f"Installing {requirements.name}"
    hashed = ["install", "--quiet", "--require-hashes", "-r"]
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    uv = VENV / "bin" / "uv"
    try:
        if not uv.exists():
            run([*pip, *hashed, INSTALLER], "Installing uv")
        run([uv, "pip", *hashed, requirements, "--python", PYTHON], what)
    except (BootstrapError, OSError):
        # No uv for this machine, or a package index that only pip is configured for.
        run([*pip, *hashed, requirements], what + " with pip")
    stamp.write_text(wanted)


def make_importable():
    """Let programs in `.venv/bin` find the project, wherever they are started from."""
    command = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.check_output(command, text=True).strip())
    path_file = packages / "concord.pth"
    if read(path_file) != str(ROOT) + "\n":
        path_file.write_text(str(ROOT) + "\n")


def build_assets():
    """Install the front end's packages and build `build/static`, where a source changed."""
    package, lock = ROOT / "package.json", ROOT / "package-lock.json"
    if not package.exists() or not lock.exists():
        say("No package.json: style sheets and scripts are not built.")
        return
    # npm and node are those of the venv, and npm must find that node.
    path = str(VENV / "bin") + os.pathsep + os.environ.get("PATH", "")
    environment = dict(os.environ, PATH=path)
    npm = VENV / "bin" / "npm"
    stamp, wanted = NODE_MODULES / ".concord.sha256", digest_of(package, lock)
    if read(stamp) != wanted:
        # Nothing that is downloaded gets to run a script of its own.
        run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            "Installing packages of the front end",
            env=environment,
        )
        stamp.write_text(wanted)
    stamp, wanted = BUILD / "assets.sha256", digest_of(package, lock, ROOT / "static")
    if read(stamp) != wanted or not (BUILD / "static").is_dir():
        run([npm, "run", "build"], "Building style sheets and scripts", env=environment)
        stamp.write_text(wanted)


def prepare(kind):
    """Do all of it, one process at a time."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_venv()
        install(kind)
        make_importable()
        build_assets()


def main(arguments):
    """Check the Python and the arguments; return the exit code."""
    if sys.version_info < OLDEST_PYTHON:
        wanted, found = (".".join(map(str, version[:2])) for version in (OLDEST_PYTHON, sys.version_info))
        say(f"Concord needs Python {wanted} or newer; {sys.executable} is {found}.")
        say("With a newer one installed: make PYTHON=python3.12 ...")
        return 1
    if len(arguments) != 1 or arguments[0] not in REQUIREMENTS:
        say(f"usage: python3 config/bootstrap.py {'|'.join(sorted(REQUIREMENTS))}")
        return 2
    try:
        prepare(arguments[0])
    except BootstrapError as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
