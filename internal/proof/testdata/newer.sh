#!/bin/bash
# What scripts/proof-newer does in a root of another release, which has this
# folder as /proof and the exports as /proof/dist: newer.sh RELEASE.
# Prints a line for each program.
set -u
release=$1
here=/proof
ip link set lo up
. $here/root.sh
cd $here/dist/mke || exit 1
export ANSIBLE_NOCOLOR=1 ANSIBLE_PIPELINING=1 ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_DEPRECATION_WARNINGS=true HOME=/run
failed=0

# try PROGRAM VERSION WHAT COMMAND...: a command that says nothing unless it fails.
try() {
  local program=$1 version=$2 what=$3 result=ok
  shift 3
  "$@" >/run/said 2>&1 || result=FAILED failed=1
  printf '%-10s %-18s %-24s %-44s %s\n' "$release" "$program" "$version" "$what" "$result"
  [ $result = ok ] || tail -20 /run/said
}

# Changed, then unchanged, and no warning of what goes in later releases.
play() {
  local playbook=(ansible-playbook -i $here/newer.ini --limit node --diff "$@")
  "${playbook[@]}" --check && "${playbook[@]}" || return
  "${playbook[@]}" >/run/again 2>&1
  cat /run/again
  grep -q 'node .*changed=0 .*failed=0' /run/again && ! grep -qi deprecat /run/again
}

package() { dpkg-query --show --showformat '${Version}' "$1"; }

for file in nftables/*.nft; do
  try nft "$(package nftables)" "loads $file" nft -f "$file"
done
nft flush ruleset
for file in iptables/*.rules; do
  restore=iptables-restore
  case $file in *.v6.rules) restore=ip6tables-restore ;; esac
  try iptables "$(package iptables)" "loads $file" $restore --test --noflush "$file"
done
# shellcheck disable=SC2046 # names without spaces
try ansible-lint "$(package ansible-lint)" "production profile" \
  ansible-lint --offline --nocolor --profile production $(find ansible -name '*.yml')
try firewalld "$(package firewalld)" "plays, then unchanged" play ansible/playbooks/mke-firewalld.yml
try firewalld "$(package firewalld)" "other networks, then unchanged" play ansible/playbooks/mke-firewalld.yml \
  -e '{"mke_cluster_addresses": ["10.0.0.0/16", "fd00:1::/64"]}'
kill "$(cat /run/firewalld.pid)"
nft flush ruleset
for backend in ufw iptables; do
  try $backend "$(package $backend)" "plays, then unchanged" play ansible/playbooks/mke-$backend.yml
done
printf '%-10s with ansible-core %s, python3 %s\n' "$release" "$(package ansible-core)" "$(package python3)"
exit $failed
