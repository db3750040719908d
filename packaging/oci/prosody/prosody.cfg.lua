-- Prosody of compose.yaml. ENV_NAME is the variable NAME of the environment.
run_as_root = false
data_path = "/var/lib/prosody"
pidfile = "/tmp/prosody.pid"
log = { info = "*console" }

interfaces = { "*" }
component_ports = { 5347 }
-- Not published: only the gateway is on a network with this container.
component_interfaces = { "*" }
component_conflict_resolve = "kick_old"
network_settings = { nagle = false }

modules_enabled = { "roster", "saslauth", "disco", "carbons", "pep", "private", "blocklist", "vcard4", "vcard_legacy", "ping", "register", "time", "uptime", "version" }
allow_registration = false
authentication = "internal_hashed"
-- To try it on one machine. With certificates (prosodyctl cert import) enable the module tls, and take both lines out.
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
s2s_ports = {}

VirtualHost "localhost"

Component "silc.localhost"
    component_secret = ENV_COMPONENT_SECRET
