import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
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
    readonly jabberd2: JabberServerData;
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
  const release = lock(join(folder, 'slots.lock'));
  try {
    for (let number = 0; number < COMPONENT_SLOTS; number++) {
      const file = join(folder, `slot-${number}`);
      if (isHeld(file)) continue;
      writeFileSync(file, String(process.pid));
      process.on('exit', () => rmSync(file, { force: true }));
      return number;
    }
  } finally {
    release();
  }
  throw new Error(`all ${COMPONENT_SLOTS} component domains are in use`);
}

/** Whether a process that lives holds the file. */
function isHeld(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

/** One process at a time looks and takes: else two find the same slot free. @returns what ends it */
function lock(folder: string): () => void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; ; attempt++) {
    try {
      mkdirSync(folder);
      return () => rmdirSync(folder);
    } catch (error) {
      if (attempt >= 1_000) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}
