#!/usr/bin/python
"""Opens the ports of one product with ufw, all of them in one call.

community.general.ufw takes one rule a call, and starts ufw several times for each.
This reads ufw's rules once, compares them as ufw does, and runs ufw only for
what is missing and what an earlier call left.
"""

import gettext
import shlex
import sys

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common import respawn

DOCUMENTATION = r"""
module: rke2_ufw
short_description: Opens ports and protocols with ufw
description:
  - Allows what is listed, and deletes what an earlier call allowed and the list
    no longer has. Its rules are those whose comment begins with the mark; all
    others are left alone.
options:
  rules:
    description:
      - Dicts of C(rule), C(direction), C(proto), C(from) (a list), C(comment), and
        where needed C(to_port), C(to_ip) and C(interface_in), as community.general.ufw
        takes them; with C(route) in the place of C(direction) it is about what the
        host forwards. Each source is a rule.
    type: list
    elements: dict
    required: true
  mark:
    description: How the comments of all rules begin.
    type: str
    required: true
  enable:
    description: Whether to turn ufw on, once its rules are in place.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Open a port
  rke2_ufw:
    rules: [{rule: allow, direction: in, proto: tcp, to_port: "443", from: [any], comment: "portpress rke2: tcp 443"}]
    mark: "portpress rke2: "
"""

RETURN = r"""
commands:
  description: What ufw was told, or would be.
  type: list
  elements: str
  returned: always
"""


def arguments(item, source):
    """Gives what ufw is told for one source of an item."""
    words = ["route", item["rule"]] if item.get("route") else [item["rule"], item["direction"]]
    if item.get("interface_in"):
        words += ["on", item["interface_in"]]
    words += ["from", source, "to", item.get("to_ip") or "any"]
    if item.get("to_port"):
        words += ["port", item["to_port"]]
    words += ["proto", item["proto"], "comment", "{0} from {1}".format(item["comment"], source)]
    return [str(word) for word in words]


def same(rule, others):
    """Whether ufw takes a rule for one of the others, with another comment or not."""
    return any(rule.match(other) != 1 for other in others)


class Play:
    """One call of the module."""

    def __init__(self, module):
        from ufw.backend_iptables import UFWBackendIptables

        self.module = module
        self.ufw = module.get_bin_path("ufw", required=True)
        sys.argv[0] = self.ufw  # ufw's code asks who owns the program that it is part of
        self.backend = UFWBackendIptables(True)  # it only reads
        self.commands = []
        self.changes = []

    def told(self, words):
        """Gives the rules that ufw makes of its arguments: one for each family."""
        from ufw.parser import UFWCommandRouteRule, UFWCommandRule, UFWParser

        parser = UFWParser()
        if words[0] == "route":
            parser.register_command(UFWCommandRouteRule(words[1]))
            parsed = parser.parse_command(list(words))  # which it changes
        else:
            parser.register_command(UFWCommandRule(words[0]))
            parsed = parser.parse_command(["rule"] + words)
        rules = []
        for family in ["v4", "v6"]:
            if parsed.data["iptype"] in [family, "both"] and (family == "v4" or self.backend.use_ipv6()):
                rule = parsed.data["rule"].dup_rule()
                rule.set_v6(family == "v6")
                rule.normalize()
                rules.append(rule)
        return rules

    def ours(self, rule):
        return rule.get_comment().startswith(self.module.params["mark"])

    def run(self):
        """Allows everything before it deletes anything."""
        from ufw.parser import UFWCommandRule

        present = self.backend.get_rules()
        for rule in present:
            rule.normalize()
        kept = []
        for item in self.module.params["rules"]:
            for source in item["from"]:
                words = arguments(item, source)
                rules = [rule for rule in self.told(words) if not same(rule, kept)]
                if any(not any(have.match(rule) == 0 for have in present) for rule in rules):
                    self.tell("+", words)
                kept += rules
        for rule in present:
            if self.ours(rule) and not same(rule, kept):
                rule.set_comment("")
                way = ["route", "delete"] if rule.forward else ["delete"]
                self.tell("-", ["--force"] + way + shlex.split(UFWCommandRule.get_command(rule)))
        if self.module.params["enable"] and not self.is_on():
            self.tell("+", ["--force", "enable"])

    def is_on(self):
        """Whether ufw runs, and will after a reboot."""
        return self.backend.is_enabled() and "Status: active" in self.call(["status"]).splitlines()

    def tell(self, sign, words):
        """Notes a change for the diff, and makes it unless this is a check."""
        command = " ".join(["ufw"] + [shlex.quote(word) for word in words if word != "--force"])
        if command in self.commands:
            return
        self.commands.append(command)
        self.changes.append("{0} {1}\n".format(sign, command))
        if not self.module.check_mode:
            self.call(words)

    def call(self, words):
        status, out, err = self.module.run_command([self.ufw] + words, environ_update={"LC_ALL": "C"})
        if status != 0:
            raise ValueError("{0}: {1}".format(" ".join(words), (err or out).strip()))
        return out


def main():
    module = AnsibleModule(
        argument_spec={
            "rules": {"type": "list", "elements": "dict", "required": True},
            "mark": {"type": "str", "required": True},
            "enable": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    gettext.install("ufw")  # as ufw's own code expects
    try:
        from ufw.common import UFWError
    except ImportError:
        # It comes with the system's Python, which Ansible may not run in.
        found = respawn.probe_interpreters_for_module(["/usr/bin/python3", "/usr/libexec/platform-python"], "ufw")
        if found and not respawn.has_respawned():
            respawn.respawn_module(found)
        module.fail_json(msg="ufw isn't installed")
    try:
        play = Play(module)
        play.run()
    except (ValueError, UFWError) as error:
        module.fail_json(msg="ufw: {0}".format(getattr(error, "value", error)))
    module.exit_json(changed=bool(play.commands), commands=play.commands, diff={"prepared": "".join(play.changes)})


if __name__ == "__main__":
    main()
