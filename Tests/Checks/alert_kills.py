"""Kills runs at random times while an endpoint fails and recovers, and counts the alerts.

usage: alert_kills.py CALLBACK_REPORTS KILLS SEED

Two runs at a time share a database and a Maildir. One or both are killed after a random time. The clock is simulated:
every cycle has a failure and a recovery, and after each of them runs that are not killed, when all leases have ended.
Then every recipient must have exactly one email of every change: none is lost, and the files of repeated emails have
the same name. Prints one JSON object.
"""

import datetime
import email
import email.header
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM, KILLS, SEED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
RECIPIENTS = ["a@example.com", "b@example.com", "c@example.com"]
START = datetime.datetime(2026, 11, 2, tzinfo=datetime.timezone.utc)
random.seed(SEED)


def stamp(minute):
    return (START + datetime.timedelta(minutes=minute)).isoformat()


class Installation:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.records = 0
        self.killed = 0
        configuration = {
            "sources": [{"path": "log.ndjson"}],
            "mail": {"url": "file:mail", "from": "reports@example.com"},
            "companies": [{"sid": "HA", "timeZone": "Europe/Berlin",
                           "alerts": {"emailAddresses": ", ".join(RECIPIENTS)}}],
        }
        (self.folder / "callback-reports.json").write_text(json.dumps(configuration))
        (self.folder / "log.ndjson").write_text("")

    def record(self, outcome, minute):
        self.records += 1
        line = {"callback_id": f"c{self.records}", "company": "HA", "finished_at": stamp(minute),
                "outcome": outcome, "url": "https://hooks.example.com/"}
        with open(self.folder / "log.ndjson", "a") as log:
            log.write(json.dumps(line) + "\n")

    def start(self, minute):
        return subprocess.Popen(
            [PROGRAM, "run", "--now", stamp(minute), "--accept-clock"], cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def kill(self, minute):
        """Starts two runs and kills one or both of them."""
        runs = [self.start(minute), self.start(minute)]
        time.sleep(random.random() * self.duration * 1.2)
        for run in runs[:random.randint(1, 2)]:
            if run.poll() is None:
                run.send_signal(signal.SIGKILL)
                self.killed += 1
        for run in runs:
            run.communicate()

    def finish(self, minute):
        begin = time.monotonic()
        output = self.start(minute).communicate()[0].decode()
        self.duration = time.monotonic() - begin
        return output

    def mails(self):
        """The number of emails by recipient and subject."""
        counts = {}
        for file in (self.folder / "mail" / "new").glob("*"):
            message = email.message_from_bytes(file.read_bytes())
            key = (message["To"], message["Subject"].partition(":")[0])
            counts[key] = counts.get(key, 0) + 1
        return counts


def main():
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(folder)
        installation.finish(0)
        (minute, changes) = (60, 0)
        while installation.killed < KILLS:
            for outcome, subject in [("failed", "Endpoint failing"), ("delivered", "Endpoint recovered")]:
                for _ in range(12):
                    installation.record(outcome, minute)
                for step in range(6):
                    installation.kill(minute + 1 + step)
                # The leases of killed runs end after 15 minutes.
                output = installation.finish(minute + 25) + installation.finish(minute + 41)
                changes += outcome == "failed"
                counts = installation.mails()
                for recipient in RECIPIENTS:
                    found = counts.get((recipient, subject), 0)
                    if found != changes:
                        sys.exit(f"cycle {changes}: {found} emails '{subject}' to {recipient}\n{output}")
                minute += 90
        repeated = 0
        history = subprocess.run(
            [PROGRAM, "history", "--format", "json"], cwd=folder, capture_output=True, text=True, check=True)
        for entry in json.loads(history.stdout):
            states = {delivery["state"] for delivery in entry["deliveries"]}
            if states != {"accepted"}:
                sys.exit(f"entry {entry['id']} has the states {states}")
            repeated += sum(delivery["attempts"] > 1 for delivery in entry["deliveries"])
        verified = subprocess.run([PROGRAM, "verify"], cwd=folder, capture_output=True, text=True)
        if verified.returncode != 0:
            sys.exit(verified.stdout + verified.stderr)
    print(json.dumps({"killed": installation.killed, "changes": 2 * changes, "repeated": repeated}))


main()
