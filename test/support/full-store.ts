import type { Store } from '../../src/store/types.js';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Puts something into everything that a store keeps. @param lines of the archive */
export async function fillStore(store: Store, lines = 3): Promise<void> {
  const room = { network: 'net', channel: 'lounge' };
  for (const user of ['a@x', 'b@x']) {
    const privateKey = octets(`KEY OF ${user}, as long as the shortest of keys`);
    await store.identities.add(user, { publicKey: octets('pub'), privateKey });
  }
  await store.serverKeys.pin('net', 'h:706', 'ab'.repeat(20));
  await store.secrets.obtain('occupant-id');
  await store.founderKeys.add('net', 'lounge', {
    ...{ founder: 'a@x', publicKey: octets('pub'), privateKey: octets('FOUNDER KEY') },
    configuration: octets('{"passphrase":"p"}'),
  });
  await store.sessions.save({
    sessions: [{ user: 'a@x', network: 'net', state: octets('SESSION') }],
    channels: [{ network: 'net', name: 'lounge', state: octets('CHANNEL') }],
    aliveAt: new Date(1_000),
  });
  await store.roomRecords.save('net', 'lounge', 'settings', octets('SETTINGS'));
  await store.stays.put({
    ...{ user: 'a@x', network: 'net', channel: 'lounge', wanted: true },
    ...{ place: octets('PLACE'), seenAt: new Date(2_000) },
  });
  await store.stays.put({
    ...{ user: 'b@x', network: 'net', channel: 'lounge', wanted: false },
    ...{ place: undefined, seenAt: new Date(2_000) },
  });
  await store.waiting.add('b@x', new Date(3_000), octets('WAITING'), 10);
  await store.contactKeys.put(
    {
      ...{ user: 'a@x', network: 'net', contact: 'bob', fingerprint: 'cd'.repeat(20), pending: undefined },
      ...{ standing: 'verified', seenAt: new Date(4_000) },
    },
    10,
  );
  await store.contacts.put({ user: 'a@x', network: 'net', contact: 'bob', content: octets('CONTACT') });
  await store.userRecords.save('a@x', 'settings', '', octets('USER SETTINGS'));
  await store.archive.add([
    { kind: 'enter', room, user: 'a@x', at: new Date(0) },
    ...Array.from({ length: lines }, (_, index) => ({
      ...{ kind: 'line' as const, room },
      line: {
        ...{ stanzaId: `id-${index}`, at: new Date(1_000 + index), nick: 'Zoë' },
        content: octets(`LINE ${index} \u{1f600}`),
      },
    })),
  ]);
}

/** Everything that `fillStore` has put there, as it is read. */
export async function contentsOf(store: Store): Promise<unknown> {
  const room = { network: 'net', channel: 'lounge' };
  return {
    identities: [await store.identities.find('a@x'), await store.identities.find('b@x')],
    pin: await store.serverKeys.find('net', 'h:706'),
    secret: await store.secrets.obtain('occupant-id'),
    founder: await store.founderKeys.find('net', 'lounge'),
    sessions: await store.sessions.load(),
    record: await store.roomRecords.find('net', 'lounge', 'settings'),
    stays: [...(await store.stays.all())].sort((a, b) => (a.user < b.user ? -1 : 1)),
    waiting: await store.waiting.of('b@x'),
    contacts: await store.contactKeys.of('a@x'),
    listed: await store.contacts.all(),
    settings: await store.userRecords.find('a@x', 'settings', ''),
    lines: await store.archive.page(room, 'a@x', { max: 10_000, last: false }),
  };
}
