"""Checks the completion scripts in bash, zsh and fish.

Usage: completions.py CALLBACK_REPORTS CALLBACK_GATEWAY

Each shell loads the script as a user's shell does. The check then asks bash and fish for the
candidates of a command line, and presses Tab in a zsh that runs in a pseudo terminal.
"""
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import time

reports, gateway = map(os.path.abspath, sys.argv[1:3])
failures = 0


def bash(line):
    """Returns the candidates of bash for the end of a line, split as bash splits it."""
    words = [word for word in re.split(r"(=|:)|\s+", line) if word]
    if line.endswith(" "):
        words.append("")
    script = r'''
        source <("$1" completion bash)
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        name=${COMP_WORDS[0]}
        "$(complete -p "$name" | sed "s/.* -F \([^ ]*\) .*/\1/")"
        printf '%s\n' "${COMPREPLY[@]}"
    '''
    return lines(["bash", "--norc", "-c", script, "bash", program(line), *words])


def fish(line):
    script = '$argv[1] completion fish | source; complete -C "$argv[2]"'
    found = lines(["fish", "--no-config", "-c", script, program(line), line])
    return [candidate.split("\t")[0] for candidate in found]


def zsh(line):
    """Returns the words on the screen after Tab was pressed twice, so that zsh lists them."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe("zsh", ["zsh", "-f", "-i"], environment | {"TERM": "dumb", "PS1": "ready>"})
    read_until(terminal, "ready>")
    setup = (
        "unsetopt prompt_cr prompt_sp zle_bracketed_paste; setopt no_beep; autoload -U compinit;"
        " compinit -u -D; zstyle ':completion:*' list-prompt ''; zstyle ':completion:*' menu no;"
        f" source <({program(line)} completion zsh); echo load''ed\n")
    os.write(terminal, setup.encode())
    read_until(terminal, "loaded")
    # Tab completes, a second Tab lists, and Ctrl-X ? would explain.
    os.write(terminal, (line + "\t\t").encode())
    screen = read_until(terminal, None)
    os.write(terminal, b"\x15exit\n")
    os.close(terminal)
    os.waitpid(child, 0)
    return re.findall(r"[^\s]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r|\x07", " ", screen))


def read_until(terminal, text):
    """Reads until a text appears, or until nothing was printed for two seconds."""
    screen, end = "", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 60 if text else 2)[0]:
            return screen
        try:
            screen += os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            return screen
        if text and text in screen:
            return screen
    raise SystemExit(f"zsh did not print {text!r}: {screen!r}")


def program(line):
    return gateway if line.startswith("callback-gateway") else reports


def lines(command):
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    if done.stderr:
        raise SystemExit(f"{command[0]}: {done.stderr}")
    return [line for line in done.stdout.split("\n") if line]


def expect(line, *wanted, without=(), shells=(bash, fish, zsh)):
    global failures
    for shell in shells:
        found = shell(line)
        missing = [word for word in wanted if not any(f.rstrip("/") == word for f in found)]
        extra = [word for word in without if word in found]
        if missing or extra:
            failures += 1
            print(f"{shell.__name__}: {line!r}: missing {missing}, unexpected {extra}: {found[:40]}")


directory = tempfile.TemporaryDirectory()
os.chdir(directory.name)
environment = os.environ | {
    "HOME": directory.name, "PATH": os.path.dirname(reports) + ":" + os.environ["PATH"]}
subprocess.run([reports, "init", "."], check=True, capture_output=True)
for name in ("may.ndjson", "may.csv.gz", "notes.txt", "map.json"):
    open(name, "w").close()
os.mkdir("folder")

expect("callback-reports ", "run", "report", "import", "completion", "help")
expect("callback-reports re", "report", "record", "resend", "repair", without=["run"])
expect("callback-reports repair ", "clock")
expect("callback-reports run --d", "--dry-run", shells=[bash, fish])
expect("callback-reports report --", "--company", "--format", "--config", without=["--dry-run"])
expect("callback-reports report --company ", "HXXXXXXX071IN", shells=[bash, fish])
expect("callback-reports report --format ", "text", "html", "json")
expect("callback-reports report --format=", "json", shells=[bash])
expect("callback-reports report --format=", "--format=json", shells=[fish])
expect(
    "callback-reports report --format text --", "--company", without=["--format"],
    shells=[bash, fish])
expect("callback-reports import ", "may.ndjson", "may.csv.gz", "folder", without=["notes.txt"])
expect("callback-reports import --map ", "map.json", without=["may.ndjson", "notes.txt"])
expect("callback-reports completion ", "bash", "zsh", "fish")
expect("callback-reports help imp", "import", shells=[bash, fish])
expect("callback-gateway pro", "profile", shells=[bash, fish])
expect("callback-gateway profile ", "create", "list", "show")
expect("callback-gateway profile list --company ", "HXXXXXXX071IN", shells=[bash, fish])

created = subprocess.run(
    [gateway, "profile", "create", "--company", "HXXXXXXX071IN"], text=True, capture_output=True,
    input='{"title": "Orders", "http_method": "GET", "url": "https://example.com/"}')
profile = re.search(r'IN_[0-9a-f-]{36}', created.stdout)
if not profile:
    sys.exit(f"no profile: {created.stdout}{created.stderr}")
expect("callback-gateway profile show --company HXXXXXXX071IN ", profile[0], shells=[bash, fish])
expect("callback-gateway send --company HXXXXXXX071IN --profile ", profile[0], shells=[bash, fish])

if failures:
    sys.exit(1)
print("completions work in bash, fish and zsh")
