"""A log with its configuration, and the check of its counts."""

import json
import re
import shutil

from harness.process import Failed, call

FIRST_DAY, LAST_DAY = "2025-10-01", "2025-12-04"
WORDS = ["delivered", "failed", "retrying"]


def sid(number):
    return f"HXXXXXXX{71 + number:03}IN"


class Log:
    """A directory with a configuration and a database, under `bench.work`."""

    def __init__(self, bench, name, companies=1, daily=False):
        self.bench = bench
        self.directory = bench.work / "logs" / name
        self.database = self.directory / "callbacks.db"
        self.configuration = self.directory / "callback-reports.json"
        self.companies = companies
        self.daily = daily

    def create(self, mail=None, gateway=None):
        """Starts again without a database."""
        self.remove()
        self.directory.mkdir(parents=True)
        self.configure(mail, gateway)
        return self

    def configure(self, mail=None, gateway=None):
        companies = [{"sid": sid(number), "name": f"Company {number}", "timeZone": "UTC",
                      "callbackReport": self.frequencies(number)}
                     for number in range(self.companies)]
        sender = {"from": "Callback Reports <reports@example.com>"}
        text = {"database": "callbacks.db", "mail": sender | (mail or {}),
                "gateway": gateway or {}, "companies": companies}
        self.configuration.write_text(json.dumps(text))

    def frequencies(self, number):
        return {"daily": {"emailAddresses": f"ops-{number}@example.com"}} if self.daily else {}

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def copy(self, name):
        """Returns a copy of the log. An existing copy is removed."""
        copy = Log(self.bench, name, self.companies, self.daily)
        copy.remove()
        shutil.copytree(self.directory, copy.directory)
        return copy

    def command(self, *arguments):
        return [self.bench.shop.ours, *arguments, "--config", self.configuration]

    def measure(self, *arguments, **options):
        return self.bench.measure(*self.command(*arguments), **options)

    def take(self, records, *arguments, **options):
        """Imports and expects every record to be new. `arguments` replace the file."""
        done = self.measure("import", *(arguments or [records.ndjson]), **options)
        wanted = f"{records.count} records: {records.count} added, 0 duplicates"
        if wanted not in done.output:
            raise Failed(f"expected '{wanted}', found: {done.output}")
        return done

    # The end of every benchmark with a log.

    def check(self, counts, left=None):
        """`verify` must find no difference, and the counts must be the generator's own.

        `left` is how many callbacks the log still holds of those that it has counted.
        """
        done = call(*self.command("verify"))
        found = tuple(map(int, re.search(r"(\d+) attempts of (\d+) callbacks", done).groups()))
        wanted = (found[0] if left else counts["attempts"], left or counts["callbacks"])
        if found != wanted:
            raise Failed(f"expected {wanted}, verify says: {done}")
        if self.companies == 1:
            self.compare(self.report(FIRST_DAY, LAST_DAY), counts)

    def report(self, start, end):
        return json.loads(call(*self.command(
            "report", "--company", sid(0), "--format", "json", "--from", start, "--to", end)))

    def compare(self, report, counts):
        """Every day, profile, channel and reason."""
        expect("days", {day: tally for day, tally in counts["days"].items() if day < LAST_DAY},
               tallies(report["timeline"], lambda line: line["start"][:10]))
        expect("profiles", counts["profiles"],
               tallies(report["profiles"], lambda line: line["profileID"]))
        expect("channels", counts["channels"],
               tallies(report["channels"], lambda line: line["channel"]))
        reasons = {}
        for reason, count in counts["failures"]:
            reasons[reason] = reasons.get(reason, 0) + count
        expect("reasons", reasons, {line["reason"]: line["count"] for line in report["reasons"]})


def tallies(lines, name):
    return {name(line): [line[word] for word in WORDS] for line in lines}


def expect(what, wanted, found):
    # A name without counts need not be listed.
    wanted, found = ({name: tally for name, tally in side.items() if tally not in (0, [0, 0, 0])}
                     for side in (wanted, found))
    if wanted != found:
        differing = [name for name in wanted | found if wanted.get(name) != found.get(name)]
        raise Failed(f"{what}: {differing[0]}: expected {wanted.get(differing[0])}, found "
                     f"{found.get(differing[0])}; {len(differing)} differ")
