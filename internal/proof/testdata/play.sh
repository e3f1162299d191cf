#!/bin/sh
# Plays a playbook against the machine itself, on a throw-away root. Only for a
# namespace of its own: sh play.sh INVENTORY HOST PLAYBOOK
set -eu
here=$(dirname "$0")
. "$here/root.sh"
export ANSIBLE_NOCOLOR=1 ANSIBLE_PIPELINING=1 ANSIBLE_LOCALHOST_WARNING=false HOME=/run
exec ansible-playbook -i "$1" --limit "$2" "$3"
