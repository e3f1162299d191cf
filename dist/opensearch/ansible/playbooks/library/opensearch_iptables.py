#!/usr/bin/python
"""Opens the ports of one product with iptables, all of them in one call.

ansible.builtin.iptables takes one rule a call. This lists the rules once for each
of IPv4 and IPv6, and makes all changes by one call of iptables-restore, which
does all of them or none.
"""

import ipaddress
import re
import socket

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: opensearch_iptables
short_description: Opens ports and protocols with iptables
description:
  - Keeps two chains of its own, for IPv4 and IPv6. One accepts what is listed, before
    the rules of others; one drops what is closed to everybody else, after them. What
    is in these chains and not listed is removed. Other chains are left alone,
    but for the two jumps of INPUT.
  - Ports that the host forwards are dropped before DNAT, in a chain of the table
    mangle, but for whom the rules let in. Without such ports there is no such chain.
options:
  accept:
    description: The chain that accepts.
    type: str
    required: true
  drop:
    description: The chain that drops.
    type: str
    required: true
  rules:
    description:
      - Dicts of C(protocol), C(from) (a list), C(comment), and where needed
        C(destination_ports), C(icmp_type), C(destination) and C(in_interface), as
        ansible.builtin.iptables takes them. Each source is a rule.
    type: list
    elements: dict
    required: true
  closed:
    description: Dicts of C(protocol), C(destination_ports) and C(comment).
    type: list
    elements: dict
    required: true
  forwarded:
    description: Ports that the host forwards, as dicts like those of C(closed).
    type: list
    elements: dict
    default: []
  mark:
    description: How the comments of all rules begin.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Open a port
  opensearch_iptables:
    accept: portpress-opensearch
    drop: pp-close-opensearch
    rules: [{protocol: tcp, destination_ports: ["443"], from: [10.0.0.0/24], comment: "portpress opensearch: tcp 443"}]
    closed: [{protocol: tcp, destination_ports: ["443"], comment: "portpress opensearch closed: tcp 443"}]
    mark: "portpress opensearch: "
"""

RETURN = r"""
commands:
  description: What iptables-restore was told, or would be, with the program and the table before each line.
  type: list
  elements: str
  returned: always
"""

# The programs of each family. They wait for others that hold the lock.
FAMILIES = [(4, "iptables"), (6, "ip6tables")]
WAIT = "--wait=5"  # seconds

# Modules that come with an option of theirs, and say nothing by themselves.
IMPLIED = {"comment", "conntrack", "icmp", "icmp6", "multiport", "sctp", "tcp", "udp", "udplite"}

# Protocols that iptables knows by name where /etc/protocols is missing.
NUMBERS = {
    "all": "0", "icmp": "1", "tcp": "6", "udp": "17", "esp": "50", "ah": "51",
    "icmpv6": "58", "ipv6-icmp": "58", "sctp": "132", "udplite": "136",
}


def number(protocol):
    """Gives the number of a protocol: iptables lists some by name."""
    if protocol in NUMBERS or protocol.isdigit():
        return NUMBERS.get(protocol, protocol)
    try:
        return str(socket.getprotobyname(protocol))
    except OSError:
        return protocol


def network(text):
    """Writes an address or a network as iptables lists it; nothing if it is all of a family."""
    found = ipaddress.ip_network(text, strict=False)
    return str(found) if found.prefixlen else ""


def option(flag, value):
    """Gives the value of an option in the form in which it is compared."""
    if flag in ["-s", "-d", "--ctorigdst"]:
        try:
            return network(value)
        except ValueError:  # a mask with holes, of somebody else
            return value
    if flag == "-p":
        return "" if number(value) == NUMBERS["all"] else number(value)
    if flag in ["--dports", "--ctstate"]:
        return ",".join(sorted(value.split(",")))
    return value


def meaning(words):
    """Gives what the words of a rule say, whatever their order, to compare rules."""
    options = []
    flag, values, negated = "", [], ""
    for word in words + ["-"]:
        if word == "!":
            negated = "! "
        elif word.startswith("-"):
            value = " ".join(values)
            if flag and not (flag == "-m" and value in IMPLIED):
                value = option(flag, value)
                if value:
                    options.append((flag, value))
            flag, values, negated = negated + word, [], ""
        else:
            values.append(word)
    return tuple(sorted(options))


# iptables escapes more in quotes than a shell does.
WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


def split(line):
    """Gives the words of a line as iptables lists it."""
    return [bare or re.sub(r"\\(.)", r"\1", text) for text, bare in WORD.findall(line)]


def quoted(words):
    """Writes words as iptables-restore reads them."""
    return " ".join(
        word if re.match(r"^[\w!.,:/+-]+$", word) else '"{0}"'.format(re.sub(r'(["\\])', r"\\\1", word)) for word in words
    )


def matches(item, family):
    """Gives the words for protocol, ports and types of an item."""
    protocol = number(item["protocol"])
    if protocol == NUMBERS["ah"] and family == 6:
        return ["-m", "ah"]  # IPv6 skips this header, so that -p 51 never matches
    words = [] if protocol == NUMBERS["all"] else ["-p", item["protocol"]]
    if item.get("destination_ports"):
        words += ["-m", "multiport", "--dports", ",".join(str(port) for port in item["destination_ports"])]
    if item.get("icmp_type"):
        words += ["-m", "icmp", "--icmp-type"] if family == 4 else ["-m", "icmp6", "--icmpv6-type"]
        words.append(str(item["icmp_type"]))
    return words


def ports_of(item):
    """Gives each range of an item's ports."""
    ranges = []
    for text in item.get("destination_ports") or []:
        first, _, last = str(text).partition(":")
        ranges.append((int(first), int(last or first)))
    return ranges


def meets(item, other):
    """Whether an item opens some port of another one's, which has a protocol."""
    protocol = number(item["protocol"])
    if protocol == NUMBERS["all"]:
        return True
    return protocol == number(other["protocol"]) and any(
        a <= d and c <= b for a, b in ports_of(item) for c, d in ports_of(other)
    )


class Play:
    """One call of the module."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.commands = []

    def run(self):
        for family, program in FAMILIES:
            if not self.module.get_bin_path(program):
                raise ValueError("{0} isn't installed".format(program))
        for family, program in FAMILIES:
            # What it opens in one table counts only once the other lets it by.
            tables = [
                ("filter", self.lines(family, self.listed(program, "filter", "INPUT"))),
                ("mangle", self.mangled(family, self.listed(program, "mangle", "PREROUTING"))),
            ]
            for table, lines in tables:
                self.commands += ["{0} -t {1} {2}".format(program, table, line) for line in lines]
            data = "".join("*{0}\n{1}\nCOMMIT\n".format(table, "\n".join(lines)) for table, lines in tables if lines)
            if data and not self.module.check_mode:
                self.call([program + "-restore", WAIT, "--noflush"], data)

    def listed(self, program, table, entry):
        """Gives the rules of our chains and of the one that leads to them as
        lists of words."""
        chains = {}
        try:
            listing = self.call([program, WAIT, "-t", table, "-S"])
        except ValueError:
            if table == "mangle" and not self.params["forwarded"]:
                return {entry: []}  # a kernel without it, which nothing needs
            raise
        for line in listing.splitlines():
            command, chain = line.split(" ")[:2]
            if chain in [self.params["accept"], self.params["drop"], entry]:
                rules = chains.setdefault(chain, [])
                if command == "-A":
                    rules.append(split(line)[2:])
        return chains

    def lines(self, family, chains):
        """Gives what iptables-restore is told. What it closes comes last, though it
        does all at once."""
        accept, drop = self.params["accept"], self.params["drop"]
        lines = [["-N", chain] for chain in [accept, drop] if chain not in chains]
        stale = []
        for chain, wanted in [(accept, self.accepting(family)), (drop, self.dropping(family))]:
            present = list(chains.get(chain, []))
            meant = [meaning(words) for words in present]
            for words in wanted:
                if meaning(words) in meant:
                    del present[meant.index(meaning(words))]
                    meant.remove(meaning(words))
                else:
                    lines.append(["-A", chain] + words)
            stale += [["-D", chain] + words for words in present]
        for command, chain in [(["-I", "INPUT", "1"], accept), (["-A", "INPUT"], drop)]:
            if ["-j", chain] not in chains["INPUT"]:
                lines.append(command + ["-j", chain])
        return [quoted(words) for words in lines + stale]

    def mangled(self, family, chains):
        """Gives what iptables-restore is told of ports that the host forwards.
        Order counts there, so a chain that differs is written anew, at once."""
        chain = self.params["accept"]
        jump = ["-j", chain]
        wanted = self.passing(family)
        lines = []
        if wanted:
            if [meaning(words) for words in chains.get(chain, [])] != [meaning(words) for words in wanted]:
                lines.append(["-F" if chain in chains else "-N", chain])
                lines += [["-A", chain] + words for words in wanted]
            if jump not in chains["PREROUTING"]:
                lines.append(["-I", "PREROUTING", "1"] + jump)
        elif chain in chains:
            lines += [["-D", "PREROUTING"] + jump for words in chains["PREROUTING"] if words == jump]
            lines += [["-F", chain], ["-X", chain]]
        return [quoted(words) for words in lines]

    def passing(self, family):
        """Gives the rules of the chain before DNAT: who may reach what the host
        forwards, and then that nobody else may."""
        held = self.params["forwarded"]
        if not held:
            return []
        mark = self.params["mark"]
        rules = [
            ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-m", "comment", "--comment", mark + "replies", "-j", "RETURN"],
            ["-i", "lo", "-m", "comment", "--comment", mark + "loopback", "-j", "RETURN"],
            ["-m", "addrtype", "!", "--dst-type", "LOCAL", "-m", "comment", "--comment", mark + "to others", "-j", "RETURN"],
        ]
        for item in self.params["rules"]:
            if any(meets(item, other) for other in held):
                for source, words in self.from_each(item, family):
                    rules.append(words + matches(item, family) + self.ending(item, source, "RETURN"))
        rules += [matches(item, family) + ["-m", "comment", "--comment", item["comment"], "-j", "DROP"] for item in held]
        return [rule for i, rule in enumerate(rules) if rule not in rules[:i]]

    def from_each(self, item, family):
        """Gives each source of a family, and the words for it and for where it comes in."""
        for source in item["from"]:
            if ipaddress.ip_network(source, strict=False).version != family:
                continue
            words = ["-s", network(source)] if network(source) else []
            if item.get("destination"):
                words += ["-d", item["destination"]]
            if item.get("in_interface"):
                words += ["-i", item["in_interface"]]
            yield source, words

    @staticmethod
    def ending(item, source, target):
        return ["-m", "comment", "--comment", "{0} from {1}".format(item["comment"], source), "-j", target]

    def accepting(self, family):
        """Gives the rules of the accepting chain, each once. What was forwarded to
        the host itself has another port by now than it was asked for."""
        mark = self.params["mark"]
        rules = [
            ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-m", "comment", "--comment", mark + "replies", "-j", "ACCEPT"],
            ["-i", "lo", "-m", "comment", "--comment", mark + "loopback", "-j", "ACCEPT"],
        ]
        for item in self.params["rules"]:
            asked = [span for other in self.params["forwarded"] if meets(item, other) for span in ports_of(other)]
            for source, words in self.from_each(item, family):
                rules.append(words + matches(item, family) + self.ending(item, source, "ACCEPT"))
                for first, last in asked if item.get("destination_ports") else []:
                    for low, high in ports_of(item):
                        if low <= last and first <= high:
                            both = sorted({max(low, first), min(high, last)})
                            asked_for = ["-m", "conntrack", "--ctorigdstport", ":".join(str(port) for port in both)]
                            asked_for += ["--ctorigdst" if word == "-d" else word for word in words]
                            rules.append(["-p", item["protocol"]] + asked_for + self.ending(item, source, "ACCEPT"))
        return [rule for i, rule in enumerate(rules) if rule not in rules[:i]]

    def dropping(self, family):
        """Gives the rules of the dropping chain, each once."""
        rules = [matches(item, family) + ["-m", "comment", "--comment", item["comment"], "-j", "DROP"] for item in self.params["closed"]]
        return [rule for i, rule in enumerate(rules) if rule not in rules[:i]]

    def call(self, words, data=None):
        status, out, err = self.module.run_command(words, data=data, environ_update={"LC_ALL": "C"})
        if status != 0:
            raise ValueError("{0}: {1}".format(" ".join(words), (err or out).strip()))
        return out


def main():
    module = AnsibleModule(
        argument_spec={
            "accept": {"type": "str", "required": True},
            "drop": {"type": "str", "required": True},
            "rules": {"type": "list", "elements": "dict", "required": True},
            "closed": {"type": "list", "elements": "dict", "required": True},
            "forwarded": {"type": "list", "elements": "dict", "default": []},
            "mark": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    play = Play(module)
    try:
        play.run()
    except ValueError as error:
        module.fail_json(msg="iptables: {0}".format(error))
    module.exit_json(
        changed=bool(play.commands),
        commands=play.commands,
        diff={"prepared": "".join(command + "\n" for command in play.commands)},
    )


if __name__ == "__main__":
    main()
