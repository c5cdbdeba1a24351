"""Fails if a target depends on other C libraries than the named ones.

Usage: dependencies.py TARGET ALLOWED... < output of 'swift package describe --type json'
"""

import json
import sys

target, *allowed = sys.argv[1:]
package = json.load(sys.stdin)
if package["dependencies"]:
    sys.exit("the package has package dependencies")
targets = {entry["name"]: entry for entry in package["targets"]}
found, ahead = set(), [target]
while ahead:
    name = ahead.pop()
    if name not in found:
        found.add(name)
        ahead += targets[name].get("target_dependencies", [])
libraries = {name for name in found if targets[name]["type"] == "system-target"}
if libraries != set(allowed):
    sys.exit(f"{target} stands on {sorted(libraries)}, and should on {sorted(allowed)}")
print(f"{target}: {len(found)} targets, C libraries {', '.join(sorted(libraries))}")
