"""One run of a program with its costs."""

import dataclasses
import pathlib
import shlex
import subprocess
import sys


@dataclasses.dataclass
class Measured:
    """Wall clock and CPU seconds, peak resident memory in MB (10⁶ bytes), and the output."""

    wall: float
    cpu: float
    memory: float
    output: str = dataclasses.field(repr=False)


class Failed(Exception):
    """A program failed, or a count is wrong."""


class Measure:
    """Runs programs through `measure`, which waits for them with wait4."""

    def __init__(self, program, directory):
        self.program = program
        self.result = pathlib.Path(directory) / "measured"

    def __call__(self, *command, stdin=subprocess.DEVNULL, statuses=(0,)):
        """Runs a command whose exit status must be one of `statuses`."""
        command = [str(part) for part in command]
        done = subprocess.run(
            [self.program, self.result, *command], stdin=stdin, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, check=False)
        words = f"{shlex.join(command)}\n{done.stdout[-500:]}{done.stderr[-2000:]}"
        if done.returncode != 0:
            raise Failed(words)
        wall, user, system, kibibytes, status = self.result.read_text().split()
        if int(status) not in statuses:
            raise Failed(f"status {status} of {words}")
        return Measured(float(wall), float(user) + float(system), int(kibibytes) * 1024 / 1e6,
                        done.stdout)


def call(*command):
    """Runs a command that is not measured, and returns its output."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"status {done.returncode} of {shlex.join(map(str, command))}\n"
                     f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def say(text):
    """Prints progress. Only results go to standard output."""
    print(text, file=sys.stderr, flush=True)
