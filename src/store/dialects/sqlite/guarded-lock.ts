import { reason } from '../../errors.js';
import type { StoreLock } from '../../dialect.js';
import type { StoreMonitor } from '../../monitor.js';
import { PlaceGuard } from '../../place-guard.js';
import type { ThreadDriver } from './driver.js';
import { lockStore } from './lock.js';

/**
 * The lock of a store, taken again where somebody deletes its file: another gateway would make a new one, and hold that. As long as
 * another one does, nothing is written.
 * @throws StoreError `locked`, `io`
 */
export async function guardedLock(
  databasePath: string,
  driver: ThreadDriver,
  monitor: StoreMonitor,
): Promise<StoreLock> {
  const path = `${databasePath}.lock`;
  let lock = lockStore(databasePath);
  const guard = new PlaceGuard([
    {
      path,
      onChange: async () => {
        try {
          const again = lockStore(databasePath);
          lock.release();
          lock = again;
          await guard.trust(path);
          driver.refuseWriting('lock', undefined);
          monitor.works('lock');
          monitor.mended(`${path} was deleted while the store was in use: the lock is taken again`);
        } catch (cause) {
          driver.refuseWriting('lock', reason(cause));
          monitor.fails('lock', reason(cause));
        }
      },
    },
  ]);
  await guard.start();
  return {
    release: async () => {
      await guard.close();
      lock.release();
    },
  };
}
