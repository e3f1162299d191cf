# For many.py: what every run of a playbook loads, ansible-playbook itself or the
# process that it forks for each task.
import importlib

import ansible.cli.playbook

for kind, names in {
    "action": ["assert", "normal"],
    "callback": ["default"],
    "connection": ["local"],
    "filter": ["core", "encryption", "mathstuff", "urls", "urlsplit"],
    "inventory": ["host_list", "ini"],
    "lookup": ["vars"],
    "shell": ["sh"],
    "strategy": ["free", "linear"],
    "test": ["core", "files", "mathstuff", "uri"],
    "vars": ["host_group_vars"],
}.items():
    for name in names:
        importlib.import_module(f"ansible.plugins.{kind}.{name}")
