# Sourced after root.sh: has what is written in Python, and started again and
# again, load its modules once. See many.py. What the script that sources this
# writes to /run/log is printed if it fails.
: >/run/log
programs=
serve() {
  found=$(command -v "$1") || return 0
  case $(head -n 1 "$found") in '#!'*/usr/bin/python3*) programs="$programs $found=$2" ;; esac
}
serve ansible-playbook playing
serve cloud-init cloudinit.cmd.main
serve firewall-cmd firewall.client,firewall.command
serve ufw ufw.frontend
# shellcheck disable=SC2086 # a list of programs
/usr/bin/python3 "$here/many.py" --serve /run/bin $programs </dev/null >/run/served 2>&1 &
served=$!
trap 'status=$?; kill $served; wait $served || :; [ $status = 0 ] || cat /run/log /run/served >&2; exit $status' EXIT
until [ -e /run/bin/ready ]; do
  kill -0 $served
  sleep 0.05
done
