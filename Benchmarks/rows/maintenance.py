"""`verify` and `prune` of a large log while another program writes to the same file."""

import datetime
import subprocess

from harness.contest import alone, alternate, limit, peak
from harness.process import Failed

MIDDLE = datetime.date(2025, 10, 16)
MEMORY, WAIT = 300, 100


def of_the_log(bench):
    kept, records = bench.log(bench.large)
    log = kept.copy("maintenance")
    waits = {"verify": [], "prune": []}
    runs = alternate("maintenance", bench.runs, {
        "verify": lambda _: beside_writer(bench, log, waits["verify"], "verify"),
        "prune": lambda last: prune(bench, kept, records, waits["prune"], last),
    })
    log.remove()
    for name, what in [("verify", f"`verify` of {bench.large:,} records"),
                       ("prune", f"`prune` of half of {bench.large:,} records")]:
        wait, whole = (max(times) for times in zip(*waits[name]))
        bench.add(alone("maintenance", what, runs[name]))
        bench.add(limit("maintenance", f"{what}: memory", peak(runs[name]), "MB", MEMORY))
        bench.add(limit("maintenance", f"{what}: longest wait of another writer for the lock (its "
                        f"longest whole transaction: {whole:.0f} ms)", wait, "ms", WAIT))


def prune(bench, kept, records, waits, last):
    log = kept.copy("prune")
    days = (datetime.datetime.now(datetime.timezone.utc).date() - MIDDLE).days
    done = beside_writer(bench, log, waits, "prune", "--older-than", f"{days}d")
    if last:
        # The counts of all days are kept; callbacks that ended before the limit are not.
        log.check(records.counts, left=sum(
            sum(tally) for day, tally in records.counts["days"].items()
            if day >= MIDDLE.isoformat()))
    log.remove()
    return done


def beside_writer(bench, log, waits, *arguments):
    """Runs one of our commands while `writer` writes, and adds the writer's longest wait and transaction."""
    writer = subprocess.Popen([bench.shop.bin / "writer", log.database], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        writer.stdout.readline()
        done = log.measure(*arguments)
    finally:
        output, _ = writer.communicate()
    if writer.returncode:
        raise Failed(f"the other writer failed with {writer.returncode}")
    _, wait, whole = output.split()
    waits.append((float(wait), float(whole)))
    return done
