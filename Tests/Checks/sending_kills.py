"""Kills the gateway repeatedly while it sends, and checks the callbacks.

Usage: sending_kills.py GATEWAY REPORTS ROUNDS SEED

In each round, callbacks are accepted, and a run that sends them is killed (SIGKILL) after a random
time; sometimes the accepting is killed instead. At every moment each callback exists once,
in one state; what was sent twice was in flight at a kill. In the end, everything is delivered or
failed, and queue, log and receiver agree. Prints the number of kills and of repeats.
"""

import collections
import http.server
import json
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib

# Accepted callbacks are due by the wall clock, so runs use a later time.
START = int(time.time())
STATES = ["waiting", "in flight", "delivered", "failed"]


class Receiver(http.server.ThreadingHTTPServer):
    """Accepts callbacks and records their IDs. Rejects some at first, and some always."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        self.lock = threading.Lock()
        self.received = collections.Counter()
        self.agreed = set()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def answer(self, key):
        with self.lock:
            self.received[key] += 1
            number = int(key.rsplit("-", 1)[1])
            if number % 10 == 3 and self.received[key] == 1:
                return 503
            if number % 50 == 7:
                return 404
            self.agreed.add(key)
            return 200


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.answer(self.headers["Callback-Id"]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass


class Bench:
    def __init__(self, gateway, reports, seed):
        self.gateway, self.reports = gateway, reports
        self.random = random.Random(seed)
        self.receiver = Receiver()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="callback-gateway-kills-"))
        self.now = START
        self.accepted, self.tried = set(), set()
        self.doubtful = collections.Counter()
        configuration = {
            "database": "callbacks.db", "gateway": {"allowNetworks": ["127.0.0.0/8"]},
            "companies": [{"sid": "HA", "timeZone": "UTC"}],
        }
        (self.home / "callback-reports.json").write_text(json.dumps(configuration))
        self.profiles = [self.profile(number) for number in range(5)]

    def profile(self, number):
        settings = {
            "title": f"Profile {number}", "http_method": "POST", "channel": "default",
            "url": f"http://127.0.0.1:{self.receiver.server_port}/{number}", "body": {"a": "<a>"},
        }
        output = self.run("profile", "create", "--company", "HA", given=json.dumps(settings))
        return json.loads(output)["data"]["profile_id"]

    def run(self, *arguments, given="", allowed=(0,), program=None):
        end = subprocess.run(
            [program or self.gateway, *arguments], cwd=self.home, input=given, text=True,
            capture_output=True, timeout=120)
        assert end.returncode in allowed, f"{arguments}: {end.returncode} {end.stdout}{end.stderr}"
        return end.stdout

    def killed(self, arguments, given, seconds):
        """Returns whether the program was killed before it finished."""
        with open(self.home / "input", "w+") as file:
            file.write(given)
            file.seek(0)
            process = subprocess.Popen(
                [self.gateway, *arguments], cwd=self.home, stdin=file, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        return process.wait() == -9

    def triggers(self, keys):
        return "".join(
            json.dumps({
                # An ID always has the same contents, because others would be rejected.
                "callback_profile": self.profiles[zlib.crc32(key.encode()) % len(self.profiles)],
                "callback_id": key,
                "variables": {"a": key},
            }) + "\n" for key in keys)

    def send(self, keys):
        printed = self.run("send", "--company", "HA", given=self.triggers(keys)).split()
        assert printed == keys, f"{printed} is not {keys}"
        self.accepted |= set(keys)
        self.tried |= set(keys)

    def dispatch(self):
        return ["dispatch", "--once", "--now", self.text(self.now)]

    def text(self, seconds):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))

    def states(self):
        """Returns the state of each callback in the queue, compared with the log."""
        database = sqlite3.connect(self.home / "callbacks.db")
        rows = database.execute("SELECT callback_id, state, attempts FROM callbacks").fetchall()
        log = collections.defaultdict(list)
        for key, number, outcome in database.execute(
                "SELECT callback_id, attempt, outcome FROM attempts ORDER BY attempt"):
            log[key].append((number, outcome))
        kept = collections.Counter(row[0] for row in database.execute(
            "SELECT callback_id FROM exchanges JOIN callbacks ON id = callback"))
        database.close()
        assert len(rows) == len({row[0] for row in rows}), "a callback is there twice"
        for key, state, attempts in rows:
            self.check(key, STATES[state], attempts, log.pop(key, []), kept[key])
        assert not log, f"attempts of unknown callbacks: {log}"
        return {key: STATES[state] for key, state, _ in rows}

    def check(self, key, state, attempts, log, kept):
        assert [number for number, _ in log] == list(range(1, attempts + 1)), f"{key}: {log}"
        assert kept == attempts, f"{key}: {kept} exchanges of {attempts}"
        outcomes = [outcome for _, outcome in log]
        assert all(outcome == 0 for outcome in outcomes[:-1]), f"{key}: {outcomes}"
        last = {"delivered": [2], "failed": [1]}.get(state, [0] if attempts else [])
        assert outcomes[-1:] == last, f"{key} is {state}, but its attempts {outcomes}"
        # Everything in the log has happened.
        assert self.receiver.received[key] >= attempts, f"{key}: {attempts} attempts"

    def look(self):
        """Checks that every accepted callback exists, and records which may be sent again."""
        states = self.states()
        missing = self.accepted - set(states)
        assert not missing, f"lost: {missing}"
        assert set(states) <= self.tried, "made up"
        total = collections.Counter(states.values())
        assert len(states) == sum(total.values())
        for key, state in states.items():
            if state == "in flight":
                self.doubtful[key] += 1
        return states

    def finish(self):
        """Sends until no callback waits."""
        for _ in range(20):
            self.now += 40_000
            self.run(*self.dispatch(), allowed=(0, 69, 75))
            states = self.look()
            if set(states.values()) <= {"delivered", "failed"}:
                return states
        raise AssertionError(f"not over: {collections.Counter(states.values())}")

    def repeats(self):
        """Returns how many requests were repeated for one attempt. Each must have been in flight at a kill."""
        database = sqlite3.connect(self.home / "callbacks.db")
        attempts = dict(database.execute("SELECT callback_id, attempts FROM callbacks"))
        database.close()
        repeats = 0
        for key, count in self.receiver.received.items():
            extra = count - attempts[key]
            assert extra <= self.doubtful[key], (
                f"{key}: {count} requests for {attempts[key]} attempts, "
                f"{self.doubtful[key]} times in flight")
            repeats += extra
        return repeats

    def compare(self, states):
        """Checks that queue, receiver and report agree."""
        delivered = {key for key, state in states.items() if state == "delivered"}
        assert delivered == self.receiver.agreed, delivered ^ self.receiver.agreed
        self.run("verify", program=self.reports)
        report = json.loads(self.run(
            "report", "--company", "HA", "--from", self.text(START - 86400),
            "--to", self.text(self.now + 86400), "--now", self.text(self.now + 86400),
            "--format", "json", program=self.reports))
        totals = report["totals"]
        assert totals["delivered"] == len(delivered), totals
        assert totals["failed"] == len(states) - len(delivered), totals
        assert totals["retrying"] == 0, totals


def rounds(bench, wanted):
    span, killed, number = 0.2, 0, 0
    while killed < wanted:
        number += 1
        assert number < 5 * wanted, f"only {killed} of {number} runs could be killed"
        keys = [f"c-{number}-{index}" for index in range(number * 12, number * 12 + 12)]
        if number % 5 == 0:
            bench.tried |= set(keys)
            given = bench.triggers(keys)
            killed += bench.killed(
                ["send", "--company", "HA"], given, bench.random.uniform(0, span))
            bench.look()
        # Regardless of the result, repeating the IDs changes nothing.
        bench.send(keys)
        # Leases have expired, and the first retry is due.
        bench.now += 61
        if bench.killed(bench.dispatch(), "", bench.random.uniform(0, span)):
            killed += 1
            span *= 1.05
        else:
            span *= 0.8
        bench.look()
    return killed


def main():
    bench = Bench(sys.argv[1], sys.argv[2], int(sys.argv[4]))
    try:
        killed = rounds(bench, int(sys.argv[3]))
        states = bench.finish()
        bench.compare(states)
        print(json.dumps({
            "killed": killed, "repeated": bench.repeats(), "callbacks": len(states)}))
    finally:
        shutil.rmtree(bench.home, ignore_errors=True)


main()
