import type { StoredStay, StoredWaiting } from '../../../src/store/always-on-types.js';
import type { StoredContact } from '../../../src/store/contact-types.js';
import type { Repositories } from '../../../src/store/types.js';

/** Who stays where, and what waits for whom, in memory. */
export function memoryAlwaysOn(): Pick<Repositories, 'stays' | 'waiting' | 'contacts'> {
  const stays = new Map<string, StoredStay>();
  const waiting = new Map<string, StoredWaiting[]>();
  const contacts = new Map<string, StoredContact>();
  let id = 0;
  return {
    stays: {
      all: () => Promise.resolve([...stays.values()]),
      put: (stay) => Promise.resolve(void stays.set(`${stay.user} ${stay.network} ${stay.channel}`, stay)),
      remove: (user, network, channel) => Promise.resolve(void stays.delete(`${user} ${network} ${channel}`)),
    },
    contacts: {
      all: () => Promise.resolve([...contacts.values()]),
      put: (contact) =>
        Promise.resolve(void contacts.set(`${contact.user} ${contact.network} ${contact.contact}`, contact)),
      remove: (user, network, contact) =>
        Promise.resolve(void contacts.delete(`${user} ${network} ${contact}`)),
    },
    waiting: {
      users: () => Promise.resolve([...waiting.keys()]),
      add: (user, at, content, max) => {
        const held = waiting.get(user) ?? [];
        if (held.length >= max) return Promise.resolve(false);
        waiting.set(user, [...held, { id: ++id, at, content }]);
        return Promise.resolve(true);
      },
      of: (user) => Promise.resolve(waiting.get(user) ?? []),
      remove: (user, ids) => {
        const left = (waiting.get(user) ?? []).filter((one) => !ids.includes(one.id));
        if (left.length > 0) waiting.set(user, left);
        else waiting.delete(user);
        return Promise.resolve();
      },
      expire: () => Promise.resolve(),
    },
  };
}
