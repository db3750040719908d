import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import {
  COMPONENT_SLOTS,
  serverOf,
  slotDomain,
  type JabberServer,
  type JabberServerData,
  type JabberServerKind,
} from './jabber-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly prosody: JabberServerData;
    readonly ejabberd: JabberServerData;
  }
}

/** The server that all tests of the run share (see global-setup.ts). Do not stop it. */
export function sharedJabberServer(kind: JabberServerKind): JabberServer {
  return serverOf(inject(kind));
}

let slot: number | undefined;

/**
 * The component domain that belongs to this test process: no other process of the run attaches to it. Held by a file
 * beside the shared Prosody until the process ends; vitest's own worker numbers are not unique among groups of tests.
 */
export function gatewayDomain(): string {
  slot ??= takeSlot(dirname(inject('prosody').logs[0] ?? ''));
  return slotDomain(slot);
}

function takeSlot(folder: string): number {
  for (let number = 0; number < COMPONENT_SLOTS; number++) {
    const file = join(folder, `slot-${number}`);
    if (!isHeld(file) && claim(file)) {
      process.on('exit', () => rmSync(file, { force: true }));
      return number;
    }
  }
  throw new Error(`all ${COMPONENT_SLOTS} component domains are in use`);
}

/** Whether a process that lives holds the file; one whose process is gone is removed. */
function isHeld(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  }
}

function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
