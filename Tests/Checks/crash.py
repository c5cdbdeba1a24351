"""Kills the program at every step of a run and checks the reports.

Usage: crash.py steps PROGRAM | crash.py random PROGRAM ROUNDS SEED

'steps' kills it at the start of each system call that writes to the disk or communicates with the
mail server, in one run for each; 'random' kills it after a random time. Then it is run again, as
if its lease had expired, until nothing is left to do. Prints the number of runs that were
killed and of emails that were delivered twice.
"""

import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from mail_sink import MailSink

ADDRESSES = ["a@example.com", "b@example.com", "c@example.com", "d@example.com"]
START, DUE, LATER, LAST = "2026-03-01T12:00", "2026-03-02T17:01", "2026-03-02T17:17", "2026-03-02T17:33"
REPORTS = 2  # Of 1 March and 2 March.
CALLS = ["fdatasync", "fsync", "pwrite64", "unlink", "ftruncate", "connect", "sendto", "recvfrom"]


class Bench:
    def __init__(self, program):
        self.program = program
        self.sink = MailSink()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="callback-reports-crash-"))
        self.template = self.home / "template"
        self.template.mkdir()
        company = {
            "sid": "HA", "timeZone": "Europe/Berlin",
            "callbackReport": {"daily": {"emailAddresses": ", ".join(ADDRESSES)}},
        }
        configuration = {
            "database": "callbacks.db", "companies": [company],
            "mail": {"url": f"smtp://127.0.0.1:{self.sink.port}", "tls": "none",
                     "from": "reports@example.com"},
        }
        (self.template / "callback-reports.json").write_text(json.dumps(configuration))
        assert self.run(self.template, START).returncode == 0

    def fresh(self):
        """A ledger with two due reports, and a server without emails."""
        copy = self.home / "run"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.template, copy)
        with self.sink.lock:
            self.sink.accepted.clear()
        return copy

    def command(self, now):
        return [self.program, "run", "--now", now]

    def run(self, home, now, before=()):
        return subprocess.run(
            [*before, *self.command(now)], cwd=home, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60)

    def killed_at(self, home, call, number):
        """Returns whether the run reached that call and was killed."""
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
                  "-e", f"inject={call}:signal=SIGKILL:when={number}"]
        return self.run(home, DUE, inject).returncode != 0

    def killed_after(self, home, seconds):
        process = subprocess.Popen(
            self.command(DUE), cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        return process.wait() != 0

    def in_doubt(self, home):
        """Returns the emails whose end may have been sent, without a recorded response."""
        database = sqlite3.connect(home / "callbacks.db")
        rows = database.execute(
            "SELECT message_id FROM deliveries WHERE state = 'sending' AND handed_over IS NOT NULL")
        found = {row[0] for row in rows}
        database.close()
        return found

    def finish(self, home, doubtful, what):
        """Runs until nothing is left and checks every email. Returns how many were delivered twice."""
        for now in (LATER, LAST):
            end = self.run(home, now)
            assert end.returncode == 0, f"{what}: {end.stderr}"
        # Later runs print nothing.
        assert end.stdout == "" and end.stderr == "", f"{what}: not quiet: {end.stdout}"
        entries = json.loads(self.output(home, "history", "--format", "json"))
        assert [entry["state"] for entry in entries] == ["sent"] * REPORTS, f"{what}: {entries}"
        self.output(home, "verify")
        return self.check_mails(entries, doubtful, what)

    def check_mails(self, entries, doubtful, what):
        with self.sink.lock:
            accepted = list(self.sink.accepted)
        twice = 0
        for entry in entries:
            for delivery in entry["deliveries"]:
                mine = [body for to, body in accepted if to == delivery["address"]
                        and delivery["messageID"].encode() in body]
                assert mine, f"{what}: {delivery['address']} got no report of {entry['period']}"
                assert len(set(mine)) == 1, f"{what}: the same report in two versions"
                if len(mine) > 1:
                    twice += 1
                    assert len(mine) == 2, f"{what}: {len(mine)} copies"
                    assert delivery["messageID"] in doubtful, f"{what}: a second copy for no reason"
        expected = REPORTS * len(ADDRESSES) + twice
        assert len(accepted) == expected, f"{what}: {len(accepted)} mails, not {expected}"
        return twice

    def output(self, home, *arguments):
        end = subprocess.run(
            [self.program, *arguments], cwd=home, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60)
        assert end.returncode == 0, f"{arguments}: {end.stdout}{end.stderr}"
        return end.stdout


def steps(bench):
    killed = twice = 0
    for call in CALLS:
        number = 0
        while True:
            number += 1
            home = bench.fresh()
            if not bench.killed_at(home, call, number):
                break
            killed += 1
            twice += bench.finish(home, bench.in_doubt(home), f"{call} {number}")
        assert number > 1 or call in ("ftruncate", "unlink", "fsync"), f"{call} was never seen"
    return killed, twice


def at_random(bench, rounds, seed):
    """Kills that many runs. A run that ended first does not count, and the next is killed earlier."""
    generator = random.Random(seed)
    start = time.monotonic()
    assert bench.run(bench.fresh(), DUE).returncode == 0
    span = time.monotonic() - start
    killed = twice = tried = 0
    while killed < rounds:
        tried += 1
        assert tried < 5 * rounds, f"only {killed} of {tried} runs could be killed"
        home = bench.fresh()
        if bench.killed_after(home, generator.uniform(0, span)):
            killed += 1
            # Move back towards the end of a run, which depends on the load of the machine.
            span *= 1.05
        else:
            span *= 0.8
        twice += bench.finish(home, bench.in_doubt(home), f"kill {tried}")
    return killed, twice


def main():
    bench = Bench(sys.argv[2])
    try:
        if sys.argv[1] == "steps":
            killed, twice = steps(bench)
        else:
            killed, twice = at_random(bench, int(sys.argv[3]), int(sys.argv[4]))
    finally:
        shutil.rmtree(bench.home, ignore_errors=True)
    print(json.dumps({"killed": killed, "twice": twice}))


main()
