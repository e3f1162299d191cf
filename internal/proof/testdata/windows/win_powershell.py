#!/usr/bin/python
# What the one script of the playbook says: the names of the rules of a group.
import json
import os
import re

from ansible.module_utils.basic import AnsibleModule

HERE = "STATE"


def main():
    module = AnsibleModule(argument_spec={"script": {"type": "str", "required": True}}, supports_check_mode=True)
    group = re.fullmatch(
        r"Get-NetFirewallRule -Group '([^']+)' -ErrorAction SilentlyContinue \| ForEach-Object { \$_.DisplayName }",
        module.params["script"].strip(),
    )
    if not group:
        module.fail_json(msg="another script: " + module.params["script"])
    with open(os.path.join(HERE, "rules.json")) as file:
        rules = json.load(file)
    module.exit_json(changed=True, output=[name for name, rule in rules.items() if rule.get("group") == group[1]])


main()
