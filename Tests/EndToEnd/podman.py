"""Runs podman with storage of its own, and the limits of this machine."""

import json
import os
import pathlib
import resource
import subprocess
import time


def run(*command, status=0, **options):
    """Runs a command, and returns its output."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, **options)
    if done.returncode != status:
        raise SystemExit(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def check(condition, words):
    if not condition:
        raise SystemExit(f"image: {words}")


def wait(condition, words, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, f"waited in vain for {words}")
        time.sleep(0.1)


def limit(kind):
    """Returns a limit that a container may have: not above that of this machine."""
    hard = resource.getrlimit(kind)[1]
    return 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)


class Podman:
    def __init__(self, work):
        self.work = pathlib.Path(work)
        files, processes = limit(resource.RLIMIT_NOFILE), limit(resource.RLIMIT_NPROC)
        configuration = self.work / "containers.conf"
        configuration.write_text(
            f'[containers]\ndefault_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]\n'
            '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
        self.environment = os.environ | {"CONTAINERS_CONF": str(configuration)}
        self.command = ["podman", "--root", self.work / "storage", "--runroot", self.work / "state"]
        self.service = None

    def __call__(self, *arguments, **options):
        return run(*self.command, *arguments, env=self.environment, **options)

    def succeeds(self, *arguments):
        done = subprocess.run([*self.command, *arguments], env=self.environment, capture_output=True)
        return done.returncode == 0

    def inside(self, image, *arguments, volumes=(), status=0, **options):
        """Runs a command in a container as compose.yaml does: nothing but the volumes is writable."""
        mounts = [word for volume in volumes for word in ("--volume", volume)]
        return self("run", "--rm", "--interactive", "--read-only", "--read-only-tmpfs=false", "--cap-drop=all",
                    "--security-opt=no-new-privileges", "--network=none", *mounts, image, *arguments,
                    status=status, **options)

    def inspect(self, image):
        return json.loads(self("image", "inspect", image))[0]

    def serve(self):
        """Starts the API of docker. Returns its address."""
        socket = self.work / "podman.sock"
        self.service = subprocess.Popen(
            [*self.command, "system", "service", "--time", "0", f"unix://{socket}"], env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait(socket.exists, "the service of podman")
        return f"unix://{socket}"

    def close(self):
        """Removes everything, and the mount that would keep the directory from being deleted."""
        if self.service:
            self.service.terminate()
            self.service.wait()
        for arguments in (["rm", "--all", "--force", "--volumes", "--time", "0"], ["rmi", "--all", "--force"]):
            subprocess.run([*self.command, *arguments], env=self.environment, capture_output=True)
        subprocess.run(["umount", self.work / "storage/overlay"], capture_output=True)
