"""nginx as the receiver of callbacks. It responds with 200 and a few bytes, and logs requests."""

import contextlib
import dataclasses
import shutil
import signal
import socket
import subprocess
import time

from harness.process import Failed

# By default, nginx closes connections after a thousand requests.
CONFIGURATION = """\
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events {{ worker_connections 1024; }}
http {{
    log_format arrivals "$msec $http_callback_id $status";
    access_log access.log arrivals buffer=256k;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    keepalive_requests 100000000;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        default_type text/plain;
        location / {{ return 200 "ok\\n"; }}
    }}
}}
"""


@dataclasses.dataclass
class Arrival:
    """The time of nginx's response in seconds since 1970, and the header `Callback-Id`."""

    at: float
    callback: str


class Receiver:
    """nginx in its own directory, with the same port for all runs."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.port = free_port()
        self.arrivals = []

    @contextlib.contextmanager
    def run(self):
        """Runs nginx during the block. `arrivals` are available afterwards."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        (self.directory / "nginx.conf").write_text(
            CONFIGURATION.format(port=self.port))
        nginx = subprocess.Popen(
            [self.program, "-p", self.directory, "-c", "nginx.conf", "-e", "error.log"],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wait(nginx)
            yield self
        finally:
            # Use SIGQUIT, because SIGTERM does not let nginx finish its log.
            nginx.send_signal(signal.SIGQUIT)
            nginx.wait()
        lines = (self.directory / "access.log").read_text().splitlines()
        self.arrivals = [Arrival(float(at), callback) for at, callback, status in
                         map(str.split, lines) if status == "200"]
        shutil.rmtree(self.directory)

    def wait(self, nginx):
        end = time.monotonic() + 10
        while time.monotonic() < end and nginx.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.01)
        raise Failed(f"nginx does not listen on port {self.port}: "
                     + (self.directory / "error.log").read_text()[-500:])

    def expect(self, callbacks):
        """Every callback must have arrived exactly once."""
        ids = {arrival.callback for arrival in self.arrivals}
        if (len(self.arrivals), len(ids)) != (callbacks, callbacks):
            raise Failed(f"the receiver got {len(self.arrivals)} requests of {len(ids)} callbacks, "
                         f"not {callbacks}")


def free_port():
    """A port that outgoing connections do not use."""
    for port in range(20080, 21080):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise Failed("no free port from 20080 to 21079")
