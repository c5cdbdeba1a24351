"""`import`, compared with other programs that read the same records."""

from harness.contest import alternate, at_most, beside, faster
from harness.inputs import warm
from harness.log import Log
from harness.process import Failed, call

COLUMNS = ["callback_id", "company", "finished_at", "attempt", "outcome", "status", "error",
           "profile_id", "channel", "event", "method", "url", "duration_ms"]
TABLE = f"CREATE TABLE attempts({', '.join(f'{name} TEXT' for name in COLUMNS)});"
DURABLE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"


def against_others(bench):
    """An import, compared with sqlite3 .import and sqlite-utils insert; also a small one."""
    for ids, reach in [("ordered", 1.0), ("random", 1.5)]:
        small, records = (bench.inputs.get(count, ids, csv=True)
                          for count in [bench.small, bench.size])
        what, runs = contest(bench, small, ids)
        bench.add(beside("import", what, runs["ours"], "`sqlite3 .import`", runs["sqlite3"]))
        what, runs = contest(bench, records, ids)
        bench.add(at_most("import", what, runs["ours"], "`sqlite3 .import`", runs["sqlite3"],
                          reach))
        bench.add(beside("import", what, runs["ours"], "`sqlite3 .import`, rollback journal",
                         runs["sqlite3, its own journal"]))
        bench.add(faster("import", what, runs["ours"], "`sqlite-utils insert --nl`",
                         runs["sqlite-utils"], 10))


def contest(bench, records, ids):
    warm(records.ndjson, records.csv)
    return f"`import` of {records.count:,} records, {ids} ids", alternate(
        f"import, {records.count:,} {ids} ids", bench.runs, {
            "ours": lambda last: ours(bench, records, last),
            "sqlite3": lambda _: sqlite(bench, records, DURABLE),
            "sqlite3, its own journal": lambda _: sqlite(bench, records, ""),
            "sqlite-utils": lambda _: sqlite_utils(bench, records),
        })


def ours(bench, records, last):
    log = Log(bench, "import").create()
    return finish(log, records, last, log.take(records))


def finish(log, records, last, done):
    """Every run counts its records. The contents of the log are compared after the last one."""
    if last:
        log.check(records.counts)
    log.remove()
    return done


def sqlite(bench, records, durable):
    """Imports into a plain table without an index, the minimum that stores the records."""
    database = fresh(bench)
    done = bench.measure(bench.sqlite, database, f"{durable} {TABLE}",
                         f".import --csv '{records.csv}' attempts")
    return counted(bench, database, records, done)


def sqlite_utils(bench, records):
    database = fresh(bench)
    call(bench.sqlite_utils, "create-database", database, "--enable-wal")
    done = bench.measure(bench.sqlite_utils, "insert", database, "attempts", records.ndjson,
                         "--nl", "--alter", "--silent")
    return counted(bench, database, records, done)


def fresh(bench):
    """Returns the path for a new database of a peer."""
    database = bench.work / "peer.db"
    for path in bench.work.glob("peer.db*"):
        path.unlink()
    return database


def counted(bench, database, records, done):
    found = int(call(bench.sqlite, database, "SELECT count(*) FROM attempts"))
    fresh(bench)
    if found != records.count:
        raise Failed(f"the peer has {found} of {records.count} records")
    return done
