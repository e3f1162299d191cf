#!/usr/bin/python
# What win_firewall_rule does, for a machine that has no Windows: it judges its
# parameters by the documentation of the real one, and keeps rules in a file.
import json
import os

from ansible.module_utils.basic import AnsibleModule

HERE = "STATE"


def main():
    with open(os.path.join(HERE, "win_firewall_rule.json")) as doc:
        options = json.load(doc)["community.windows.win_firewall_rule"]["doc"]["options"]
    keep = ("type", "elements", "choices", "aliases", "required")
    spec = {name: {k: o[k] for k in keep if k in o} for name, o in options.items()}
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    asked = {k: v for k, v in module.params.items() if v is not None}
    path = os.path.join(HERE, "rules.json")
    with open(path) as file:
        rules = json.load(file)
    state = asked.pop("state", "present")
    was = json.dumps(rules, sort_keys=True)
    if state == "absent":
        rules.pop(asked["name"], None)
    else:
        if "localport" in asked and asked["protocol"] not in ("tcp", "udp"):
            module.fail_json(msg="only TCP and UDP have ports here")
        if not asked.get("remoteip"):
            module.fail_json(msg="a rule without sources")
        rules[asked["name"]] = {**rules.get(asked["name"], {}), **asked}
    changed = json.dumps(rules, sort_keys=True) != was
    if changed and not module.check_mode:
        with open(path, "w") as file:
            json.dump(rules, file)
    module.exit_json(changed=changed)


main()
