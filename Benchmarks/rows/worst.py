"""The most expensive requests of 1 MB: their processor time, and that of the sending thread.

Each input is a profile and an event. The processor time is that of all threads of `serve`, from
the request that creates the profile until its callback is sent. The sending thread has a limit of
its own, because it serves all companies.
"""

import http.client
import json
import pathlib
import subprocess
import time

from harness.contest import Line, duration
from harness.log import Log, sid
from harness.process import Failed, call, say
from harness.receiver import Receiver, free_port
from rows.send import gateway

# Seconds of the processor: of all threads together, and of the one that sends.
ALL, SENDING = 1.0, 0.05
MEGABYTE = 1 << 20
ENCRYPTION = {"algo": "aes-128-gcm", "key": "0123456789abcdef", "IV": "random"}


def names(count, prefix="<k", suffix=">"):
    return "".join(f"{prefix}{number}{suffix}" for number in range(count))


def members(count, value="1"):
    return {f"k{number}": value for number in range(count)}


# A title, members of the profile and variables of the event.
INPUTS = [
    ("30,000 placeholders, 60,000 variables",
     {"body": {"a": names(29_000)}}, members(60_000)),
    ("29,000 encrypted values",
     {"body": {"a": names(29_000)}, "enc": ENCRYPTION}, members(29_000, "x" * 20)),
    ("a body of 4 MB of one value", {"body": {"a": "<v>" * 800}}, {"v": "x" * 5000}),
    ("4 MB of objects", {"body": {"a": ["<v>"] * 400}}, {"v": members(700)}),
    ("a value of 900 KB, four times", {"body": {"a": "<v>" * 4}}, {"v": "\u00e9" * 150_000}),
    ("XML of 300,000 tags", {"body_type": "xml", "body": "<a>" * 120_000 + "</a>" * 120_000}, {}),
    ("XML of tags that do not match",
     {"body_type": "xml", "body": "<a>" * 130_000 + "</b>" * 130_000}, {}),
    ("HTML of brackets", {"body_type": "html", "body": "<" * 900_000}, {}),
    ("XML of open attributes", {"body_type": "xml", "body": "<a b='" * 150_000}, {}),
    ("JSON of 150,000 members", {"body": members(60_000, "x")}, {}),
    ("JSON of lists in lists", {"body": {"a": [[] for _ in range(300_000)]}}, {}),
    ("a URL of 4 MB", {"http_method": "GET", "path": "?" + "<v>" * 700}, {"v": "x" * 5000}),
    ("100 headers of 4 MB",
     {"http_method": "GET", "headers": {f"x-{n}": "<v>" * 8 for n in range(100)}},
     {"v": "x" * 4800}),
]


def requests_of_a_megabyte(bench):
    log = Log(bench, "worst").create(gateway={"allowNetworks": ["127.0.0.0/8"]})
    receiver = Receiver(bench.nginx, bench.work / "receiver")
    key = call(*gateway(bench, log, "key", "create", "--company", sid(0))).strip()
    with receiver.run(), Server(bench, log, key) as server:
        results = [(name, *measure(server, receiver.port, name, profile, variables))
                   for name, profile, variables in INPUTS]
    log.remove()
    for what, index, limit in [("all threads", 1, ALL), ("the thread that sends", 2, SENDING)]:
        worst = max(results, key=lambda result: result[index])
        bench.add(Line("worst", f"the worst of {len(results)} requests of 1 MB ({worst[0]}): {what}",
                       duration(worst[index]), reach=f"≤ {duration(limit)}",
                       holds=worst[index] <= limit,
                       samples={name: numbers[index - 1] for name, *numbers in results}))


def measure(server, port, name, profile, variables):
    """Seconds of the processor of all threads, and of the one that sends."""
    profile = {"title": "Worst", "http_method": "POST"} | profile
    profile["url"] = f"http://127.0.0.1:{port}/" + profile.pop("path", "")
    before = server.processor()
    status, data = server.ask("/callback/profiles", profile)
    if status == 201:
        event = {"callback_profile": data["profile_id"], "variables": variables}
        status, _ = server.ask("/callback/events?wait=true", event)
    after = server.processor()
    all_threads = sum(after.values()) - sum(before.values())
    sending = after["sending"] - before["sending"]
    say(f"  worst: {name}: {status}, {duration(all_threads)}, sending {duration(sending)}")
    return all_threads, sending


class Server:
    """`serve`, and what its threads have used of the processor."""

    def __init__(self, bench, log, key):
        self.port, self.key = free_port(), key
        self.command = gateway(bench, log, "serve", "--listen", f"127.0.0.1:{self.port}")

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.request("GET", "/healthz")[0] == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        self.process.kill()
        raise Failed("callback-gateway does not serve")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {
                "api-key": self.key, "Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ask(self, path, value):
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        if len(body) > MEGABYTE:
            raise Failed(f"a request of {len(body)} bytes is too long to be measured")
        status, text = self.request("POST", f"/v1/{sid(0)}{path}", body)
        return status, json.loads(text)["data"]

    def processor(self):
        """Seconds by the name of a thread."""
        seconds = {}
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            name = (task / "comm").read_text().strip()
            used = int((task / "schedstat").read_text().split()[0]) / 1e9
            seconds[name] = seconds.get(name, 0) + used
        return seconds
