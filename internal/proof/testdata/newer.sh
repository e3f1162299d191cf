#!/bin/bash
# What scripts/proof-newer does in a root of another release, which has this
# folder as /proof, the exports as /proof/dist, and those of a site that denies
# outgoing traffic as /proof/site: newer.sh RELEASE [WORD]. Prints a line for each
# trial, or those that have the word.
set -u
release=$1 only=${2:-}
export here=/proof
cd $here || exit 1
export ANSIBLE_NOCOLOR=1 ANSIBLE_PIPELINING=1 ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_DEPRECATION_WARNINGS=true
failed=0

# apart SCRIPT [WORD...]: with network, processes and files of its own.
apart() {
  unshare --net --mount --pid --fork --kill-child --mount-proc \
    bash -ec "ip link set lo up; . $here/root.sh; export HOME=/run; $1" - "${@:2}"
}

# try PROGRAM WHAT COMMAND...: a command that says nothing unless it fails.
try() {
  local program=$1 what=$2 result=ok version
  shift 2
  [[ "$program $what" == *$only* ]] || return 0
  version=$(dpkg-query --show --showformat '${Version}' "$program" 2>/dev/null || $program --version | sed 's/.* //')
  "$@" >/tmp/said 2>&1 || result=FAILED failed=1
  printf '%-10s %-18s %-26s %-50s %s\n' "$release" "$program" "$version" "$what" "$result"
  [ $result = ok ] || tail -20 /tmp/said
}

# Changed, then unchanged, and no warning of what goes in later releases.
# shellcheck disable=SC2016 # the words are the inner shell's
plays='play() {
  local playbook=(ansible-playbook -i "$1" --limit "$2" --diff "${@:3}")
  "${playbook[@]}" --check
  "${playbook[@]}"
  "${playbook[@]}" >/run/again 2>&1
  cat /run/again
  if ! grep -q "$2 .*changed=0 .*failed=0" /run/again || grep -i deprecat /run/again; then
    tail -n 5 /run/firewalld.log
    return 1
  fi
}'

rules=(dist/*/nftables/*.nft site/*/nftables/*.nft)
# shellcheck disable=SC2016 # the words are the inner shell's
try nftables "loads ${#rules[@]} rulesets" apart 'for file; do nft -f $file; nft -f $file; done' "${rules[@]}"
rules=({dist,site}/*/iptables/*.v4.rules)
# shellcheck disable=SC2016
try iptables "loads ${#rules[@]} pairs of rulesets" apart '
  for file; do iptables-restore --noflush $file; ip6tables-restore --noflush ${file%.v4.rules}.v6.rules; done' "${rules[@]}"

folders=({dist,site}/*/firewalld)
# shellcheck disable=SC2016
try firewalld "reads ${#folders[@]} products' folders" apart '
  cp -r /etc/firewalld /run/own
  for folder; do
    cp -rT /run/own /etc/firewalld
    for host in $folder/*; do cp -r $host/* /etc/firewalld/; done
    firewall-offline-cmd --check-config
    rm -r /etc/firewalld/*
  done' "${folders[@]}"
# shellcheck disable=SC2016
try firewalld "runs with three products' folders" apart '
  for folder; do cp -r $folder/* /etc/firewalld/; done
  systemctl start firewalld
  test "$(firewall-cmd --state)" = running' dist/{mke/firewalld/managers,vault/firewalld/servers,consul/firewalld/servers}
profiles=(dist/*/ufw/applications.d/*)
# shellcheck disable=SC2016
try ufw "reads ${#profiles[@]} files of profiles" apart '
  cp "$@" /etc/ufw/applications.d/
  ufw app info all >/run/read 2>&1
  ! grep -E "WARN|Skipping" /run/read' "${profiles[@]}"

for backend in firewalld ufw iptables; do
  try $backend "plays, then unchanged" apart "$plays
    play newer.ini node dist/mke/ansible/playbooks/mke-$backend.yml"
  try $backend "other networks, then unchanged" apart "$plays
    play newer.ini node dist/mke/ansible/playbooks/mke-$backend.yml
    play newer.ini node dist/mke/ansible/playbooks/mke-$backend.yml -e '{\"mke_cluster_addresses\": [\"10.0.0.0/16\", \"fd00:1::/64\"]}'"
  try $backend "plays rows of every kind, then unchanged" apart "$plays
    play newer.ini every site/every-key/ansible/playbooks/every-key-$backend.yml"
done
# The modules for Windows run nowhere else; these keep its rules in a file.
# shellcheck disable=SC2016
try ansible "plays Windows' playbook, then unchanged" apart "$plays"'
  for module in ansible/windows/plugins/modules/win_powershell community/windows/plugins/modules/win_firewall_rule; do
    mkdir -p /run/ansible_collections/${module%/*}
    sed s,STATE,/run, windows/${module##*/}.py >/run/ansible_collections/$module.py
  done
  ansible-doc --json -t module community.windows.win_firewall_rule >/run/win_firewall_rule.json
  echo "{\"theirs\": {\"name\": \"theirs\", \"group\": \"another\"}}" >/run/rules.json
  export ANSIBLE_COLLECTIONS_PATH=/run:/usr/lib/python3/dist-packages
  play newer.ini controller dist/active-directory/ansible/playbooks/active-directory-windows.yml'
if dpkg-query --show --showformat '${db:Status-Status}' selinux-policy-default 2>/dev/null | grep -qx installed; then
  # shellcheck disable=SC2016
  try selinux-policy-default "takes the types of ports, then unchanged" apart "$plays"'
  play newer.ini every seport.yml'
else
  printf '%-10s %-18s %-26s %s\n' "$release" selinux-policy-default "" "can't be installed; types of ports are passed over"
fi

try cloud-init "takes the schema of all files" \
  bash -ec 'for file; do cloud-init schema --config-file $file | grep -q "Valid schema\|Valid cloud-config"; done' - {dist,site}/*/cloud-init{,/*}/*.yaml
for config in dist/mke/cloud-init/{,ufw/,firewalld/}mke-managers.yaml site/mke/cloud-init/{,ufw/,firewalld/}mke-managers.yaml; do
  try cloud-init "boots ${config%/*} three times" \
    unshare --net --mount --pid --fork --kill-child --mount-proc bash -ec 'ip link set lo up; exec sh boot.sh "$1" again' - $config
done

mapfile -t linted < <(find dist/*/ansible site/every-key/ansible -name '*.yml')
try ansible-lint "production profile, ${#linted[@]} files" \
  apart 'ansible-lint --offline --nocolor --profile production "$@"' "${linted[@]}"
printf '%-10s with ansible-core %s, python3 %s\n' "$release" "$(dpkg-query --show --showformat '${Version}' ansible-core)" "$(dpkg-query --show --showformat '${Version}' python3)"
exit $failed
