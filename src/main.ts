#!/usr/bin/env node
import { requireNode } from './cli/required-node.js';

requireNode();
// In this order: the one sets how the process starts. Neither is read by a Node that does not know all that is in them.
await import('./cli/start-small.js');
const { main } = await import('./cli/index.js');

// A reader that goes away (`… | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2));
