"""The machine on which the numbers were measured."""

import os
import pathlib
import platform
import time

from harness.process import call

DURABILITY = ("WAL, synchronous=FULL, one file, closed and checkpointed within the time: ours and "
              "every SQLite peer, unless the line says otherwise")


def describe(work):
    """Machine, system and file system, by name."""
    release = platform.freedesktop_os_release()
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{release['PRETTY_NAME']}, Linux {platform.release()}",
        "file system": call(
            "findmnt", "--noheadings", "--output", "FSTYPE", "--target", work).strip(),
        "one fsync of 4 KiB": fsync(work),
        "durability": DURABILITY,
    }


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(": ", 1)[1]
    return platform.machine()


def fsync(work):
    """The cost of a durable write on this machine, which dominates `record` and its peer."""
    path = work / "fsync"
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(50):
            file.write(bytes(4096))
            start = time.monotonic()
            os.fsync(file.fileno())
            times.append(time.monotonic() - start)
    path.unlink()
    return f"{sorted(times)[25] * 1e3:.1f} ms"
