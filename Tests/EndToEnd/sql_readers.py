#!/usr/bin/env python3
"""Reads the views of a database with the sqlite3 shell, pandas and Datasette, and compares them with reports.

Usage: sql_readers.py CALLBACK_REPORTS     (with pandas and datasette installed)
"""
import collections, datetime, io, json, pathlib, random, sqlite3, subprocess, sys, tempfile, zoneinfo

import pandas

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
ZONES = {"HXXXXXXX071IN": "Asia/Kolkata", "HXXXXXXX072DE": "Europe/Berlin", "HXXXXXXX073US": "America/New_York"}
# The nights in which the clocks change in Berlin and in New York are in the log.
START = datetime.datetime(2026, 10, 20, tzinfo=datetime.timezone.utc)
DAYS = 16
ATTEMPTS = "company callback_id attempt finished_at finished_ms outcome reason status duration_ms is_latest " \
    "profile_id profile_title channel event method origin".split()


def run(*arguments, text=None):
    return subprocess.run(arguments, input=text, capture_output=True, text=True, check=True).stdout


def records(dice):
    """Returns attempts of three companies. The first company has most of them."""
    for number in range(6000):
        company = dice.choices(list(ZONES), [20, 3, 1])[0]
        finished = START + datetime.timedelta(milliseconds=dice.randrange(DAYS * 86_400_000))
        for attempt in range(1, dice.choices([1, 2, 3], [90, 7, 3])[0] + 1):
            outcome = dice.choices(["delivered", "failed", "retrying"], [80, 15, 5])[0]
            record = {"company": company, "callback_id": f"c-{number}", "attempt": attempt, "outcome": outcome,
                      "finished_at": finished.isoformat(timespec="milliseconds"),
                      "duration_ms": dice.randrange(9000)}
            if dice.random() < 0.8:
                record |= {"profile_id": f"IN_{dice.randrange(4)}", "profile_title": "Orders, “new”"}
            if dice.random() < 0.7:
                record["url"] = f"https://hooks{dice.randrange(3)}.example.com/path?token=x"
            if outcome != "delivered":
                record["status"] = dice.choice([404, 500, 503])
            yield record
            finished += datetime.timedelta(minutes=dice.randrange(1, 600))


def local_days(zone):
    first = START.astimezone(zone).date()
    for number in range(DAYS + 3):
        yield first + datetime.timedelta(days=number)


def main(folder):
    (folder / "callback-reports.json").write_text(json.dumps({
        "database": "callbacks.db",
        "companies": [{"sid": sid, "timeZone": zone} for sid, zone in ZONES.items()]}))
    config, path = ["--config", str(folder / "callback-reports.json")], str(folder / "callbacks.db")
    lines = [json.dumps(record) for record in records(random.Random(20))]
    random.Random(21).shuffle(lines)
    run(PROGRAM, "import", "--strict", "-", *config, text="\n".join(lines))

    shell = json.loads(run("sqlite3", "-readonly", "-json", path, "SELECT * FROM v_daily"))
    datasette = json.loads(run(
        sys.executable, "-m", "datasette", path, "--setting", "max_returned_rows", "100000", "--get",
        "/callbacks.json?_shape=array&_size=max&sql=select+*+from+v_daily"))
    assert shell == datasette, "Datasette and sqlite3 return different rows"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        daily = pandas.read_sql("SELECT * FROM v_daily", connection)
        attempts = pandas.read_sql("SELECT * FROM v_attempts", connection, parse_dates=["finished_at"])
        callbacks = pandas.read_sql("SELECT * FROM v_callbacks", connection)
    assert list(attempts.columns) == list(callbacks.columns) == ATTEMPTS, list(attempts.columns)
    assert len(attempts) == len(lines) and len(callbacks) == 6000 == attempts.is_latest.sum()
    assert str(attempts.finished_at.dt.tz) == "UTC"
    milliseconds = (attempts.finished_at - pandas.Timestamp(0, tz="UTC")) // pandas.Timedelta("1ms")
    assert (milliseconds == attempts.finished_ms).all()
    assert not attempts.origin.dropna().str.contains("token").any()

    compared = 0
    sums = daily.groupby(["company", "day", "outcome"]).callbacks.sum()
    for sid, name in ZONES.items():
        for day in local_days(zoneinfo.ZoneInfo(name)):
            report = json.loads(run(
                PROGRAM, "report", "--company", sid, "--from", f"{day}", "--to", f"{day + datetime.timedelta(1)}",
                "--format", "json", *config))
            for outcome in ["delivered", "failed", "retrying"]:
                found = int(sums.get((sid, str(day), outcome), 0))
                expected = report["totals"][outcome]
                assert found == expected, f"{sid} {day} {outcome}: {found} in v_daily, {expected} in the report"
                compared += found
    assert compared == daily.callbacks.sum() == 6000, compared

    # The same table again, from NDJSON.
    exported = pandas.read_json(io.StringIO(run(PROGRAM, "export", "attempts", *config)), lines=True)
    assert len(exported) == len(attempts)
    counts = [collections.Counter(zip(table.callback_id, table.attempt, table.outcome, table.duration_ms))
              for table in (exported, attempts)]
    assert counts[0] == counts[1], "the export differs from v_attempts"
    print(f"{len(attempts)} attempts, {len(daily)} rows of v_daily, {compared} callbacks of reports: all equal")


with tempfile.TemporaryDirectory() as directory:
    main(pathlib.Path(directory))
