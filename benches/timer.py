#!/usr/bin/env python3
"""Time commands in turn: wall and CPU seconds, peak memory, ratios to the first.

    timer.py [-n RUNS] [-w WARM-UPS] [--clear FOLDER] NAME COMMAND [NAME COMMAND ...]

Each command is a line for `sh -c`; FOLDER is removed before each, unmeasured. Turns are taken run by run, so that all
commands meet the same machine; ratios are taken turn by turn. Standard library
only.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time


def once(command, clear):
    if clear:
        shutil.rmtree(clear, ignore_errors=True)
    start = time.monotonic()
    process = subprocess.Popen(["sh", "-c", command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit("exit status %d: %s" % (process.returncode, command))
    # ru_maxrss counts KiB on Linux: the largest process of those that ran.
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", type=int, default=5, help="turns that count")
    parser.add_argument("-w", type=int, default=1, help="turns that do not")
    parser.add_argument("--clear", help="folder to remove before each run")
    parser.add_argument("rest", nargs="+", metavar="NAME COMMAND")
    args = parser.parse_args()
    pairs = list(zip(args.rest[::2], args.rest[1::2]))
    turns = [[once(command, args.clear) for _, command in pairs] for _ in range(args.w + args.n)][args.w:]
    print("%-10s %9s %9s %9s %9s %9s   ratio to %s: %7s %7s %7s" % (
        "", "wall s", "least", "cpu s", "least", "peak MiB", pairs[0][0], "wall", "cpu", "peak"))
    for i, (name, _) in enumerate(pairs):
        column = [[turn[i][k] for turn in turns] for k in range(3)]
        ratio = [statistics.median(turn[i][k] / turn[0][k] for turn in turns) for k in range(3)]
        middle = [statistics.median(values) for values in column]
        print("%-10s %9.3f %9.3f %9.3f %9.3f %9.0f   %s %7.2f %7.2f %7.2f" % (
            name, middle[0], min(column[0]), middle[1], min(column[1]), middle[2],
            " " * (len(pairs[0][0]) + 10), *ratio))
    print("%d turns, load %.1f" % (args.n, os.getloadavg()[0]))


if __name__ == "__main__":
    main()
