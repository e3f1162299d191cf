#!/bin/sh
# Gives a throw-away root a #cloud-config by cloud-init's own modules, runs its
# commands, runs them again, and reboots; the rules must be the same each time.
# Only for a namespace of its own: sh boot.sh CONFIG [again]
set -eu
config=$1
here=$(dirname "$0")

. "$here/root.sh"
. "$here/serve.sh"

instance() {
  for module in write_files runcmd; do
    # Since 24 it is single that takes --file.
    cloud-init --file "$config" single --name "$module" --frequency always >>/run/log 2>&1 ||
      cloud-init single --file "$config" --name "$module" --frequency always >>/run/log 2>&1
  done
  for script in /var/lib/cloud/instances/*/scripts/runcmd; do
    sh "$script" >>/run/log 2>&1
  done
  nft --stateless list ruleset >"/run/rules.$1" 2>>/run/log
}

# Another program's table, which must stay.
nft add table ip kube-proxy

instance first
if [ "${2:-}" = again ]; then
  grep -q kube-proxy /run/rules.first
  instance second
  diff -u /run/rules.first /run/rules.second
  systemctl reboot >>/run/log 2>&1
  nft add table ip kube-proxy
  nft --stateless list ruleset >/run/rules.rebooted 2>>/run/log
  sed '/^table ip kube-proxy/,/^}/d' /run/rules.first >/run/rules.own
  sed '/^table ip kube-proxy/,/^}/d' /run/rules.rebooted | diff -u /run/rules.own -
fi
echo booted
