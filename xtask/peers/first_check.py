"""Times `import openclaim`, opening the engine and a first check, each time in a process of its own.

Usage: python first_check.py CLAIM.837
Prints the median of all three together in milliseconds, then its parts.
"""

import statistics
import subprocess
import sys

RUNS = 21
MEASURE = """
import sys, time
begun = time.perf_counter()
import openclaim
imported = time.perf_counter()
engine = openclaim.Engine()
opened = time.perf_counter()
answers = engine.check(sys.argv[1])
checked = time.perf_counter()
assert len(answers) == 1 and answers[0]["grouping"], answers
print(imported - begun, opened - imported, checked - opened)
"""


def main() -> None:
    rows = []
    for _ in range(RUNS):
        command = [sys.executable, "-c", MEASURE, sys.argv[1]]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        rows.append([float(part) * 1000 for part in output.split()])
    total = statistics.median(sum(row) for row in rows)
    import_, open_, check = (statistics.median(column) for column in zip(*rows))
    slowest = max(sum(row) for row in rows)
    print(f"{total:.1f} ms median of {RUNS} (import {import_:.1f}, engine {open_:.1f}, check {check:.1f}; slowest {slowest:.1f})")


if __name__ == "__main__":
    main()
