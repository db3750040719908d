#!/bin/sh
exec /usr/bin/node /usr/lib/silc-xmpp-gateway/dist/main.js "$@"
