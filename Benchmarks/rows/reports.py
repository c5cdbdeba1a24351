"""The `report` of a month: as the log grows, and compared with an analytical database."""

import csv
import io
import json

from harness.contest import alternate, at_most, faster
from harness.log import sid
from harness.process import Failed, call

MONTH = ("2025-10-01", "2025-10-31")
# Periods that do not end on a quarter hour are counted from the attempts.
ODD = ("2025-10-01T00:07", "2025-10-30T23:52")
REACH, DUCKDB_REACH = 1.5, 10

LOAD = """
SET memory_limit = '6GB';
CREATE TABLE attempts AS
SELECT callback_id, company, finished_at, attempt, profile_id, channel,
    CASE WHEN outcome IS NOT NULL THEN outcome
         WHEN status BETWEEN 200 AND 299 THEN 'delivered' ELSE 'failed' END AS outcome,
    CASE WHEN error = 'socket hang up' THEN 'other' WHEN error IS NOT NULL THEN error
         WHEN status >= 300 THEN 'http_' || (status // 100) || 'xx' END AS reason
FROM read_csv('{csv}', header = false, columns = {{
    'callback_id': 'VARCHAR', 'company': 'VARCHAR', 'finished_at': 'TIMESTAMP',
    'attempt': 'INTEGER', 'outcome': 'VARCHAR', 'status': 'INTEGER', 'error': 'VARCHAR',
    'profile_id': 'VARCHAR', 'channel': 'VARCHAR', 'event': 'VARCHAR', 'method': 'VARCHAR',
    'url': 'VARCHAR', 'duration_ms': 'INTEGER'}})
QUALIFY row_number() OVER (PARTITION BY callback_id ORDER BY attempt DESC, finished_at DESC) = 1;
"""

COUNT = """
SELECT profile_id, channel, outcome, reason, count(*) AS callbacks FROM attempts
WHERE company = '{company}' AND finished_at >= '{start}' AND finished_at < '{end}' GROUP BY ALL
"""


def a_month(bench):
    (small, few), (large, many) = bench.log(bench.size), bench.log(bench.large)
    database = load(bench)
    for name, (start, end) in {"a month": MONTH, "a month with odd ends": ODD}.items():
        answers = {}
        runs = alternate(f"report, {name}", bench.short_runs, {
            "small log": lambda _: report(small, start, end),
            "large log": lambda _: kept(answers, "ours", report(large, start, end)),
            "duckdb": lambda _: kept(answers, "duckdb", count(bench, database, start, end)),
        })
        compare(answers)
        what = f"`report --format json`, {name}, log of {bench.large:,}"
        bench.add(at_most("report", what, runs["large log"], f"the same, log of {bench.size:,}",
                          runs["small log"], REACH))
        bench.add(faster("report", what, runs["large log"],
                         "`duckdb` counting by profile, channel and reason", runs["duckdb"],
                         DUCKDB_REACH))
    small.check(few.counts)
    large.check(many.counts)
    database.unlink()


def load(bench):
    """A table with only the latest attempts, so that the peer does not have to find them."""
    records = bench.inputs.get(bench.large, csv=True)
    database = bench.work / "peer.duckdb"
    database.unlink(missing_ok=True)
    call(bench.duckdb, database, "-c", LOAD.format(csv=records.csv))
    return database


def report(log, start, end):
    return log.measure("report", "--company", sid(0), "--format", "json", "--from", start,
                       "--to", end)


def count(bench, database, start, end):
    query = COUNT.format(company=sid(0), start=start, end=end)
    return bench.measure(bench.duckdb, "-readonly", "-csv", database, "-c", query)


def kept(answers, name, measured):
    answers[name] = measured.output
    return measured


def compare(answers):
    """Checks that both have counted the same callbacks."""
    totals = json.loads(answers["ours"])["totals"]
    found = {"delivered": 0, "failed": 0, "retrying": 0}
    for row in csv.DictReader(io.StringIO(answers["duckdb"])):
        found[row["outcome"]] += int(row["callbacks"])
    wanted = {name: totals[name] for name in found}
    if wanted != found:
        raise Failed(f"the report says {wanted}, duckdb {found}")
