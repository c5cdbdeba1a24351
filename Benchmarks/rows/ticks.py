"""The short commands that cron or scripts call: `run` with nothing due, and `record`."""

from harness.contest import alternate, at_most
from harness.process import Failed
from rows.imports import DURABLE, TABLE, fresh

COMPANIES = 100
BEGIN, LATER = "2025-11-02T10:00:00Z", "2025-11-02T10:05:00Z"


def nothing_due(bench):
    log, records = bench.log(bench.large, companies=COMPANIES, daily=True)
    # The first run starts the series. Nothing is due before 17:00.
    log.measure("run", "--now", BEGIN)
    runs = alternate("run", bench.short_runs, {
        "ours": lambda _: quiet(log.measure("run", "--now", LATER)),
        "sqlite3": lambda _: bench.measure(bench.sqlite, log.database, "select 1"),
    })
    log.check(records.counts)
    what = f"`run` with nothing due, {COMPANIES} companies, log of {bench.large:,}"
    bench.add(at_most("run", what, runs["ours"], "`sqlite3 FILE 'select 1'`", runs["sqlite3"], 4))


def quiet(measured):
    if measured.output:
        raise Failed(f"run was to say nothing, and said: {measured.output}")
    return measured


def one_record(bench):
    """One more record in a large log, compared with one in a plain table."""
    kept, records = bench.log(bench.large)
    log = kept.copy("record")
    database = bare_table(bench)
    numbers = iter(range(bench.short_runs))
    runs = alternate("record", bench.short_runs, {
        "ours": lambda _: record(log, next(numbers)),
        "sqlite3": lambda _: insert(bench, database),
    })
    log.check(with_more(records.counts, bench.short_runs))
    log.remove()
    fresh(bench)
    what = f"`record`, log of {bench.large:,}"
    bench.add(at_most("record", what, runs["ours"], "`sqlite3 FILE 'insert …'`", runs["sqlite3"],
                      4))


def bare_table(bench):
    """The peer's database, with as many records."""
    records = bench.inputs.get(bench.large, csv=True)
    database = fresh(bench)
    bench.measure(bench.sqlite, database, f"{DURABLE} {TABLE}",
                  f".import --csv '{records.csv}' attempts")
    return database


def record(log, number):
    return log.measure(
        "record", "--company", "HXXXXXXX071IN", "--callback-id", f"one-{number}", "--finished-at",
        "2025-11-20T10:00:00Z", "--status", "200", "--profile-id", "IN_more", "--channel", "sms",
        "--event", "sms-sent", "--method", "POST", "--url", "https://hooks.example.com/callbacks",
        "--duration-ms", "412")


def insert(bench, database):
    return bench.measure(
        bench.sqlite, database, "PRAGMA synchronous=FULL",
        "INSERT INTO attempts VALUES('one', 'HXXXXXXX071IN', '2025-11-20T10:00:00Z', '1', NULL, "
        "'200', NULL, 'IN_more', 'sms', 'sms-sent', 'POST', "
        "'https://hooks.example.com/callbacks', '412')")


def with_more(counts, more):
    """The generator's counts plus the records that were added one by one."""
    add = [more, 0, 0]
    sums = counts | {name: counts[name] + more for name in ["attempts", "callbacks"]}
    for name, key in [("days", "2025-11-20"), ("profiles", "IN_more"), ("channels", "sms")]:
        old = counts[name].get(key, [0, 0, 0])
        sums[name] = counts[name] | {key: [one + other for one, other in zip(old, add)]}
    return sums
