#!/bin/sh
exec /usr/lib/vaxel/bin/node /usr/lib/vaxel/dist/cli/main.js "$@"
