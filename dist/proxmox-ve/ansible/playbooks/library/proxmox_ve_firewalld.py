#!/usr/bin/python
"""Opens the ports of one product with firewalld, all of them in one call.

ansible.posix.firewalld takes one rule a call, and a host has dozens. This asks
firewalld once what is open, works out what is missing and what an earlier call
left, and changes just that, permanently and in the running firewall.
"""

import ipaddress
import json
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common import respawn

DOCUMENTATION = r"""
module: proxmox_ve_firewalld
short_description: Opens ports, protocols and rich rules with firewalld
description:
  - Opens what is listed in one zone, and closes what an earlier call opened and
    the list no longer has. What somebody else opened is left alone.
options:
  zone:
    description: The zone; by default firewalld's default zone.
    type: str
  rules:
    description: Dicts of one C(port) (8000-8010/tcp), C(protocol) or C(rich_rule).
    type: list
    elements: dict
    required: true
  sets:
    description: Sets of addresses that rich rules name, each with C(name), C(family) (inet or inet6) and C(entries).
    type: list
    elements: dict
    default: []
  record:
    description: The file that keeps what was opened.
    type: path
    required: true
"""

EXAMPLES = r"""
- name: Open a port
  proxmox_ve_firewalld:
    rules: [{port: 443/tcp}]
    record: /etc/firewalld/portpress-proxmox-ve.json
"""

RETURN = r"""
reloaded:
  description: Whether firewalld was reloaded.
  type: bool
  returned: always
"""


# A rule is a pair of kind and value, as ("port", "8000-8010/tcp"). What rules
# open is a Python set with each port by itself, since firewalld makes one range
# of two that overlap, and takes a part out of it.


def ports_of(text):
    """Gives each port of a text such as 8000-8010/tcp."""
    numbers, protocol = text.split("/")
    first, _, last = numbers.partition("-")
    return {("port", (protocol, n)) for n in range(int(first), int(last or first) + 1)}


def opened_by(rule):
    """Gives what one rule opens."""
    kind, value = rule
    return ports_of(value) if kind == "port" else {rule}


def opened_by_all(rules):
    return set().union(*(opened_by(rule) for rule in rules))


def read_rules(items):
    """Reads the rules of a list of dicts, each once."""
    rules = []
    for item in items:
        (kind, value), = item.items()
        rule = (kind, canonical(value) if kind == "rich_rule" else str(value))
        if rule not in rules:
            rules.append(rule)
    return rules


def canonical(rule):
    """Writes a rich rule as firewalld does, to compare them."""
    from firewall.core.rich import Rich_Rule

    return str(Rich_Rule(rule_str=rule))


def rules_for(opened):
    """Gives the fewest rules that open just this."""
    rules = sorted((kind, value) for kind, value in opened if kind != "port")
    ranges = []
    for protocol, n in sorted(value for kind, value in opened if kind == "port"):
        if ranges and ranges[-1][0] == protocol and ranges[-1][2] == n - 1:
            ranges[-1][2] = n
        else:
            ranges.append([protocol, n, n])
    for protocol, first, last in ranges:
        numbers = str(first) if first == last else "{0}-{1}".format(first, last)
        rules.append(("port", "{0}/{1}".format(numbers, protocol)))
    return rules


def rules_of(settings):
    """Gives the rules of a zone that are of our kinds."""
    rules = [("port", "/".join(pair)) for pair in settings.getPorts()]
    rules += [("protocol", protocol) for protocol in settings.getProtocols()]
    return rules + [("rich_rule", rule) for rule in settings.getRichRules()]


def missing(wanted, rules):
    """Gives those of the wanted rules that open more than the rules do."""
    opened = opened_by_all(rules)
    return [rule for rule in wanted if not opened_by(rule) <= opened]


def with_rule(rules, rule):
    """Adds a rule as firewalld does, as one with the ranges that it overlaps."""
    opened = opened_by(rule)
    touched = [other for other in rules if opened_by(other) & opened]
    return [other for other in rules if other not in touched] + rules_for(opened | opened_by_all(touched))


def networks(entries, family):
    """Reads addresses, and leaves out what another one holds: firewalld refuses
    a set whose entries overlap, and then stands open."""
    of_family = ipaddress.IPv4Network if family == "inet" else ipaddress.IPv6Network
    found = set()
    for entry in entries:
        network = of_family(str(entry))
        # A set can't hold everyone, only both halves.
        found.update([network] if network.prefixlen else network.subnets())
    kept = []
    for network in sorted(found):
        if not kept or not kept[-1].overlaps(network):
            kept.append(network)
    return set(kept)


def text_of(network):
    """Writes an entry of a set; a host without its prefix length."""
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


class Running:
    """The daemon, which holds the permanent settings too."""

    def __init__(self, client):
        self.client = client
        self.config = client.config()

    def default_zone(self):
        return self.client.getDefaultZone()

    def zones(self):
        return self.config.getZoneNames()

    def zone(self, name):
        return self.config.getZoneByName(name).getSettings()

    def write_zone(self, name, settings):
        self.config.getZoneByName(name).update(settings)

    def set_names(self):
        return self.config.getIPSetNames()

    def entries(self, name):
        return self.config.getIPSetByName(name).getSettings().getEntries()

    def make_set(self, name, settings):
        self.config.addIPSet(name, settings)

    def write_entries(self, name, entries):
        self.config.getIPSetByName(name).setEntries(entries)


class Stopped:
    """The permanent settings, without the daemon."""

    def __init__(self):
        from firewall.core.fw import Firewall

        self.firewall = Firewall(offline=True)
        self.firewall.start()
        self.config = self.firewall.config

    def default_zone(self):
        return self.firewall.get_default_zone()

    def zones(self):
        return self.config.get_zones()

    def zone(self, name):
        from firewall.client import FirewallClientZoneSettings

        return FirewallClientZoneSettings(self.config.get_zone_config_dict(self.config.get_zone(name)))

    def write_zone(self, name, settings):
        self.config.set_zone_config_dict(self.config.get_zone(name), settings.getSettingsDict())

    def set_names(self):
        return self.config.get_ipsets()

    def entries(self, name):
        return self.config.get_ipset(name).entries

    def make_set(self, name, settings):
        self.config.new_ipset(name, tuple(settings.settings))

    def write_entries(self, name, entries):
        found = self.config.get_ipset(name)
        config = list(self.config.get_ipset_config(found))
        config[5] = entries
        self.config.set_ipset_config(found, tuple(config))


class Play:
    """One call of the module."""

    def __init__(self, module):
        from firewall.client import FirewallClient
        from firewall.errors import FirewallError

        self.module = module
        self.reloaded = False
        self.changes = []
        try:
            self.client = FirewallClient()
            self.client.getDefaultZone()
            self.permanent = Running(self.client)
        except (AttributeError, FirewallError):
            self.client = None
            self.permanent = Stopped()

        self.zone = module.params["zone"] or self.permanent.default_zone()
        self.wanted = read_rules(module.params["rules"])
        self.sets = self.read_sets()
        self.ours = {zone: opened_by_all(read_rules(rules)) for zone, rules in self.read_record().items()}

    def read_sets(self):
        """Gives name and family of each set, and its networks: of one that two
        host types have, those of both."""
        entries = {}
        for item in self.module.params["sets"]:
            if not isinstance(item["entries"], list):
                raise ValueError("the entries of {name} are no list: {entries}".format(**item))
            entries.setdefault((item["name"], item["family"]), []).extend(item["entries"])
        return {key: networks(values, key[1]) for key, values in entries.items()}

    def read_record(self):
        """Gives the rules that earlier calls opened, by zone."""
        try:
            with open(self.module.params["record"]) as file:
                record = json.load(file)
        except FileNotFoundError:
            return {}
        if "opened" in record:  # as playbooks without this module wrote it
            return {record["zone"] or self.permanent.default_zone(): record["opened"]}
        return record["zones"]

    def write_record(self, opened):
        zones = {zone: [dict([rule]) for rule in rules_for(rules)] for zone, rules in opened.items() if rules}
        if zones == self.read_record() or self.module.check_mode:
            return
        with tempfile.NamedTemporaryFile("w", dir=self.module.tmpdir, delete=False) as file:
            json.dump({"zones": zones}, file, indent=4, sort_keys=True)
            file.write("\n")
        os.chmod(file.name, 0o644)
        self.module.atomic_move(file.name, self.module.params["record"])

    def change(self, sign, where, what, call=None, *args):
        """Notes a change for the diff, and makes it unless this is a check."""
        self.changes.append("{0} {1}: {2}".format(sign, where, what))
        if call and not self.module.check_mode:
            call(*args)

    def run(self):
        """Opens everything before it closes anything. The record is written
        before too, so that nothing is forgotten if a call fails."""
        wanted = opened_by_all(self.wanted)
        before = self.ours.get(self.zone, set())
        ours = before & wanted | wanted - opened_by_all(rules_of(self.permanent.zone(self.zone)))
        stale = dict(self.ours)
        stale[self.zone] = before - wanted
        self.write_record(dict(self.ours, **{self.zone: before | ours}))
        self.permanent_sets()
        self.permanent_rules(self.zone, self.wanted, set())
        if self.client:
            self.running_sets()
            self.open_running()
        for zone in sorted(set(stale).intersection(self.permanent.zones())):
            if self.client:
                self.close_running(zone, stale[zone])
            self.permanent_rules(zone, [], stale[zone])
        self.write_record({self.zone: ours})

    def permanent_sets(self):
        from firewall.client import FirewallClientIPSetSettings

        names = self.permanent.set_names()
        for (name, family), wanted in sorted(self.sets.items()):
            entries = [text_of(network) for network in sorted(wanted)]
            what = "set {0}: {1}".format(name, ", ".join(entries))
            if name not in names:
                settings = FirewallClientIPSetSettings()
                settings.setType("hash:net")
                settings.setOptions({"family": family})
                settings.setEntries(entries)
                self.change("+", "permanent", what, self.permanent.make_set, name, settings)
            elif sorted(entries) != sorted(self.permanent.entries(name)):
                self.change("~", "permanent", what, self.permanent.write_entries, name, entries)

    def permanent_rules(self, zone, wanted, stale):
        """Changes the permanent settings of a zone, all in one call."""
        settings = self.permanent.zone(zone)
        rules = rules_of(settings)
        added = missing(wanted, rules)
        removed = opened_by_all(rules) & stale
        if not added and not removed:
            return
        for rule in added:
            self.change("+", "permanent", rule[1])
            rules = with_rule(rules, rule)
        for rule in rules_for(removed):
            self.change("-", "permanent", rule[1])
        kept = []
        for rule in rules:
            opened = opened_by(rule)
            kept += rules_for(opened - removed) if opened & removed else [rule]
        settings.setPorts([tuple(value.split("/")) for kind, value in kept if kind == "port"])
        settings.setProtocols([value for kind, value in kept if kind == "protocol"])
        settings.setRichRules([value for kind, value in kept if kind == "rich_rule"])
        if not self.module.check_mode:
            self.permanent.write_zone(zone, settings)

    def running_sets(self):
        """Brings the sets of the running firewall up to date. Only a set that it
        doesn't have takes a reload: firewalld can't make one otherwise."""
        names = self.client.getIPSets()
        if self.client.get_property("state") == "FAILED" or any(name not in names for name, family in self.sets):
            self.reloaded = True
            self.change("~", "running", "reload", self.client.reload)
            return
        for name, family in sorted(self.sets):
            wanted = self.sets[name, family]
            current = {ipaddress.ip_network(entry) for entry in self.client.getEntries(name)}
            if wanted != current:
                what = "set {0}: {1}".format(name, ", ".join(text_of(network) for network in sorted(wanted)))
                self.change("~", "running", what, self.change_entries, name, wanted - current, current - wanted)

    def change_entries(self, name, added, removed):
        """An entry that overlaps another can only be added when that one is gone.
        For the moment between, rules of their own let in what both hold."""
        both = {max(a, b, key=lambda network: network.prefixlen) for a in added for b in removed if a.overlaps(b)}
        source = 'source ipset="{0}"'.format(name)
        rules = [rule for rule in self.client.getZoneSettings(self.zone).getRichRules() if source in rule]
        bridges = [rule.replace(source, 'source address="{0}"'.format(network)) for rule in rules for network in sorted(both)]
        bridges = [rule for rule in bridges if not self.client.queryRichRule(self.zone, rule)]
        later = {a for a in added if any(a.overlaps(b) for b in removed)}
        for rule in bridges:
            self.client.addRichRule(self.zone, rule, 60)  # seconds, if nothing takes it away
        for network in sorted(added - later):
            self.client.addEntry(name, text_of(network))
        for network in sorted(removed):
            self.client.removeEntry(name, text_of(network))
        for network in sorted(later):
            self.client.addEntry(name, text_of(network))
        for rule in bridges:
            self.client.removeRichRule(self.zone, rule)

    def open_running(self):
        if self.reloaded and self.module.check_mode:
            return  # the reload brings them
        calls = {"port": self.client.addPort, "protocol": self.client.addProtocol, "rich_rule": self.client.addRichRule}
        for kind, value in missing(self.wanted, rules_of(self.client.getZoneSettings(self.zone))):
            self.change("+", "running", value, calls[kind], self.zone, *(value.split("/") if kind == "port" else [value]))

    def close_running(self, zone, stale):
        """Closes rule by rule: firewalld finds no range that reaches over two of
        its own."""
        calls = {"port": self.client.removePort, "protocol": self.client.removeProtocol, "rich_rule": self.client.removeRichRule}
        for rule in rules_of(self.client.getZoneSettings(zone)):
            for kind, value in rules_for(opened_by(rule) & stale):
                self.change("-", "running", value, calls[kind], zone, *(value.split("/") if kind == "port" else [value]))


def main():
    module = AnsibleModule(
        argument_spec={
            "zone": {"type": "str"},
            "rules": {"type": "list", "elements": "dict", "required": True},
            "sets": {"type": "list", "elements": "dict", "default": []},
            "record": {"type": "path", "required": True},
        },
        supports_check_mode=True,
    )
    try:
        from firewall.errors import FirewallError
    except ImportError:
        # It comes with the system's Python, which Ansible may not run in.
        found = respawn.probe_interpreters_for_module(["/usr/bin/python3", "/usr/libexec/platform-python"], "firewall")
        if found and not respawn.has_respawned():
            respawn.respawn_module(found)
        module.fail_json(msg="firewalld isn't installed")
    try:
        play = Play(module)
        play.run()
    except (ValueError, FirewallError) as error:
        module.fail_json(msg="firewalld: {0}".format(error))
    module.exit_json(
        changed=bool(play.changes),
        reloaded=play.reloaded,
        diff={"prepared": "".join(change + "\n" for change in play.changes)},
    )


if __name__ == "__main__":
    main()
