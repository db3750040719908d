import { existsSync, linkSync, rmSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { reason } from '../../errors.js';
import { syncDirectory, unusedName } from '../../files.js';
import type { StoreMonitor } from '../../monitor.js';
import { PlaceGuard } from '../../place-guard.js';
import type { ThreadDriver } from './driver.js';

/**
 * Guards the files of an SQLite database. One that was deleted is written anew from what the process still has open; beside one that
 * somebody has put in its place all that the process has is kept, and nothing more is written, since it would be lost.
 */
export function guardDatabase(path: string, driver: ThreadDriver, monitor: StoreMonitor): PlaceGuard {
  const wal = `${path}-wal`;
  let isReplaced = false;

  async function rescued(): Promise<string> {
    const copy = unusedName(`${path}.rescued`);
    await driver.whileNobodyWrites(async (order) => {
      await order({ kind: 'rescue', path: copy });
    });
    return copy;
  }

  async function restore(): Promise<void> {
    const copy = unusedName(`${path}.rescued`);
    await driver.whileNobodyWrites(async (order) => {
      await order({ kind: 'rescue', path: copy });
      // What belonged to the file that is gone would be taken for a part of the new one.
      for (const rest of [wal, `${path}-shm`]) rmSync(rest, { force: true });
      linkSync(copy, path);
      unlinkSync(copy);
      syncDirectory(dirname(path));
      await order({ kind: 'reopen' });
      await guard.trust(path);
      if (existsSync(wal)) await guard.trust(wal);
    });
  }

  const guard: PlaceGuard = new PlaceGuard([
    {
      path,
      onFound: () => {
        if (!isReplaced) monitor.works('place');
      },
      onChange: async (change) => {
        if (isReplaced) return;
        try {
          if (change === 'gone') {
            await restore();
            monitor.mended(`the database ${path} was deleted while it was in use: it is written anew, whole`);
            return;
          }
          isReplaced = true;
          const fault = `the database ${path} was replaced while it was in use: nothing can be stored before a restart`;
          driver.refuseWriting('place', fault);
          monitor.fails('place', `${fault}; what was stored until now is in ${await rescued()}`);
        } catch (cause) {
          isReplaced = false;
          monitor.fails(
            'place',
            `the database ${path} is ${change}, and could not be rescued: ${reason(cause)}`,
          );
        }
      },
    },
    {
      path: wal,
      onChange: async () => {
        if (isReplaced || !existsSync(path)) return;
        await driver.whileNobodyWrites(async (order) => {
          await order({ kind: 'run', lane: 'write', sql: 'PRAGMA wal_checkpoint(TRUNCATE)', parameters: [] });
          await order({ kind: 'reopen' });
          if (existsSync(wal)) await guard.trust(wal);
        });
        monitor.mended(`${wal} was deleted while it was in use: what it held is in the database`);
      },
    },
  ]);
  return guard;
}
