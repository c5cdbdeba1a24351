"""Prints 'N passed, N failed' from the output of swift test, and fails unless all passed.

Usage: test_totals.py < the output of 'swift test'
"""

import re
import sys

log = sys.stdin.read()
results = re.findall(r"^(?:✔|✘|[^\w\s]) Test (?!run )(.+?) (passed|failed) after", log, re.MULTILINE)
totals = re.findall(r"Test run with (\d+) tests? in \d+ suites? (passed|failed)", log)
passed = sum(result == "passed" for _, result in results)
failed = len(results) - passed
if not totals or sum(int(number) for number, _ in totals) != passed + failed:
    sys.exit(f"swift test counted {totals}, and {passed + failed} results were seen")
print(f"{passed} passed, {failed} failed")
if failed or any(result == "failed" for _, result in totals):
    sys.exit(1)
