#!/usr/bin/env bash
# Makes the Debian package of this checkout, for the architecture of this machine:
#   packaging/debian/build.sh FOLDER [VERSION]
# Needs Debian's debhelper, and Node with npm. VERSION is by default that of package.json, with the revision 1.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
out="$(mkdir -p "${1:?where to?}" && cd "$1" && pwd)"
version="${2:-$(node -p "require('$root/package.json').version")-1}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
tree="$work/silc-xmpp-gateway"
mkdir -p "$tree/app" "$tree/etc"

# The packed package, as npm would publish it, and what it depends on.
(cd "$root" && npm pack --silent --pack-destination "$work" >/dev/null)
tar -xzf "$work"/silc-xmpp-gateway-*.tgz -C "$work"
cp -r "$work/package/dist" "$work/package/package.json" "$tree/app"
cp "$root/package-lock.json" "$tree/app"
npm ci --prefix "$tree/app" --omit=dev --no-audit --no-fund --silent
rm -f "$tree/app/package-lock.json" "$tree/app/node_modules/.package-lock.json"
find "$tree/app" \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '.*' -type f \) -delete
find "$tree/app/node_modules" \( -iname '*.md' -o -iname '*.markdown' -o -name 'test' -o -name 'tests' -o -name 'docs' -o -name 'examples' \
  -o -name 'man' -o -name 'benchmarks' -o -name '.husky' -o -name '*.html' -o -name '*.sh' -o -name 'linux-*-musl' \) -prune -exec rm -rf {} +
chmod -R u=rwX,go=rX "$tree/app"
find "$tree/app" -type f -exec chmod a-x {} +
# A command of /usr/bin starts it, by the node of the system; nothing else is a command here.
find "$tree/app" -type f \( -name '*.js' -o -name '*.mjs' -o -name '*.cjs' \) -exec sed -i '1{/^#!/d}' {} +
mkdir "$tree/bin"
install -m 0755 "$here/silc-xmpp-gateway.sh" "$tree/bin/silc-xmpp-gateway"

# The configuration as `init` writes it. The secret is a file of its own, which the package makes when it is installed.
node "$tree/app/dist/main.js" init | sed 's|^  secret: .*|  secret_file: /etc/silc-xmpp-gateway/component.secret|' >"$tree/etc/gateway.yaml"

cp -r "$root/packaging/completions" "$root/packaging/man" "$root/docs" "$root/README.md" "$root/SECURITY.md" "$tree"
rm -rf "$tree/docs/pictures"
cp -r "$here" "$tree/debian"
rm "$tree"/debian/*.sh
# Here the service has a user of its own, who may read the configuration where it is: so it can be read again, too.
sed -e '/^LoadCredential=/d' -e '/^DynamicUser=/d' -e '/^# The configuration holds/d' -e '/^# further LoadCredential/d' \
  -e 's|/usr/bin/env silc-xmpp-gateway|/usr/bin/silc-xmpp-gateway|' \
  -e '/^ExecStart=/a ExecReload=/bin/sh -c "kill -HUP ${MAINPID}"' \
  -e 's|${CREDENTIALS_DIRECTORY}/gateway.yaml|/etc/silc-xmpp-gateway/gateway.yaml|' \
  "$root/packaging/systemd/silc-xmpp-gateway.service" >"$tree/debian/silc-xmpp-gateway.service"
cat >"$tree/debian/changelog" <<END
silc-xmpp-gateway ($version) unstable; urgency=medium

  * See /usr/share/doc/silc-xmpp-gateway/changelog.gz.

 -- The silc-xmpp-gateway authors <silc-xmpp-gateway@example.org>  $(date --rfc-email --date="@$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)")
END
cp "$root/CHANGELOG.md" "$tree"
mkdir -p "$tree/debian/source"
echo '3.0 (native)' >"$tree/debian/source/format"

(cd "$tree" && dpkg-buildpackage --build=binary --no-sign --unsigned-changes >"$work/log" 2>&1) || { cat "$work/log" >&2; exit 1; }
cp "$work"/silc-xmpp-gateway_*.deb "$out"
ls "$out"/silc-xmpp-gateway_"${version#*:}"_*.deb
