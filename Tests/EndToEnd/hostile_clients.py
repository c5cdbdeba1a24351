"""Hostile and broken clients on a server that others use at the same time."""

import contextlib
import json
import resource
import socket
import threading
import time

from gateway import COMPANY, expect, wait

# Idle connections, and the memory that the server may use for all of them, in MB.
IDLE, MEMORY = 3000, 160
# The start of a valid request.
HEAD = "HTTP/1.1\r\nHost: gateway\r\n"
EVENTS = f"POST /v1/{COMPANY}/callback/events {HEAD}"


def check(home):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 16384), limit))
    with home.serve("hostile") as server, Others(server) as others:
        broken_requests(server)
        smuggled_requests(server)
        paths(server)
        pipelines(server)
        wrong_keys(server)
        slow_and_idle(server)
        bodies(server)
        expect("others are served", others.failures, [])
        expect("others were served often", others.served > 50, True)
        print(f"hostile clients: {others.served} requests of others, the slowest took "
              f"{others.slowest * 1000:.0f} ms; {server.memory:.0f} MB in the end")
    requests_in_log(server)


class Others:
    """A well-behaved client that sends requests all the time."""

    def __init__(self, server):
        self.server = server
        self.failures, self.served, self.slowest = [], 0, 0.0
        self.is_over = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.ask, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()

    def ask(self):
        while not self.is_over.wait(0.02):
            began = time.monotonic()
            try:
                status = self.server.call("GET", "/callback/profiles")["status"]
            except OSError as error:
                status = error
            self.served += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            if status != 200:
                self.failures.append(status)


class Client:
    """A connection that sends arbitrary bytes."""

    def __init__(self, server, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Returns False if the other side has closed the connection."""
        with contextlib.suppress(OSError):
            self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
            return True
        return False

    def answers(self):
        """Returns all responses until the end of the connection, as (status, headers, body)."""
        data, found = b"", []
        # Input that is not even the start of a request gets no response; the connection ends after 30 seconds.
        with contextlib.suppress(ConnectionError, TimeoutError):
            while part := self.socket.recv(65536):
                data += part
        # An error page of the library sometimes has its head twice. Then nothing else can be checked.
        while data.startswith(b"HTTP/1."):
            head, _, rest = data.partition(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in
                       (line.partition(": ") for line in lines[1:])}
            length = int(headers.get("content-length", 0))
            found.append((int(lines[0].split()[1]), headers, rest[:length]))
            data = rest[length:]
        return found


def ask(server, request):
    """Returns the responses to a request on a connection without further requests."""
    with Client(server, timeout=3) as client:
        client.send(request)
        with contextlib.suppress(OSError):
            client.socket.shutdown(socket.SHUT_WR)
        return client.answers()


def expect_refusal(what, found, statuses, is_ours=True):
    """Expects one response with one of the statuses, as an envelope if the API sends it."""
    expect(f"{what}: answers", len(found), 1)
    status, headers, body = found[0]
    expect(f"{what}: {status} is one of {statuses}", status in statuses, True)
    if is_ours:
        envelope = json.loads(body)
        expect(f"{what}: type", headers["content-type"], "application/json")
        expect(f"{what}: status in the envelope", envelope["status"], status)
        expect(f"{what}: faults", len(envelope["error"]) > 0, True)


def broken_requests(server):
    """The library itself answers invalid HTTP or closes the connection. It must never succeed."""
    for text in [
        "\x16\x03\x01\x02\x00\n\x00\x01\xfc\x03\n", "GET\r\n\r\n", "\r\n\r\nGET",
        "GET /healthz HTTP/9.9\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
        f"GET /healthz {HEAD}no colon\r\n\r\n", f"GET /healthz {HEAD} folded\r\n\r\n",
        f"GET /healthz {HEAD}X: {'x' * 100_000}\r\n\r\n", f"GET /{'x' * 100_000} {HEAD}\r\n",
        f"{EVENTS}Content-Length: -1\r\n\r\n", f"{EVENTS}Content-Length: 9{'9' * 30}\r\n\r\n",
        f"{EVENTS}Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        f"{EVENTS}Transfer-Encoding: chunked\r\n\r\n{'f' * 20}\r\n",
    ]:
        found = ask(server, text)
        name = ascii(text[:60])
        expect(f"{name}: at most one answer", len(found) <= 1, True)
        for status, _, _ in found:
            expect(f"{name}: {status} is a refusal", 400 <= status < 600, True)
    long = f"GET /healthz {HEAD}X: {'x' * 20_000}\r\n\r\n"
    expect_refusal("long headers", ask(server, long), [431])
    expect_refusal("a long target", ask(server, f"GET /{'x' * 9_000} {HEAD}\r\n"), [414])
    many = "".join(f"X-{number}: y\r\n" for number in range(20_000))
    expect_refusal("many headers", ask(server, f"GET / {HEAD}{many}\r\n"), [431, 413], False)
    for character in ["\x01", "\x0b", "\x1b", "\x7f", "\xff"]:
        name = f"GET /healthz {HEAD}X{character}: a\r\n\r\n"
        expect_refusal(f"{character!a} in a name", ask(server, name), [400])
    for character in ["\x01", "\x0b", "\x1b", "\x7f"]:
        value = f"GET /healthz {HEAD}X: a{character}b\r\n\r\n"
        expect_refusal(f"{character!a} in a value", ask(server, value), [400])
    for headers in ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nContent-Length : 3\r\n"]:
        expect_refusal(ascii(headers), ask(server, f"GET / HTTP/1.1\r\n{headers}\r\n"), [400])
    # A field value must not contain NUL (RFC 9110 5.5).
    found = ask(server, f"GET /v1/{COMPANY}/callback/profiles {HEAD}api-key: a\0b\r\n\r\n")
    expect("NUL in a key", [answer[0] for answer in found], [400])


def smuggled_requests(server):
    """A proxy may interpret the end of these requests differently, so nothing after them is answered."""
    hidden = f"GET /healthz {HEAD}\r\n"
    for name, rest in [
        ("two lengths", "Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc"),
        ("the same length twice", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        ("length and chunks", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
        ("a sign", "Content-Length: +3\r\n\r\nabc"),
        ("a hexadecimal length", "Content-Length: 0x3\r\n\r\nabc"),
        ("a list of lengths", "Content-Length: 3, 3\r\n\r\nabc"),
        ("another coding", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("a coding that is none", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n"),
    ]:
        expect_refusal(name, ask(server, EVENTS + rest + hidden), [400, 413], False)


def paths(server):
    for target, status in [
        ("/../callback-reports.json", 404), ("/%2e%2e/callbacks.db", 404), ("//healthz", 404),
        ("/healthz/", 404), ("/healthz%00", 400), ("/%", 400), ("/%ff", 400), ("/%c0%af", 400),
        (f"/v1/{COMPANY}/callback/profiles/..%2f..%2fcallbacks.db", 401),
        (f"/v1/{COMPANY}%2Fcallback%2Fprofiles", 404), ("/healthz;x", 404), ("/HEALTHZ", 404),
        ("http:///healthz", 400), ("*", 400), ("/v1/'%20OR%201=1--/callback/profiles", 401),
    ]:
        expect_refusal(target, ask(server, f"GET {target} {HEAD}\r\n"), [status])


def pipelines(server):
    with Client(server) as client:
        client.send(f"GET /healthz {HEAD}\r\n" * 500 + f"GET /end {HEAD}Connection: close\r\n\r\n")
        statuses = [status for status, _, _ in client.answers()]
    expect("pipelined requests", statuses, [200] * 500 + [404])


def wrong_keys(server):
    def attempt(key, client):
        # As reported by a proxy on this machine.
        return server.ask("GET", f"/v1/{COMPANY}/callback/profiles",
                          headers={"api-key": key, "X-Forwarded-For": client}).status

    statuses = [attempt(f"wrong-{number}", "192.0.2.1") for number in range(12)]
    expect("wrong keys", statuses, [401] * 10 + [429] * 2)
    expect("another client's key", attempt(server.home.keys[COMPANY], "192.0.2.2"), 200)


def bodies(server):
    key = f"api-key: {server.home.keys[COMPANY]}\r\nContent-Type: application/json\r\n"
    before = server.memory
    expect_refusal("a huge body that is announced", ask(
        server, f"{EVENTS}{key}Content-Length: 99999999999\r\n\r\n"), [413])
    with Client(server) as client:
        client.send(f"{EVENTS}{key}Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        sent = next((count for count in range(2000) if not client.send(chunk)), 2000)
    expect("an endless body is cut off", sent < 1000, True)
    # More bodies at once than the server has memory for.
    clients = [Client(server) for _ in range(200)]
    for client in clients:
        client.send(f"{EVENTS}{key}Content-Length: 1000000\r\n\r\n")
    part = b" " * 990_000
    senders = [threading.Thread(target=client.send, args=[part]) for client in clients]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    grown = server.memory - before
    for client in clients:
        client.socket.close()
    print(f"hostile clients: 200 bodies of 1 MB at once take {grown:.0f} MB")
    expect("200 bodies of 1 MB at once take less than 110 MB", grown < 110, True)


def slow_and_idle(server):
    before = server.memory
    slow = [Client(server) for _ in range(20)]
    began = time.monotonic()
    for number, client in enumerate(slow):
        client.send(f"GET /healthz {HEAD}" if number % 2 else "GET /hea")
    stop = threading.Event()
    dripping = threading.Thread(target=drip, args=[slow[1::2], stop])
    dripping.start()
    idle = [Client(server) for _ in range(IDLE)]
    for client in idle[::2]:
        client.send(f"GET /healthz {HEAD}\r\n")
    wait(lambda: server.memory > 0 and len(idle) == IDLE, "idle connections")
    # On a busy machine, the database may not respond at once.
    wait(lambda: server.ask("GET", "/healthz").status == 200, "service beside idle connections")
    grown = server.memory - before
    print(f"hostile clients: {IDLE} idle connections take {grown:.1f} MB")
    expect(f"{IDLE} idle connections take less than {MEMORY} MB", grown < MEMORY, True)
    # Headers have 10 seconds, even if data arrives.
    for client in slow[1::2]:
        expect_refusal("slow headers", client.answers(), [408])
    stop.set()
    dripping.join()
    expect("slow headers end in time", time.monotonic() - began < 20, True)
    for client in slow + idle:
        client.socket.close()
    wait(lambda: server.ask("GET", "/healthz").status == 200, "the end of idle connections")


def drip(clients, stop):
    while not stop.wait(0.5):
        for client in clients:
            client.send("X: y\r\n")


def requests_in_log(server):
    """Every line is one JSON object in which all parts of the request are escaped."""
    text = server.log.read_text()
    expect("controls in the log", [c for c in text if c != "\n" and (c < " " or c == "\x7f")], [])
    names = {"time", "client", "method", "path", "status", "bytes", "duration_ms", "call", "company"}
    for access in server.accesses:
        expect("names in the log", set(access) <= names, True)
    expect("keys in the log", server.home.keys[COMPANY] in text, False)
