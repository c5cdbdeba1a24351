#!/usr/bin/env python3
"""Kills `serve` and `run` at random moments while endpoints fail and recover, and counts the alerts.

Usage: alert_kills.py CALLBACK_REPORTS CALLBACK_GATEWAY KILLS [SEED]

Two processes at a time, gateways and runs, share a database. They send to a mail server that sometimes defers an email or
drops the connection after accepting it, and to a webhook that does the same. Each of them is killed with SIGKILL after a
random time and replaced. Time passes 20 times as fast for all of them (libfaketime), so that leases end soon.

At the end, every recipient must have exactly one message of each change of each endpoint: the failure, and then the
recovery. A message may arrive several times with the same ID, if the ledger has several attempts at it. Prints one
JSON object.
"""

import collections
import datetime
import email
import email.policy
import http.server
import json
import os
import pathlib
import random
import signal
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

REPORTS, GATEWAY = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
KILLS, SEED = int(sys.argv[3]), int(sys.argv[4]) if sys.argv[4:] else 1
SPEED = 20
START = datetime.datetime(2026, 11, 2, 10, tzinfo=datetime.timezone.utc)
RECIPIENTS = ["a@example.com", "b@example.com"]
SECRET = "whsec_a2tra2tra2tra2tra2tra2tra2tra2tr"
# How many endpoints fail or recover at the same time.
ENDPOINTS = 4


class Inbox:
    """What the receivers have accepted, in order: the recipient, the ID, the type and the text."""

    def __init__(self, dice):
        self.lock, self.dice, self.messages = threading.Lock(), dice, []

    def fault(self):
        """Whether to defer a message, or to drop the connection after accepting it."""
        with self.lock:
            return self.dice.choices([None, "defer", "drop"], [94, 3, 3])[0]

    def take(self, *message):
        with self.lock:
            self.messages.append(message)


class MailSession(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        try:
            self.say("220 scripted")
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    if not self.data():
                        return
                elif verb == b"QUIT":
                    return self.say("221 bye")
                else:
                    self.say("250 ok")
        except OSError:
            pass  # The client was killed.

    def data(self):
        self.say("354 go on")
        lines = []
        for line in iter(self.rfile.readline, b""):
            if line == b".\r\n":
                break
            lines.append(line)
        else:
            return False  # The connection ended before the final dot, so that nothing was accepted.
        fault = self.server.inbox.fault()
        if fault == "defer":
            self.say("451 4.3.0 later")
            return True
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        kind = "failing" if "failing" in message["Subject"] else "recovered"
        text = message.get_body(("plain",)).get_content()
        self.server.inbox.take(message["To"], message["Message-ID"], kind, text)
        if fault == "drop":
            return False
        self.say("250 taken")
        return True


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def __init__(self, inbox):
        super().__init__(("127.0.0.1", 0), MailSession)
        self.inbox = inbox
        threading.Thread(target=self.serve_forever, daemon=True).start()


class WebhookServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = self.server.inbox.fault()
            if fault == "defer":
                return self.send_error(503)
            event = json.loads(body)
            names = " ".join(endpoint["origin"] for endpoint in event["data"]["endpoints"])
            kind = event["type"].removeprefix("endpoint.")
            self.server.inbox.take("webhook", self.headers["webhook-id"], kind, names + " ")
            if fault == "drop":
                self.close_connection = True
                return
            try:
                self.send_response(204)
                self.end_headers()
            except OSError:
                pass  # The client was killed.

        def log_message(self, *_):
            pass

    def __init__(self, inbox):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.inbox = inbox
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass


class World:
    """The installation, its clock, and the endpoints that fail and recover one after the other."""

    def __init__(self, folder, inbox):
        self.folder = pathlib.Path(folder)
        # This process keeps the shared memory with the time at which the fast clock began.
        stamp = START.strftime("%Y-%m-%d %H:%M:%S")
        self.clock = subprocess.Popen(["faketime", "-f", f"@{stamp} x{SPEED}", "sh", "-c", "env -0; exec sleep 86400"],
                                      stdout=subprocess.PIPE, env=os.environ | {"TZ": "UTC"}, start_new_session=True)
        self.begin = time.monotonic()
        self.environment = dict(
            line.split("=", 1) for line in self.clock_environment().split("\0") if "=" in line)
        self.records, self.next = 0, 0
        # By number: `failing` or `recovered`, which the records say and the ledger does not yet.
        self.awaited, self.done, self.known = {}, [], set()
        mail, hook = MailServer(inbox), WebhookServer(inbox)
        (self.folder / "key").write_text(SECRET)
        alerts = {"emailAddresses": ", ".join(RECIPIENTS),
                  "webhook": {"url": f"http://127.0.0.1:{hook.server_port}/", "secretFile": "key"}}
        (self.folder / "callback-reports.json").write_text(json.dumps({
            "sources": [{"path": "log.ndjson"}],
            "mail": {"url": f"smtp://127.0.0.1:{mail.server_address[1]}", "tls": "none", "from": "r@example.com"},
            "companies": [{"sid": "HA", "timeZone": "Europe/Berlin", "alerts": alerts}]}))
        (self.folder / "log.ndjson").write_text("")

    @property
    def now(self):
        return START + datetime.timedelta(seconds=(time.monotonic() - self.begin) * SPEED)

    def clock_environment(self):
        text = ""
        while "FAKETIME_SHARED=" not in text or not text.endswith("\0"):
            text += os.read(self.clock.stdout.fileno(), 65536).decode()
        return text

    def start(self, kind):
        command = ([GATEWAY, "serve", "--listen", "127.0.0.1:0"] if kind == "serve"
                   else [REPORTS, "run", "--accept-clock"])
        return subprocess.Popen(command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=open(self.folder / "errors", "ab"))

    def command(self, *arguments):
        return subprocess.run([REPORTS, *arguments], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, check=True).stdout

    def record(self, number, outcome):
        at = self.now - datetime.timedelta(seconds=1)
        with open(self.folder / "log.ndjson", "a") as log:
            for _ in range(12):
                self.records += 1
                log.write(json.dumps({
                    "callback_id": f"c{self.records}", "company": "HA", "finished_at": at.isoformat(),
                    "outcome": outcome, "url": f"https://e{number}.example.com/"}) + "\n")

    def entries(self):
        """The type and the endpoints of every alert in the ledger."""
        try:
            with sqlite3.connect(f"file:{self.folder}/callbacks.db?mode=ro", uri=True, timeout=30) as database:
                rows = database.execute("SELECT report, content FROM report_forms WHERE form = 'json'").fetchall()
        except sqlite3.OperationalError:
            return []  # Not created yet.
        events = [json.loads(content) for _, content in rows]
        return [(event["type"].removeprefix("endpoint."), number(endpoint["origin"]))
                for event in events for endpoint in event["data"]["endpoints"]]

    def step(self, begins=True):
        """Lets endpoints fail and recover, each when the ledger has its last change."""
        for kind, endpoint in self.entries():
            if self.awaited.get(endpoint) != kind:
                continue
            if kind == "failing":
                self.awaited[endpoint] = "recovered"
                self.record(endpoint, "delivered")
            else:
                del self.awaited[endpoint]
                self.done.append(endpoint)
        while begins and len(self.awaited) < ENDPOINTS:
            self.awaited[self.next] = "failing"
            self.record(self.next, "failed")
            self.next += 1


def number(origin):
    return int(origin.removeprefix("https://e").partition(".")[0])


def kill_all(world, dice):
    """Keeps two processes running, and kills them until there were enough kills."""
    killed = collections.Counter()
    processes = []
    while sum(killed.values()) < KILLS:
        while len(processes) < 2:
            kind = dice.choice(["serve", "run"])
            # A gateway evaluates every 15 seconds.
            life = dice.random() * (2.5 if kind == "serve" else 0.4)
            processes.append((kind, time.monotonic() + life, world.start(kind)))
        world.step()
        time.sleep(0.02)
        for item in list(processes):
            kind, end, process = item
            if process.poll() is None and time.monotonic() < end:
                continue
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                killed[kind] += 1
            process.wait()
            processes.remove(item)
    for _, _, process in processes:
        process.kill()
        process.wait()
    return killed


def finish(world):
    """Runs without kills until every change and every message is recorded."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        world.step(begins=False)
        world.start("run").wait()
        history = json.loads(world.command("history", "--format", "json"))
        open_states = [delivery["state"] for entry in history for delivery in entry["deliveries"]
                       if delivery["state"] != "accepted"]
        if not world.awaited and not open_states:
            return history
        time.sleep(0.5)
    sys.exit(f"not finished: {world.awaited}, {open_states}\n{(world.folder / 'errors').read_text()[-3000:]}")


def check(world, inbox, history):
    """Returns the faults."""
    faults = []
    attempts = {delivery["messageID"]: delivery["attempts"]
                for entry in history for delivery in entry["deliveries"]}
    counts = collections.Counter(identity for _, identity, _, _ in inbox.messages)
    for identity, count in counts.items():
        if count > attempts.get(identity, 0):
            faults.append(f"{identity} arrived {count} times with {attempts.get(identity, 0)} attempts")
    for recipient in [*RECIPIENTS, "webhook"]:
        seen = collections.defaultdict(list)
        for to, identity, kind, text in inbox.messages:
            if to != recipient:
                continue
            for endpoint in range(world.next):
                if f"e{endpoint}.example.com" in text.replace("\n", " "):
                    if (identity, kind) not in seen[endpoint]:
                        seen[endpoint].append((identity, kind))
        for endpoint in world.done:
            kinds = [kind for _, kind in seen[endpoint]]
            if kinds != ["failing", "recovered"]:
                faults.append(f"{recipient} got {kinds} of endpoint {endpoint}")
    return faults


def main():
    dice = random.Random(SEED)
    inbox = Inbox(random.Random(SEED + 1))
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, inbox)
        world.start("run").wait()
        killed = kill_all(world, dice)
        history = finish(world)
        faults = check(world, inbox, history)
        verified = world.command("verify")
        os.killpg(world.clock.pid, signal.SIGTERM)
        repeated = sum(delivery["attempts"] > 1 for entry in history for delivery in entry["deliveries"])
    print(json.dumps({"killed": killed, "endpoints": len(world.done), "alerts": len(history),
                      "messages": len(inbox.messages), "tried_again": repeated, "faults": faults[:20],
                      "verify": verified.strip()}))
    return 1 if faults or len(world.done) < 2 else 0


sys.exit(main())
