"""Two calls of the API, compared with FastAPI on uvicorn, equally durable.

As many callbacks as --size wait meanwhile, for endpoints that take connections and say nothing. Full
load is what 64 connections can ask for without a pause; half load are pauses that halve it.
"""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from harness.contest import Line, alternate, median, raw
from harness.log import sid
from harness.process import Failed, Measured, call, say
from harness.receiver import free_port
from harness.workshop import HERE
from rows import send

CONNECTIONS, SECONDS = 64, 4
# Multiples of the peer's throughput; p99 in milliseconds at half load.
TIMES, P99 = 10, 20
CALLS = {"profile.show": "profile reads", "event.trigger": "triggers"}
SCRIPT = """\
wrk.method = "{method}"
wrk.body = {body}
wrk.headers["Content-Type"] = "application/json"
wrk.headers["api-key"] = "{key}"
local pause = {pause}
if pause > 0 then
    -- Some longer, some shorter, so that they do not all come at once.
    function delay() return math.random(0, 2 * pause) end
end
"""


@dataclasses.dataclass
class Served(Measured):
    """One run of a server: the rate of each call, and p50 and p99 in ms at full and half load."""

    calls: dict = dataclasses.field(default_factory=dict)

    def __getattr__(self, name):
        """Returns keys such as `rate profile.show`, for medians."""
        value, _, which = name.partition(" ")
        if which not in self.__dict__.get("calls", {}):
            raise AttributeError(name)
        return self.calls[which][value]


def beside_fastapi(bench):
    """Throughput and latency of both calls."""
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:
        wrk = bench.shop.peer("wrk")
        ready = Ours(bench, wrk, silent.getsockname()[1])
        peer = FastAPI(bench, wrk)
        runs = alternate(f"calls, {bench.size:,} callbacks waiting", bench.runs, {
            "ours": lambda _: ready.run(), "one": lambda _: peer.run(1),
            "two": lambda _: peer.run(2)})
        ready.log.remove()
    for which, name in CALLS.items():
        add(bench, which, f"{name} with {bench.size:,} callbacks waiting", runs)


def add(bench, which, what, runs):
    def figure(name, value):
        return median(runs[name], f"{value} {which}")

    against = {"one": "FastAPI on uvicorn, SQLite", "two": "the same in two processes"}
    for name, program in against.items():
        ours, theirs = figure("ours", "rate"), figure(name, "rate")
        bench.add(Line(
            "calls", what, send.per_second(ours), program, send.per_second(theirs),
            f"{ours / theirs:.3g} times", f"≥ {TIMES:g} times", ours / theirs >= TIMES,
            raw(ours=runs["ours"], theirs=runs[name])))
    for load in ["full", "half"]:
        for value in ["p50", "p99"]:
            ours, theirs = (figure(name, f"{load}-{value}") for name in ["ours", "one"])
            is_asked = (load, value) == ("half", "p99")
            bench.add(Line("calls", f"{what}, {load} load: {value}", f"{ours:.2f} ms", against["one"],
                           f"{theirs:.2f} ms", f"{ours / theirs:.2f} ×",
                           f"≤ {P99:g} ms" if is_asked else "–", ours <= P99 if is_asked else None))


class Server:
    """A program that serves both calls, and its requests."""

    def __init__(self, bench, wrk, database):
        self.bench, self.wrk, self.database = bench, wrk, database
        self.port = free_port()

    def run(self):
        waiting = self.waiting()
        with self.serve() as process:
            figures = {which: self.measure(which, process) for which in CALLS}
            memory = int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(
                f"/proc/{process.pid}/status").read_text())[1]) * 1024 / 1e6
        accepted = figures["event.trigger"]["requests"]
        # Requests in flight when wrk stopped counting are included as well.
        if not accepted <= self.waiting() - waiting <= accepted + 4 * CONNECTIONS:
            raise Failed(f"{accepted} triggers were accepted, {self.waiting() - waiting} are there")
        return Served(sum(one["seconds"] for one in figures.values()), 0, memory, "", figures)

    @contextlib.contextmanager
    def serve(self):
        process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=os.environ | self.environment())
        try:
            self.wait(process)
            yield process
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def wait(self, process):
        end = time.monotonic() + 30
        while time.monotonic() < end and process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            with contextlib.suppress(OSError):
                connection.request("GET", "/openapi.json")
                if connection.getresponse().status == 200:
                    # Do not measure the start-up of the server.
                    time.sleep(1)
                    return
        raise Failed(f"{self.command()[0]} does not serve")

    def measure(self, which, process):
        full = self.load(which, 0)
        half = self.load(which, round(CONNECTIONS / (full["rate"] / 2) * 1000))
        figures = {"rate": full["rate"], "seconds": full["seconds"] + half["seconds"],
                   "requests": full["requests"] + half["requests"], "half-rate": half["rate"]}
        for name, load in [("full", full), ("half", half)]:
            figures |= {f"{name}-p50": load["p50"], f"{name}-p99": load["p99"]}
        return figures

    def load(self, which, pause):
        script = self.bench.work / "calls.lua"
        is_trigger = which == "event.trigger"
        body = json.dumps({"callback_profile": self.profile,
                           "variables": {"text": "message 12345", "status": "DELIVRD"}})
        script.write_text(SCRIPT.format(
            method="POST" if is_trigger else "GET", body=f"'{body}'" if is_trigger else "nil",
            key=self.key, pause=pause))
        path = "events" if is_trigger else f"profiles/{self.profile}"
        done = call(self.wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "30s",
                    "--latency", "-s", script,
                    f"http://127.0.0.1:{self.port}/v1/{self.company}/callback/{path}")
        if re.search(r"Non-2xx|Socket errors", done):
            raise Failed(f"{which}: {done}")
        requests, seconds = re.search(r"(\d+) requests in ([\d.]+)s", done).groups()
        return {"requests": int(requests), "seconds": float(seconds),
                "rate": int(requests) / float(seconds),
                "p50": milliseconds(done, "50%"), "p99": milliseconds(done, "99%")}

    def waiting(self):
        return int(call(self.bench.sqlite, self.database, "SELECT count(*) FROM callbacks"))


def milliseconds(text, name):
    number, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


class Ours(Server):
    def __init__(self, bench, wrk, silent):
        self.company = sid(0)
        self.log = send.queue(bench, Endpoint(silent), bench.size)
        super().__init__(bench, wrk, self.log.database)
        self.key = call(*send.gateway(
            bench, self.log, "key", "create", "--company", self.company)).strip()
        self.profile = call(
            bench.sqlite, self.database, "SELECT id FROM callback_profiles LIMIT 1").strip()

    def command(self):
        return send.gateway(
            self.bench, self.log, "serve", "--listen", f"127.0.0.1:{self.port}")

    def environment(self):
        return {}


@dataclasses.dataclass
class Endpoint:
    """The endpoint of the waiting callbacks."""

    port: int


class FastAPI(Server):
    company = "HXXXXXXX071IN"

    def __init__(self, bench, wrk):
        super().__init__(bench, wrk, bench.work / "calls.db")
        self.uvicorn = bench.shop.python_peer("uvicorn[standard]", "bin/uvicorn")
        bench.shop.python_peer("fastapi", "lib/python3*/site-packages/fastapi/__init__.py")
        python = self.uvicorn.parent / "python"
        for package in ["fastapi", "uvicorn"]:
            bench.versions[package] = bench.shop.first_line(
                python, "-c", f"import {package}; print({package}.__version__)")
        for path in bench.work.glob("calls.db*"):
            path.unlink()
        say(f"filling the peer's file with {bench.size:,} callbacks")
        self.key, self.profile = call(
            python, HERE / "peers/calls.py", self.database, bench.size, send.PROFILES).split()

    def run(self, processes):
        self.processes = processes
        return super().run()

    def command(self):
        return [self.uvicorn, "--app-dir", HERE / "peers", "calls:app", "--port", str(self.port),
                "--workers", str(self.processes), "--no-access-log", "--log-level", "warning"]

    def environment(self):
        return {"CALLS": str(self.database), "PYTHONDONTWRITEBYTECODE": "1"}
