"""Sets up the program with a due report, mail settings, and a password to search for."""

import datetime
import email
import email.policy
import json
import os
import shutil
import subprocess
import sys

import delivery_log
from canary import Watch

COMPANY = "HXXXXXXX071IN"
ADDRESSES = ["ops@example.com", "care@example.com"]
USER = "reports"
HELLO = "client.example.com"
# 17:00 in Asia/Kolkata, which has no daylight saving time, is 11:30 UTC.
DUE = datetime.datetime(2026, 3, 11, 11, 30, tzinfo=delivery_log.UTC)
DAY = datetime.timedelta(days=1)
AT_ONCE, LATER = ((DUE + DAY / part).isoformat() for part in [24, 8])


class Expectations:
    """Stops at the first failed expectation, and counts the others."""

    passed = 0

    @classmethod
    def expect(cls, what, found, expected):
        if found != expected:
            sys.exit(f"mail servers: {what}\n  expected {expected!r}\n  found    {found!r}")
        cls.passed += 1


expect = Expectations.expect


class Client:
    def __init__(self, program, home, canary):
        self.program, self.home, self.canary = program, home, canary
        self.password_file = home / "password"
        self.variables = {}
        self.mail = {}
        self.seen_in_environment = False

    def prepare(self):
        """Imports a log and starts the series. One report is due at DUE."""
        self.configure(url="file:maildir")
        log = self.home / "log.ndjson"
        delivery_log.write(log, COMPANY, DUE - 3 * DAY, DUE, callbacks=500)
        self.run("import", log)
        self.run("run", "--now", (DUE - DAY / 2).isoformat())

    def copy(self, home):
        shutil.copytree(self.home, home)
        copy = Client(self.program, home, self.canary)
        copy.write_password(self.canary.password)
        return copy

    def write_password(self, password):
        self.password_file.write_text(password + "\n")
        self.password_file.chmod(0o600)

    def configure(self, **mail):
        """Sets the object `mail`. None removes a key."""
        sender = "Callback Reports <reports@example.net>"
        mail = {"from": sender, "helloName": HELLO} | mail
        self.mail = {key: value for key, value in mail.items() if value is not None}
        daily = {"emailAddresses": ", ".join(ADDRESSES), "attachCSV": True}
        company = {"sid": COMPANY, "name": "Example Ltd", "timeZone": "Asia/Kolkata",
                   "callbackReport": {"enabled": True, "daily": daily}}
        text = json.dumps({"database": "callbacks.db", "mail": self.mail, "companies": [company]})
        (self.home / "callback-reports.json").write_text(text)

    def secure(self, server, certificate, **more):
        """Configures a server with a login, with recommended settings."""
        self.configure(**{"url": server, "caFile": str(certificate), "username": USER,
                          "passwordFile": "password"} | more)

    def run(self, *arguments, status=0):
        """Runs the program, searches for the password everywhere, and returns the output."""
        command = [str(part) for part in arguments]
        # As in cron: a minimal environment, no terminal, no input.
        process = subprocess.Popen(
            [self.program, *command, "--config", self.home / "callback-reports.json"],
            cwd=self.home, env={"PATH": os.environ["PATH"], **self.variables},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watch = Watch(self.canary, process)
        try:
            output, errors = process.communicate(timeout=60)
        finally:
            process.kill()
            watch.finish()
        said = output + errors
        name = f"{self.home.name}: {' '.join(command)}"
        expect(f"{name}: password in output", self.canary.found(said), False)
        expect(f"{name}: status of → {said.decode()}", process.returncode, status)
        self.look_for_password(name, watch)
        return said.decode()

    def look_for_password(self, name, watch):
        self.seen_in_environment |= watch.in_environment
        expect(f"{name}: password in a command line", watch.in_command_lines, False)
        expect(f"{name}: password in the environment",
               watch.in_environment and "passwordEnvironment" not in self.mail, False)
        files = self.canary.files(self.home, but=[self.password_file])
        expect(f"{name}: files with the password", files, [])

    def states(self):
        """Returns the states of the deliveries of the report."""
        [report] = json.loads(self.run("history", "--format", "json"))
        return {row["address"]: row["state"] for row in report["deliveries"]}


def all_in(state):
    return {address: state for address in ADDRESSES}


def check_mail(name, data, address):
    """Checks a received email."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    defects = [defect for part in mail.walk() for defect in part.defects]
    defects += [defect for _, value in mail.items() for defect in value.defects]
    expect(f"{name}: defects of the mail to {address}", defects, [])
    expect(f"{name}: To", [entry.addr_spec for entry in mail["To"].addresses], [address])
    expect(f"{name}: From", mail["From"].addresses[0].addr_spec, "reports@example.net")
    expect(f"{name}: Message-ID", mail["Message-ID"] is not None, True)
    return mail
