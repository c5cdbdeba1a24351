"""Runs callback-gateway as a server: starts it, sends requests, and stops it with SIGTERM."""

import contextlib
import http.client
import http.server
import json
import pathlib
import re
import resource
import signal
import subprocess
import threading
import time

COMPANY = "HXXXXXXX071IN"
OTHER = "HXXXXXXX072DE"


class Expectations:
    """Stops at the first failed expectation, and counts the others."""

    passed = 0


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"api: {what}: expected {wanted!r}, found {found!r}")
    Expectations.passed += 1


class Receiver(http.server.ThreadingHTTPServer):
    """Responds with 200 to every callback and records its Callback-Id header."""

    request_queue_size = 1024
    daemon_threads = True

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.server.callbacks.append(self.headers.get("Callback-Id"))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_):
            pass

    def __init__(self):
        self.callbacks = []
        super().__init__(("127.0.0.1", 0), self.Handler)

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server_port}"
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Home:
    """A directory with a configuration, a database and a key for each of two companies."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        companies = [{"sid": sid, "timeZone": "Asia/Kolkata"} for sid in [COMPANY, OTHER]]
        (self.directory / "callback-reports.json").write_text(json.dumps(
            {"gateway": {"allowNetworks": ["127.0.0.0/8"]}, "companies": companies}))
        self.keys = {sid: self.run("key", "create", "--company", sid).strip()
                     for sid in [COMPANY, OTHER]}

    def run(self, *arguments, status=0):
        done = subprocess.run([self.program, *arguments], cwd=self.directory, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        expect(f"status of {arguments}: {done.stderr}", done.returncode, status)
        return done.stdout

    @contextlib.contextmanager
    def serve(self, name="serve", files=8192):
        """Runs a server during the block. It must exit after SIGTERM without logging problems."""
        server = Server(self, name, files)
        try:
            yield server
            server.stop()
        finally:
            server.process.kill()
            server.process.wait()


class Server:
    def __init__(self, home, name, files):
        self.home, self.is_told = home, False
        self.log, self.errors = (home.directory / f"{name}.{end}" for end in ["log", "errors"])
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = files if most == resource.RLIM_INFINITY else min(files, most)
        with self.log.open("w") as log, self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [home.program, "serve", "--listen", "127.0.0.1:0"], cwd=home.directory,
                stdin=subprocess.DEVNULL, stdout=log, stderr=errors,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, most)))
        self.port = int(wait(lambda: re.search(r"serving on port (\d+)\n", self.errors.read_text()),
                             "the server to listen")[1])

    def ask(self, method, path, body=None, headers=None):
        """Returns a response with its `json`, on its own connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            answer.text = answer.read().decode()
        finally:
            connection.close()
        return answer

    def call(self, method, path, value=None, company=COMPANY):
        """Returns the response envelope for a call of a company."""
        body = None if value is None else json.dumps(value)
        return json.loads(self.ask(
            method, f"/v1/{company}{path}", body,
            {"api-key": self.home.keys[company], "Content-Type": "application/json"}).text)

    def profile(self, url, **more):
        """Creates a profile and returns its ID."""
        made = self.call("POST", "/callback/profiles", {
            "title": "Orders", "http_method": "POST", "url": url, "body": {"to": "<to>"}, **more})
        expect(f"{made}", made["status"], 201)
        return made["data"]["profile_id"]

    @property
    def memory(self):
        """Resident memory in MB (10⁶ bytes)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024 / 1e6

    @property
    def accesses(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def tell_to_stop(self):
        """Sends SIGTERM once. A second one would end the server immediately."""
        if not self.is_told:
            self.is_told = True
            self.process.send_signal(signal.SIGTERM)

    def stop(self):
        self.tell_to_stop()
        expect("status after TERM", self.process.wait(timeout=60), 0)
        log = re.sub(r".*serving on port \d+\n", "", self.errors.read_text())
        # On a busy machine, two servers of one database can wait for each other for seconds.
        log = re.sub(r"sending is paused .*: database is locked; .*\n|sending resumed; .*\n", "", log)
        expect("its log", log, "")


def wait(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise SystemExit(f"api: waited in vain for {what}")
