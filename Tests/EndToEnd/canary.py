"""A password that can be detected in any encoding."""

import base64
import pathlib
import secrets
import threading
import time


class Canary:
    """The middle is plain text, so that escaping the rest cannot hide it."""

    def __init__(self):
        core = "canary" + secrets.token_hex(12)
        self.password = f"{core} %\"\\'&"
        self.forms = [core.encode(), core.encode().hex().encode(), core[::-1].encode()]
        self.forms += [aligned(core.encode(), offset) for offset in range(3)]

    def found(self, data):
        return any(form in data for form in self.forms)

    def files(self, directory, but=()):
        """Returns the files below a directory whose content or name contains it."""
        return [
            str(path) for path in sorted(pathlib.Path(directory).rglob("*"))
            if path not in but
            and (self.found(str(path).encode()) or path.is_file() and self.found(path.read_bytes()))
        ]


def aligned(data, offset):
    """Returns the base64 of some bytes after `offset` other bytes, without the parts that those affect."""
    encoded = base64.b64encode(b"\0" * offset + data)
    whole = (offset + len(data)) // 3 * 4
    return encoded[4 if offset else 0:whole]


class Watch:
    """Watches the command lines of all processes and the environment of one while it runs."""

    def __init__(self, canary, process):
        self.canary = canary
        self.process = process
        self.in_command_lines = self.in_environment = False
        self.thread = threading.Thread(target=self.sample, daemon=True)
        self.thread.start()

    def sample(self):
        while self.process.poll() is None:
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                self.in_command_lines |= self.canary.found(content(path))
            environment = content(pathlib.Path(f"/proc/{self.process.pid}/environ"))
            self.in_environment |= self.canary.found(environment)
            time.sleep(0.003)

    def finish(self):
        self.thread.join()
        return self


def content(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""  # The process has ended.
