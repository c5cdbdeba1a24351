"""Checks that the documents are correct: README.md, CONTRIBUTING.md, CHANGELOG.md, docs/*.md, and those of cron and
packaging.

usage: documents.py CALLBACK_REPORTS CALLBACK_GATEWAY

- Every command of our programs in a shell block exists, with every flag that the block uses.
- Every block after <!-- config --> is a configuration that `check` accepts.
- Every block after <!-- run --> succeeds. Each document gets one empty folder.
- Every key in the tables of docs/configuration.md exists, and every key that `init` writes is documented.
- No two passages of a document say almost the same, as after a merge that kept both versions.
- Every relative link points to a file, and every anchor to a heading.
"""

import difflib
import itertools
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

# The contents of files that a configuration names, by the key.
SECRETS = {"secretFile": "whsec_" + 8 * "a2tr", "slackFile": "https://hooks.slack.com/services/T/B/X"}
ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:^<!-- (?P<mark>[a-z-]+) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
faults = []
checked = 0


def fault(document, words):
    faults.append(f"{document.relative_to(ROOT)}: {words}")


def run(arguments, **options):
    return subprocess.run(
        arguments, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, **options)


class Program:
    """The commands and flags of a program, according to its help."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        self.known = {}
        text = run([self.path, "--help"]).stdout
        commands = text.partition("Commands:\n")[2].partition("\n\n")[0]
        self.commands = set(re.findall(r"^  ([a-z]+(?: [a-z]+)?)  ", commands, re.M))

    def flags(self, command):
        if command not in self.known:
            text = run([self.path, *command.split(), "--help"]).stdout
            self.known[command] = set(re.findall(r"(?<![\w-])--[a-z-]+|-h\b", text)) | {"--help"}
        return self.known[command]

    def check(self, document, words):
        flags = [word.partition("=")[0] for word in words if word.startswith("--")]
        names = []
        for word in words:
            if word.startswith("-"):
                break
            names.append(word)
        for count in (2, 1):
            command = " ".join(names[:count])
            if command in self.commands:
                break
        else:
            if names:
                fault(document, f"{self.path.name} has no command '{names[0]}'")
            elif set(flags) - {"--version", "--help", "--config"}:
                fault(document, f"{self.path.name} has no flag among {flags}")
            return
        for flag in flags:
            if flag not in self.flags(command):
                fault(document, f"'{self.path.name} {command}' has no flag {flag}")


def commands(text, programs):
    """Returns the uses of our programs in a shell block: the name and the arguments."""
    for line in text.replace("\\\n", " ").splitlines():
        try:
            lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
            lexer.whitespace_split = True
            words = list(lexer)
        except ValueError:
            continue
        for start, word in enumerate(words):
            name = pathlib.PurePath(word).name
            isRun = start > 1 and words[start - 1] in ("release", "run")
            if name not in programs or not (start == 0 or isRun or words[start - 1] in
                                            ("|", "||", "&&", ";", "sudo", "(") or
                                            words[start - 2:start - 1] in (["-u"], ["exec"])):
                continue
            rest = []
            for other in words[start + 1:]:
                if other and set(other) <= set("|&;<>()"):
                    break
                rest.append(other)
            yield name, rest


def check_shell(document, text, programs):
    global checked
    for name, words in commands(text, programs):
        programs[name].check(document, words)
        checked += 1


def check_configuration(document, text, reports):
    global checked
    checked += 1
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "callback-reports.json")
        path.write_text(text)
        environment = dict(os.environ, SMTP_PASSWORD="not a real one")
        for key, name in re.findall(r'"(\w+File)": "([^"/][^"]*)"', text):
            secret = pathlib.Path(folder, name)
            secret.write_text(SECRETS.get(key, "not a real one") + "\n")
            secret.chmod(0o600)
        result = run([reports.path, "check", "--config", path], env=environment, cwd=folder)
        # 66: a source without matching files is not an error in the sample.
        if result.returncode not in (0, 66):
            fault(document, f"'check' ends with {result.returncode} for\n{text}\n{result.stdout}{result.stderr}")


def check_run(document, text, folder, programs):
    global checked
    checked += 1
    places = os.pathsep.join(str(program.path.parent) for program in programs.values())
    environment = dict(os.environ, PATH=places + os.pathsep + os.environ["PATH"])
    result = run(["bash", "-euo", "pipefail", "-c", text], cwd=folder, env=environment)
    if result.returncode != 0:
        fault(document, f"status {result.returncode} of\n{text}\n{result.stdout}{result.stderr}")


def check_keys(document, reports):
    """Compares the tables with the keys of the program, in both directions."""
    global checked
    text = document.read_text()
    section, documented = None, set()
    for line in text.splitlines():
        heading = re.match(r"## (?:`(\w+)(?:\[\])?`|Top level)", line)
        if heading:
            section = heading.group(1) or ""
        row = re.match(r"\| (`[^|]*) \|", line)
        if not row or section is None:
            continue
        for key in re.findall(r"`\.?([\w.]+)`", row.group(1)):
            documented.update(key.split("."))
            if "." in key or section == "companies":
                continue
            checked += 1
            inner = f'"{key}": null'
            sample = {"": f"{{{inner}, \"companies\": []}}" if key != "companies" else '{"companies": []}',
                      "sources": f'{{"sources": [{{"path": "x", {inner}}}], "companies": []}}'}.get(
                section, f'{{"{section}": {{{inner}}}, "companies": []}}')
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "callback-reports.json")
                path.write_text(sample)
                result = run([reports.path, "check", "--config", path])
                if f"unknown key '{key}'" in result.stdout + result.stderr:
                    fault(document, f"the key '{key}' of '{section}' is unknown")
    with tempfile.TemporaryDirectory() as folder:
        run([reports.path, "init", folder])
        written = "".join(path.read_text() for path in pathlib.Path(folder).glob("*.json"))
    for key in sorted(set(re.findall(r'^\s*(?://\s*)?"(\w+)":', written, re.M))):
        if key not in documented:
            fault(document, f"'{key}', which 'init' writes, is not documented")


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(document, text):
    global checked
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", target):
            continue
        checked += 1
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists():
            fault(document, f"there is no {target}")
        elif anchor and path.suffix == ".md" and anchor not in anchors(path):
            fault(document, f"{name or document.name} has no heading for #{anchor}")


def passages(text):
    """Returns the sentences of the prose, and the items of lists, that have more than 60 characters."""
    prose = re.sub(r"```.*?```|^(?:    |\|)[^\n]*", "", text, flags=re.S | re.M)
    for block in re.split(r"\n\s*\n|\n(?=(?:[-*#]|\d+\.) ?)", prose):
        for sentence in re.split(r"(?<=[.:;]) ", " ".join(block.split())):
            if len(sentence) > 60:
                yield sentence


def check_repetitions(document, text):
    """Compares every passage with every other: three fifths of the words in the same order are too many."""
    global checked
    for one, other in itertools.combinations(passages(text), 2):
        checked += 1
        match = difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False)
        if match.quick_ratio() > 0.6 and match.ratio() > 0.6:
            fault(document, f"says this twice: {one!r}, {other!r}")


def main():
    reports, gateway = Program(sys.argv[1]), Program(sys.argv[2])
    programs = {"callback-reports": reports, "callback-gateway": gateway}
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md",
                 ROOT / "cron/README.md", ROOT / "packaging/README.md"]
    documents += sorted((ROOT / "docs").glob("*.md"))
    for document in documents:
        text = document.read_text()
        check_links(document, text)
        check_repetitions(document, text)
        with tempfile.TemporaryDirectory() as folder:
            for block in BLOCK.finditer(text):
                if block["language"] == "sh":
                    check_shell(document, block["text"], programs)
                if block["mark"] == "config":
                    check_configuration(document, block["text"], reports)
                if block["mark"] == "run":
                    check_run(document, block["text"], folder, programs)
    check_keys(ROOT / "docs/configuration.md", reports)
    for words in faults:
        print(words)
    print(f"{checked} passed, {len(faults)} failed" if not faults else
          f"{checked - len(faults)} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


main()
