# Sourced by scripts that run in a namespace of their own, with $here naming this
# folder: makes a throw-away root, where systemctl is ours.
mount -t tmpfs tmpfs /run
for dir in etc var; do
  mkdir -p "/run/over/$dir" "/run/scratch/$dir"
  mount -t overlay overlay -o "lowerdir=/$dir,upperdir=/run/over/$dir,workdir=/run/scratch/$dir" "/$dir"
done
mkdir /run/bin
install -m 0755 "$here/systemctl" /run/bin/systemctl
PATH=/run/bin:$PATH
# By these programs tell that systemd runs.
mkdir -p /run/systemd/system
echo systemd >/run/comm
mount --bind /run/comm /proc/1/comm
