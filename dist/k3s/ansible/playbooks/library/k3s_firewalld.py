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
module: k3s_firewalld
short_description: Opens ports, protocols and rich rules with firewalld
description:
  - Opens what is listed in one zone, or those that it names, and closes what an
    earlier call opened and the list no longer has. What somebody else opened is left alone.
options:
  zone:
    description: The zone of rules that name none; by default firewalld's default zone.
    type: str
  rules:
    description: Dicts of one C(port) (8000-8010/tcp), C(protocol) or C(rich_rule), and C(zone) where it is another one.
    type: list
    elements: dict
    required: true
  everywhere:
    description: Rules that are opened in each of these zones.
    type: list
    elements: dict
    default: []
  interfaces:
    description:
      - Dicts of C(interface) and the C(zone) that it is to be in, which is made if it isn't there.
        One that an earlier call put there and is no longer listed is taken out again.
    type: list
    elements: dict
    default: []
  policies:
    description: Policies of what the host forwards, each with C(name) and C(rich_rules).
    type: list
    elements: dict
    default: []
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
  k3s_firewalld:
    rules: [{port: 443/tcp}]
    record: /etc/firewalld/portpress-k3s.json
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


def by_zone(items, zone):
    """Gives the items of each zone, without what says which that is."""
    zones = {zone: []}
    for item in items:
        zones.setdefault(item.get("zone", zone), []).append({key: value for key, value in item.items() if key != "zone"})
    return zones


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
        network = of_family(str(entry), strict=False)
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

    def make_zone(self, name, settings):
        self.config.addZone(name, settings)

    def policies(self):
        return self.config.getPolicyNames()

    def policy(self, name):
        return self.config.getPolicyByName(name).getSettings()

    def write_policy(self, name, settings):
        if name in self.policies():
            self.config.getPolicyByName(name).update(settings)
        else:
            self.config.addPolicy(name, settings)

    def remove_policy(self, name):
        self.config.getPolicyByName(name).remove()

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

    def make_zone(self, name, settings):
        self.config.new_zone_dict(name, settings.getSettingsDict())

    def policies(self):
        return self.config.get_policy_objects()

    def policy(self, name):
        from firewall.client import FirewallClientPolicySettings

        return FirewallClientPolicySettings(self.config.get_policy_object_config_dict(self.config.get_policy_object(name)))

    def write_policy(self, name, settings):
        if name in self.policies():
            self.config.set_policy_object_config_dict(self.config.get_policy_object(name), settings.getSettingsDict())
        else:
            self.config.new_policy_object_dict(name, settings.getSettingsDict())

    def remove_policy(self, name):
        self.config.remove_policy_object(self.config.get_policy_object(name))

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
        zones = by_zone(module.params["rules"], self.zone)
        everywhere = module.params["everywhere"]
        self.wanted = {zone: read_rules(items + everywhere) for zone, items in zones.items()}
        self.sets = self.read_sets()
        self.interfaces = {item["interface"]: item["zone"] for item in module.params["interfaces"]}
        self.policies = self.read_policies()
        record = self.read_record()
        self.ours = {zone: opened_by_all(read_rules(rules)) for zone, rules in record["zones"].items()}
        self.put = record.get("interfaces", {})  # by us, into which zone
        self.made = record.get("policies", [])

    def read_sets(self):
        """Gives name and family of each set, and its networks: of one that two
        host types have, those of both."""
        entries = {}
        for item in self.module.params["sets"]:
            if not isinstance(item["entries"], list):
                raise ValueError("the entries of {name} are no list: {entries}".format(**item))
            entries.setdefault((item["name"], item["family"]), []).extend(item["entries"])
        return {key: networks(values, key[1]) for key, values in entries.items()}

    def read_policies(self):
        """Gives the rules of each policy: of one that two host types have, those of both."""
        policies = {}
        for item in self.module.params["policies"]:
            rules = policies.setdefault(item["name"], [])
            rules += [rule for rule in map(canonical, item["rich_rules"]) if rule not in rules]
        return policies

    def read_record(self):
        """Gives the rules that earlier calls opened, by zone, and what else they did."""
        try:
            with open(self.module.params["record"]) as file:
                record = json.load(file)
        except FileNotFoundError:
            return {"zones": {}}
        if "opened" in record:  # as playbooks without this module wrote it
            return {"zones": {record["zone"] or self.permanent.default_zone(): record["opened"]}}
        return record

    def write_record(self, opened, interfaces, policies):
        record = {"zones": {zone: [dict([rule]) for rule in rules_for(rules)] for zone, rules in opened.items() if rules}}
        if interfaces:
            record["interfaces"] = interfaces
        if policies:
            record["policies"] = sorted(policies)
        if record == self.read_record() or self.module.check_mode:
            return
        with tempfile.NamedTemporaryFile("w", dir=self.module.tmpdir, delete=False) as file:
            json.dump(record, file, indent=4, sort_keys=True)
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
        ours, stale, either = {}, dict(self.ours), dict(self.ours)
        for zone in self.wanted:
            wanted, before = opened_by_all(self.wanted[zone]), self.ours.get(zone, set())
            ours[zone] = before & wanted | wanted - opened_by_all(rules_of(self.permanent_zone(zone)))
            stale[zone] = before - wanted
            either[zone] = before | ours[zone]
        moved = {interface: zone for interface, zone in self.put.items() if self.interfaces.get(interface) == zone}
        moved.update({i: zone for i, zone in self.interfaces.items() if i not in self.permanent_zone(zone).getInterfaces()})
        made = [name for name in self.policies if name in self.made or name not in self.permanent_policies()]
        self.write_record(either, dict(self.put, **moved), set(self.made).union(made))
        self.permanent_sets()
        for zone in sorted(self.wanted):
            if zone not in self.permanent.zones():
                self.change("+", "permanent", "zone " + zone, self.permanent.make_zone, zone, self.permanent_zone(zone))
            self.permanent_rules(zone, self.wanted[zone], set())
        self.write_policies()
        if self.client:
            self.reload_for_new()
            self.running_sets()
            for zone in sorted(self.wanted):
                self.open_running(zone)
            self.running_policies()
        for interface, zone in sorted(self.interfaces.items()):
            self.put_interface(interface, zone)
        for interface, zone in sorted(self.put.items()):
            if interface not in self.interfaces:
                self.take_out(interface, zone)
        for zone in sorted(set(stale).intersection(self.permanent.zones())):
            if self.client and zone in self.client.getZones():
                self.close_running(zone, stale[zone])
            self.permanent_rules(zone, [], stale[zone])
        self.drop_policies()
        self.write_record(ours, moved, made)

    def permanent_zone(self, name):
        """Gives the settings of a zone, which may only come."""
        from firewall.client import FirewallClientZoneSettings

        return self.permanent.zone(name) if name in self.permanent.zones() else FirewallClientZoneSettings()

    def permanent_policies(self):
        """Gives the names of policies, which firewalld has since 0.9."""
        return self.permanent.policies() if self.policies or self.made else []

    def write_policies(self):
        """Writes the policies: before all zones, and what they don't let through
        is left to these."""
        if not self.policies:
            return
        from firewall.client import FirewallClientPolicySettings

        names = self.permanent_policies()
        for name, rules in sorted(self.policies.items()):
            if name in names and sorted(self.permanent.policy(name).getRichRules()) == sorted(rules):
                continue
            settings = FirewallClientPolicySettings({
                "short": name, "target": "CONTINUE", "priority": -90,
                "ingress_zones": ["ANY"], "egress_zones": ["ANY"], "rich_rules": rules,
            })
            self.change("~", "permanent", "policy {0}: {1}".format(name, ", ".join(rules)), self.permanent.write_policy, name, settings)

    def running_policies(self):
        """Has the running policies let through what the permanent ones do."""
        for name, rules in sorted(self.policies.items()):
            if self.reloaded and self.module.check_mode:
                return
            settings = self.client.getPolicySettings(name)
            if sorted(settings.getRichRules()) != sorted(rules):
                settings.setRichRules(rules)
                self.change("~", "running", "policy {0}: {1}".format(name, ", ".join(rules)), self.client.setPolicySettings, name, settings)

    def drop_policies(self):
        """Removes what an earlier call made. The running one is emptied, since
        only a reload takes it away."""
        names = self.permanent_policies()
        for name in sorted(set(self.made).difference(self.policies).intersection(names)):
            if self.client and name in self.client.getPolicies():
                settings = self.client.getPolicySettings(name)
                settings.setRichRules([])
                self.change("-", "running", "policy " + name, self.client.setPolicySettings, name, settings)
            self.change("-", "permanent", "policy " + name, self.permanent.remove_policy, name)

    def put_interface(self, interface, zone):
        """Puts an interface into a zone, once what the host lets in is open there."""
        if interface not in self.permanent_zone(zone).getInterfaces():
            self.change("~", "permanent", "{0} is in {1}".format(interface, zone), self.move_permanent, interface, zone)
        if self.client and self.client.getZoneOfInterface(interface) != zone:
            self.change("~", "running", "{0} is in {1}".format(interface, zone), self.client.changeZoneOfInterface, zone, interface)

    def take_out(self, interface, zone):
        """Gives an interface back to the default zone, if it is still where it was put."""
        if interface in self.permanent_zone(zone).getInterfaces():
            self.change("-", "permanent", "{0} is in {1}".format(interface, zone), self.move_permanent, interface, "")
        if self.client and self.client.getZoneOfInterface(interface) == zone:
            self.change("-", "running", "{0} is in {1}".format(interface, zone), self.client.removeInterface, zone, interface)

    def move_permanent(self, interface, zone):
        """NetworkManager keeps the zones of its own interfaces."""
        try:
            from firewall.core import fw_nm

            connection = fw_nm.nm_get_connection_of_interface(interface) if fw_nm.nm_is_imported() else None
            if connection:
                fw_nm.nm_set_zone_of_connection(zone, connection)
        except Exception as error:  # of D-Bus, where it isn't there
            self.module.debug("NetworkManager: {0}".format(error))
        for name in self.permanent.zones():
            settings = self.permanent.zone(name)
            if name != zone and interface in settings.getInterfaces():
                settings.removeInterface(interface)
                self.permanent.write_zone(name, settings)
        if zone:
            settings = self.permanent.zone(zone)
            settings.addInterface(interface)
            self.permanent.write_zone(zone, settings)

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
        settings = self.permanent_zone(zone)
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

    def reload_for_new(self):
        """Only a set, zone or policy that the running firewall doesn't have takes a
        reload: firewalld can't make one otherwise."""
        absent = {name for name, family in self.sets}.difference(self.client.getIPSets())
        absent.update(set(self.wanted).difference(self.client.getZones()))
        if self.policies:
            absent.update(set(self.policies).difference(self.client.getPolicies()))
        if absent or self.client.get_property("state") == "FAILED":
            self.reloaded = True
            self.change("~", "running", "reload", self.client.reload)

    def running_sets(self):
        """Brings the sets of the running firewall up to date."""
        if self.reloaded:
            return
        for name, family in sorted(self.sets):
            wanted = self.sets[name, family]
            current = {ipaddress.ip_network(entry, strict=False) for entry in self.client.getEntries(name)}
            if wanted != current:
                what = "set {0}: {1}".format(name, ", ".join(text_of(network) for network in sorted(wanted)))
                self.change("~", "running", what, self.change_entries, name, wanted - current, current - wanted)

    def change_entries(self, name, added, removed):
        """An entry that overlaps another can only be added when that one is gone.
        For the moment between, rules of their own let in what both hold."""
        both = {max(a, b, key=lambda network: network.prefixlen) for a in added for b in removed if a.overlaps(b)}
        source = 'source ipset="{0}"'.format(name)
        rules = [(zone, rule) for zone in sorted(self.wanted) for rule in self.client.getZoneSettings(zone).getRichRules() if source in rule]
        bridges = [(zone, rule.replace(source, 'source address="{0}"'.format(network))) for zone, rule in rules for network in sorted(both)]
        bridges = [(zone, rule) for zone, rule in bridges if not self.client.queryRichRule(zone, rule)]
        later = {a for a in added if any(a.overlaps(b) for b in removed)}
        for zone, rule in bridges:
            self.client.addRichRule(zone, rule, 60)  # seconds, if nothing takes it away
        for network in sorted(added - later):
            self.client.addEntry(name, text_of(network))
        for network in sorted(removed):
            self.client.removeEntry(name, text_of(network))
        for network in sorted(later):
            self.client.addEntry(name, text_of(network))
        for zone, rule in bridges:
            self.client.removeRichRule(zone, rule)

    def open_running(self, zone):
        if self.reloaded and self.module.check_mode:
            return  # the reload brings them
        calls = {"port": self.client.addPort, "protocol": self.client.addProtocol, "rich_rule": self.client.addRichRule}
        for kind, value in missing(self.wanted[zone], rules_of(self.client.getZoneSettings(zone))):
            self.change("+", "running", value, calls[kind], zone, *(value.split("/") if kind == "port" else [value]))

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
            "everywhere": {"type": "list", "elements": "dict", "default": []},
            "sets": {"type": "list", "elements": "dict", "default": []},
            "interfaces": {"type": "list", "elements": "dict", "default": []},
            "policies": {"type": "list", "elements": "dict", "default": []},
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
