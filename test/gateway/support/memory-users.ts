import type { Repositories } from '../../../src/store/types.js';
import type { StoredContactKey } from '../../../src/store/user-types.js';

/** Keys of contacts and records of users, in memory. */
export function memoryUsers(): Pick<Repositories, 'contactKeys' | 'userRecords'> {
  const keys = new Map<string, StoredContactKey>();
  const records = new Map<string, { user: string; kind: string; place: string; content: Uint8Array }>();
  const keyOf = (user: string, network: string, contact: string): string => `${user} ${network} ${contact}`;
  const recordsOf = (user: string, kind: string) =>
    [...records.values()].filter((record) => record.user === user && record.kind === kind);
  return {
    contactKeys: {
      find: (user, network, contact) => Promise.resolve(keys.get(keyOf(user, network, contact))),
      of: (user) => Promise.resolve([...keys.values()].filter((key) => key.user === user)),
      verified: () => Promise.resolve([...keys.values()].filter((key) => key.standing === 'verified')),
      put: (key, max) => {
        const others = [...keys.values()].filter(({ user }) => user === key.user);
        if (others.length > max) return Promise.resolve(false);
        keys.set(keyOf(key.user, key.network, key.contact), key);
        return Promise.resolve(true);
      },
      remove: (user, network, contact) => Promise.resolve(void keys.delete(keyOf(user, network, contact))),
      removeAll: (user) => {
        for (const [name, key] of keys) if (key.user === user) keys.delete(name);
        return Promise.resolve();
      },
    },
    userRecords: {
      find: (user, kind, place) => Promise.resolve(records.get(keyOf(user, kind, place))?.content),
      of: (user, kind) =>
        Promise.resolve(new Map(recordsOf(user, kind).map(({ place, content }) => [place, content]))),
      users: (kind) =>
        Promise.resolve([
          ...new Set([...records.values()].filter((one) => one.kind === kind).map(({ user }) => user)),
        ]),
      save: (user, kind, place, content) => {
        if (content === undefined) records.delete(keyOf(user, kind, place));
        else records.set(keyOf(user, kind, place), { user, kind, place, content });
        return Promise.resolve();
      },
      removeAll: (user) => {
        for (const [name, record] of records) if (record.user === user) records.delete(name);
        return Promise.resolve();
      },
    },
  };
}
