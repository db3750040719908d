#!/usr/bin/env node
import './cli/start-small.js';
import { main } from './cli/index.js';

// A reader that goes away (`… | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2));
