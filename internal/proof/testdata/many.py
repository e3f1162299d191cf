# Runs a program that is written in Python many times, and loads its modules
# but once: python3 many.py PROGRAM MODULE... reads a JSON list of lists of
# arguments, and prints a JSON list of what each run printed, and its status.
# Each run is a fork, so that none finds what another left. A module's function
# prepare is called with the arguments before each.
import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback

program, modules = sys.argv[1], sys.argv[2:]
prepares = [m.prepare for m in [importlib.import_module(name) for name in modules] if hasattr(m, "prepare")]

results = []
for arguments in json.load(sys.stdin):
    for prepare in prepares:
        prepare(arguments)
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
        results.append({"status": status, "said": said.read().decode(errors="replace")})
json.dump(results, sys.stdout)
