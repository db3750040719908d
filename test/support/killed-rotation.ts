import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { StorePlace } from './stores.js';

const PROGRAM = fileURLToPath(new URL('rotating.ts', import.meta.url));

/** Rotates the key in another process, which is killed in the middle. @param values it opens so many first */
export async function rotateUntilKilled({ url, keyFile }: StorePlace, values: number): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, url, keyFile, String(values)], {
    stdio: 'inherit',
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
}
