# Runs a program that is written in Python many times, and loads its modules
# but once: python3 many.py PROGRAM MODULE... reads a JSON list of lists of
# arguments, and prints a JSON list of what each run printed, and its status.
# Each run is a fork, so that none finds what another left. A module's function
# prepare is called with the arguments before each.
#
# With --serve FOLDER before PROGRAM it answers FOLDER/PROGRAM instead, a script
# that it writes there: to the callers of that it is the program.
import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback

# Arguments end in NUL; the answer is a line with the status, and what was said.
CALLER = """#!/bin/sh
printf '%s\\0' "$@" >{0}.in
{{ read -r status; cat; }} <{0}.out
exit "$status"
"""


def run(program, arguments):
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.dup2(said.fileno(), 1)
                os.dup2(said.fileno(), 2)
                sys.argv = [program, *arguments]
                runpy.run_path(program, run_name="__main__")
                status = 0
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else int(end.code is not None)
                if isinstance(end.code, str):
                    print(end.code, file=sys.stderr)
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status & 255)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return {"status": status, "said": said.read().decode(errors="replace")}


def serve(program, name):
    for end in [".in", ".out"]:
        os.mkfifo(name + end)
    with open(name, "w") as script:
        script.write(CALLER.format(name))
    os.chmod(name, 0o755)
    while True:
        with open(name + ".in") as asked:
            arguments = asked.read().split("\0")[:-1]
        result = run(program, arguments)
        with open(name + ".out", "w") as answer:
            answer.write("{status}\n{said}".format(**result))


folder = sys.argv[2] if sys.argv[1] == "--serve" else None
program, *modules = sys.argv[3:] if folder else sys.argv[1:]
prepares = [m.prepare for m in [importlib.import_module(name) for name in modules] if hasattr(m, "prepare")]
if folder:
    serve(program, os.path.join(folder, os.path.basename(program)))

results = []
for arguments in json.load(sys.stdin):
    for prepare in prepares:
        prepare(arguments)
    results.append(run(program, arguments))
json.dump(results, sys.stdout)
