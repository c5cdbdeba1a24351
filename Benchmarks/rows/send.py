"""Callbacks to a receiver on this machine: durable callbacks per second, latency, and a long queue.

Whoever sends, N callbacks are due when the program starts, to 100 profiles. What it sent is counted by the
receiver; when each arrived, by the receiver's log. So a wait is that of one callback among N
that became due at the same moment.
"""

import dataclasses
import json
import re
import statistics
import time

from harness.contest import Line, alternate, median, peak, raw
from harness.log import Log, sid
from harness.process import Failed, Measured, call, say
from harness.receiver import Receiver
from harness.workshop import HERE

PROFILES = 100
# Limits the slowest run to a minute.
MOST = 50_000
SENDERS = 64
# Durable callbacks per second; multiple of the Python program; fraction of the bare loop; MB.
RATE, TIMES, PART_OF_LOOP, MEMORY = 5000, 10, 0.5, 200


@dataclasses.dataclass
class Sent(Measured):
    """A run that sent callbacks: the rate per second, and the seconds from due to sent."""

    rate: float = 0
    p50: float = 0
    p99: float = 0


def to_a_receiver(bench):
    """`dispatch --once`, compared with Python and aiohttp, and with the limit of the network."""
    count = min(bench.size, MOST)
    receiver = Receiver(bench.nginx, bench.work / "receiver")
    loop = bench.shop.compile(HERE / "peers/posts.c", "posts")
    wrk = bench.shop.peer("wrk")
    bench.versions["libcurl"] = bench.shop.first_line("curl-config", "--version").split()[-1]
    ready, peer = queue(bench, receiver, count), peer_queue(bench, receiver, count)
    runs = alternate(f"send, {count:,} callbacks", bench.runs, {
        "ours": lambda _: ours(bench, receiver, ready, count),
        "aiohttp": lambda _: aiohttp(bench, receiver, peer, count),
        "curl_multi": lambda _: curl_multi(bench, receiver, loop, count),
        "wrk": lambda _: limit(bench, receiver, wrk),
    })
    ready.remove()
    add(bench, f"`dispatch --once` of {count:,} callbacks", runs)


def add(bench, what, runs):
    us = runs["ours"]
    rates = {name: median(samples, "rate") for name, samples in runs.items()}
    bench.add(Line("send", what, per_second(rates["ours"]), reach=f"≥ {per_second(RATE)}",
                   holds=rates["ours"] >= RATE, samples=raw(ours=us)))
    for name, peer, least in [("aiohttp", "Python: aiohttp, SQLite", TIMES),
                              ("curl_multi", "C: `curl_multi`, no log", PART_OF_LOOP),
                              ("wrk", "`wrk`, no log", None)]:
        ratio = rates["ours"] / rates[name]
        bench.add(Line(
            "send", what, per_second(rates["ours"]), peer, per_second(rates[name]),
            f"{ratio:.3g} times", f"≥ {least:g} times" if least else "–",
            ratio >= least if least else None, raw(ours=us, theirs=runs[name])))
    for value in ["p50", "p99"]:
        bench.add(wait(f"{what}, all due at once: due to sent, {value}", value, us, runs))
    bench.add(Line("send", f"{what}: memory", f"{peak(us):.1f} MB", "Python: aiohttp, SQLite",
                   f"{peak(runs['aiohttp']):.1f} MB", samples=raw(ours=us)))


def wait(what, value, us, runs):
    our, their = median(us, value), median(runs["aiohttp"], value)
    return Line("send", what, f"{our:.3f} s", "Python: aiohttp, SQLite", f"{their:.3f} s",
                f"{our / their:.2f} ×")


def a_million_waiting(bench):
    """The same with `--size` callbacks waiting, in one run, because memory does not vary."""
    receiver = Receiver(bench.nginx, bench.work / "receiver")
    ready = queue(bench, receiver, bench.size)
    run = ours(bench, receiver, ready, bench.size)
    ready.remove()
    what = f"`dispatch --once`, {bench.size:,} callbacks waiting"
    bench.add(Line("queue", what, per_second(run.rate), reach=f"≥ {per_second(RATE)}",
                   holds=run.rate >= RATE, samples=raw(ours=[run])))
    bench.add(Line("queue", f"{what}: memory", f"{run.memory:.1f} MB", reach=f"≤ {MEMORY} MB",
                   holds=run.memory <= MEMORY))


def per_second(rate):
    return f"{rate:,.0f}/s"


# The callbacks

def queue(bench, receiver, count):
    """A log with waiting callbacks, accepted by `send`."""
    say(f"accepting {count:,} callbacks")
    log = Log(bench, f"queue-{count}").create(gateway={"allowNetworks": ["127.0.0.0/8"]})
    profiles = [profile(bench, log, receiver.port, number) for number in range(PROFILES)]
    triggers = log.directory / "triggers.ndjson"
    with triggers.open("w") as file:
        for number in range(count):
            file.write(json.dumps({
                "callback_profile": profiles[number % PROFILES], "callback_id": f"c-{number}",
                "variables": {"text": f"message {number}", "status": "DELIVRD"}}) + "\n")
    call(*gateway(bench, log, "send", "--company", sid(0), triggers))
    triggers.unlink()
    return log


def profile(bench, log, port, number):
    request = log.directory / "profile.json"
    request.write_text(json.dumps({
        "title": f"Profile {number}", "http_method": "POST",
        "url": f"http://127.0.0.1:{port}/p/{number}",
        "body": {"text": "<text>", "status": "<status>"}}))
    made = call(*gateway(bench, log, "profile", "create", "--company", sid(0), request))
    return json.loads(made)["data"]["profile_id"]


def gateway(bench, log, *arguments):
    return [bench.gateway, *arguments, "--config", log.configuration]


def peer_queue(bench, receiver, count):
    database = bench.work / "posts.db"
    for path in bench.work.glob("posts.db*"):
        path.unlink()
    call(bench.aiohttp, HERE / "peers/posts.py", "fill", database, receiver.port, count, PROFILES)
    return database


# The senders

def ours(bench, receiver, ready, count):
    """Sends from a copy of the queue. Afterwards the log must agree with the receiver."""
    log = ready.copy("send")
    done = sent(bench, receiver, count, *gateway(bench, log, "dispatch", "--once"))
    expect(done, f"{count} delivered\n")
    verified = call(*log.command("verify"))
    found = re.search(r"(\d+) attempts of (\d+) callbacks", verified)
    if tuple(map(int, found.groups())) != (count, count):
        raise Failed(f"expected {count} attempts of as many callbacks, verify says: {verified}")
    log.remove()
    return done


def aiohttp(bench, receiver, ready, count):
    database = bench.work / "posts-sent.db"
    for path in bench.work.glob("posts-sent.db*"):
        path.unlink()
    database.write_bytes(ready.read_bytes())
    done = sent(bench, receiver, count, bench.aiohttp, HERE / "peers/posts.py", "send", database)
    expect(done, f"{count} delivered\n")
    counted = call(bench.sqlite, database,
                   "SELECT (SELECT count(*) FROM attempts WHERE outcome = 'delivered'), "
                   "(SELECT count(*) FROM callbacks WHERE state = 'delivered')")
    if counted != f"{count}|{count}\n":
        raise Failed(f"the peer's log has {counted.strip()} of {count} callbacks")
    database.unlink()
    return done


def curl_multi(bench, receiver, program, count):
    done = sent(bench, receiver, count, program, receiver.port, count, PROFILES)
    expect(done, f"{count} delivered\n")
    return done


def expect(done, output):
    if done.output != output:
        raise Failed(f"expected '{output.strip()}', found: {done.output}")


def sent(bench, receiver, count, *command):
    """Runs a sender. Afterwards the receiver must have every callback once."""
    with receiver.run():
        start = time.time()
        done = bench.measure(*command)
    receiver.expect(count)
    waits = statistics.quantiles(
        (arrival.at - start for arrival in receiver.arrivals), n=100, method="inclusive")
    return Sent(**vars(done), rate=count / done.wall, p50=waits[49], p99=waits[98])


def limit(bench, receiver, wrk):
    """The rate of the receiver without any writes, over the same number of connections."""
    script = bench.work / "post.lua"
    script.write_text('wrk.method = "POST"\n'
                      'wrk.body = \'{"text":"message 12345","status":"DELIVRD"}\'\n'
                      'wrk.headers["Content-Type"] = "application/json"\n'
                      'wrk.headers["Callback-Id"] = "wrk"\n')
    with receiver.run():
        done = bench.measure(wrk, "-t1", f"-c{SENDERS}", "-d3s", "-s", script,
                             f"http://127.0.0.1:{receiver.port}/p/0")
    requests = int(re.search(r"(\d+) requests in", done.output).group(1))
    if re.search(r"Non-2xx|Socket errors", done.output) or len(receiver.arrivals) < requests:
        raise Failed(f"of wrk's {requests} requests the receiver has {len(receiver.arrivals)}: "
                     f"{done.output}")
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", done.output).group(1))
    return Sent(**vars(done), rate=rate)
