#!/bin/sh
# Plays a playbook against the machine itself, on a throw-away root. Only for a
# namespace of its own: sh play.sh INVENTORY HOST PLAYBOOK
set -eu
here=$(dirname "$0")
. "$here/root.sh"
. "$here/serve.sh"
export HOME=/run
ansible-playbook -i "$1" --limit "$2" "$3"
