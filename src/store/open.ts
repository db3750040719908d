import { Database } from './database.js';
import { wrap } from './errors.js';
import { contactRepository } from './repositories/contacts.js';
import { guardKey } from './key-guard.js';
import { stayRepository, waitingRepository } from './repositories/always-on.js';
import { contactKeyRepository } from './repositories/contact-keys.js';
import { founderKeyRepository } from './repositories/founder-keys.js';
import { archiveRepository } from './repositories/archive.js';
import { identityRepository } from './repositories/identities.js';
import { roomRecordRepository } from './repositories/room-records.js';
import { secretRepository } from './repositories/secrets.js';
import { serverKeyRepository } from './repositories/server-keys.js';
import { sessionRepository } from './repositories/sessions.js';
import { userRecordRepository } from './repositories/user-records.js';
import { Sealer } from './sealer.js';
import type { Store } from './types.js';
import { keyOf, openPlace, unlock, type StoreOptions } from './vault.js';

/**
 * Opens the store, making database and key file where there are none (both mode 0600) and migrating an older schema.
 * @throws StoreError `unsupported`, `locked`, `key-file`, `wrong-key`, `schema`, `corrupt`, `io`.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const place = await openPlace(options);
  const { location, dialect, monitor } = place;
  try {
    const source = keyOf(place, options.key);
    const key = await unlock(place, source);
    const sealer = new Sealer(key);
    const guard = source !== undefined && 'file' in source ? guardKey(source.file, key, monitor) : undefined;
    if (guard === undefined) key.fill(0);
    await guard?.start();
    const database = new Database(place);
    return {
      identities: identityRepository(database, sealer),
      serverKeys: serverKeyRepository(database),
      secrets: secretRepository(database, sealer),
      founderKeys: founderKeyRepository(database, sealer),
      sessions: sessionRepository(database, sealer, location.isLasting),
      archive: archiveRepository(database, sealer),
      roomRecords: roomRecordRepository(database, sealer),
      stays: stayRepository(database, sealer),
      waiting: waitingRepository(database, sealer),
      contactKeys: contactKeyRepository(database),
      userRecords: userRecordRepository(database, sealer),
      contacts: contactRepository(database, sealer),
      health: () => monitor.health,
      close: async () => {
        try {
          await database.close();
        } finally {
          sealer.wipe();
          await guard?.close();
        }
      },
    };
  } catch (cause) {
    await place.close();
    throw wrap(cause, `cannot open the store ${location.name}`, dialect.isDamage);
  }
}
