import { createKeyFile, readKeyFile, unusedName } from './files.js';
import { reason } from './errors.js';
import type { StoreMonitor } from './monitor.js';
import { PlaceGuard } from './place-guard.js';

/**
 * Guards the key file of a store that is in use: without it the next start could read nothing of what is sealed. One that was deleted
 * is written again; beside one that holds another key the right one is kept.
 * @param key is wiped by `close`
 */
export function guardKey(
  path: string,
  key: Uint8Array,
  monitor: StoreMonitor,
): Pick<PlaceGuard, 'start' | 'look' | 'close'> {
  let kept: string | undefined;
  const guard = new PlaceGuard([
    {
      path,
      onFound: () => monitor.works('key'),
      onChange: async (change) => {
        try {
          if (change === 'gone') {
            createKeyFile(path, key);
            monitor.mended(`the key file ${path} was deleted while it was in use: it is written anew`);
          } else if (!isSame(path)) {
            kept ??= keptBeside(path);
            monitor.fails(
              'key',
              `the key file ${path} was replaced: the key that the store needs is in ${kept}`,
            );
            return;
          }
          await guard.trust(path);
          monitor.works('key');
        } catch (cause) {
          monitor.fails('key', `the key file ${path} is ${change}: ${reason(cause)}`);
        }
      },
    },
  ]);

  function isSame(file: string): boolean {
    try {
      const found = readKeyFile(file);
      return found !== undefined && Buffer.from(found).equals(key);
    } catch {
      return false;
    }
  }

  function keptBeside(file: string): string {
    const name = unusedName(`${file}.rescued`);
    createKeyFile(name, key);
    return name;
  }

  return {
    start: () => guard.start(),
    look: () => guard.look(),
    close: async () => {
      await guard.close();
      key.fill(0);
    },
  };
}
