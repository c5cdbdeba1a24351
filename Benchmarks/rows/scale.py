"""`import` as the log grows, and its memory, which must not grow."""

import subprocess

from harness.contest import alternate, at_most, limit, peak
from harness.inputs import warm
from harness.log import Log
from rows.imports import finish, ours


def by_size(bench):
    """Ten times as many records, and an import into a log of ten times as many."""
    for ids, reach in [("ordered", 1.3), ("random", 2)]:
        small, large = (bench.inputs.get(count, ids) for count in [bench.size, bench.large])
        warm(small.ndjson, large.ndjson)
        # Like a growing log: new records follow the existing ones in time.
        more = bench.inputs.get(bench.size, ids, skip=bench.large, month=bench.large)
        grown = Log(bench, "grown")
        runs = alternate(f"scale, {ids} ids", bench.runs, {
            "small": lambda last: ours(bench, small, last),
            "large": lambda last: fill(grown, large, last),
            "into large": lambda last: keep(grown, more, last),
        })
        grown.remove()
        for name, each, what in [
                ("large", 10, f"{bench.large:,} records into an empty log"),
                ("into large", 1, f"{bench.size:,} records into a log of {bench.large:,}")]:
            bench.add(at_most(
                "scale", f"`import` of {what}, {ids} ids", runs[name],
                f"`import` of {bench.size:,}, a record", runs["small"], reach, each))
        bench.add(limit("memory", f"`import` of {bench.large:,} records, {ids} ids",
                        peak(runs["large"] + runs["into large"]), "MB", 100,
                        runs["large"] + runs["into large"]))


def fill(log, records, last):
    return keep(log.create(), records, last)


def keep(log, records, last):
    """Imports and keeps the log for the next step."""
    done = log.take(records)
    if last:
        log.check(records.counts)
    return done


def memory(bench):
    """The peak memory of an import from a file, a pipe and a gzip file."""
    for ids in ["ordered", "random"]:
        records = bench.inputs.get(bench.size, ids)
        packed = records.ndjson.with_suffix(".ndjson.gz")
        if not packed.exists():
            with packed.open("wb") as file:
                subprocess.run(["gzip", "-1", "-c", records.ndjson], stdout=file, check=True)
        warm(records.ndjson, packed)
        runs = alternate(f"memory, {ids} ids", bench.runs, {
            "a file": lambda last: ours(bench, records, last),
            "a pipe": lambda last: from_pipe(bench, records, last),
            "`.gz`": lambda last: from_gzip(bench, records, packed, last),
        })
        for name, samples in runs.items():
            what = f"`import` of {bench.size:,} records from {name}, {ids} ids"
            bench.add(limit("memory", what, peak(samples), "MB", 100, samples))


def from_pipe(bench, records, last):
    log = Log(bench, "import").create()
    with subprocess.Popen(["cat", records.ndjson], stdout=subprocess.PIPE) as cat:
        done = log.take(records, "-", stdin=cat.stdout)
    return finish(log, records, last, done)


def from_gzip(bench, records, packed, last):
    log = Log(bench, "import").create()
    return finish(log, records, last, log.take(records, packed))

