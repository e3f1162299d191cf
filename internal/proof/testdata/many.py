# Runs a program that is written in Python many times, and loads its modules
# but once: python3 many.py PROGRAM MODULE... reads a JSON list of lists of
# arguments, and prints a JSON list of what each run printed, and its status.
# Each run is a fork, so that none finds what another left. A module's function
# prepare is called with the arguments before each.
#
# many.py --serve FOLDER PROGRAM=MODULE,MODULE... answers FOLDER/PROGRAM instead,
# a script that it writes there for each: to its callers, one at a time, it is the
# program. Modules are loaded when a program is first called, in its caller's
# environment. FOLDER/ready is there when all can be called.
import gc
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback

# The caller's folder, its environment, an empty word and the arguments end in NUL;
# the answer is a line with the status, and what was said.
CALLER = """#!/bin/sh
{{ pwd; env -0; printf '\\0'; printf '%s\\0' "$@"; }} >{0}.in
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


def load(modules):
    loaded = [importlib.import_module(name) for name in modules]
    # What the collector doesn't look at, no fork needs a copy of.
    gc.disable()
    gc.freeze()
    return [m.prepare for m in loaded if hasattr(m, "prepare")]


def serve(program, name, modules):
    prepares = None
    while True:
        with open(name + ".in") as asked:
            folder, _, rest = asked.read().partition("\n")
        variables, _, arguments = rest.partition("\0\0")
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(v.split("=", 1) for v in variables.split("\0"))
        arguments = arguments.split("\0")[:-1]
        if prepares is None:
            prepares = load(modules)
        for prepare in prepares:
            prepare(arguments)
        result = run(program, arguments)
        with open(name + ".out", "w") as answer:
            answer.write("{status}\n{said}".format(**result))


if sys.argv[1] == "--serve":
    folder, servers = sys.argv[2], []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    for served in sys.argv[3:]:
        program, _, modules = served.partition("=")
        name = os.path.join(folder, os.path.basename(program))
        for end in [".in", ".out"]:
            os.mkfifo(name + end)
        servers.append(os.fork())
        if servers[-1] == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            serve(program, name, modules.split(","))
        with open(name, "w") as script:
            script.write(CALLER.format(name))
        os.chmod(name, 0o755)
    open(os.path.join(folder, "ready"), "w").close()
    try:
        servers.remove(os.wait()[0])
        sys.exit("a server ended")
    finally:
        for server in servers:
            os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)

program, *modules = sys.argv[1:]
prepares = load(modules)
results = []
for arguments in json.load(sys.stdin):
    for prepare in prepares:
        prepare(arguments)
    results.append(run(program, arguments))
json.dump(results, sys.stdout)
