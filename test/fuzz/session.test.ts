import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StanzaSerializer } from '../../src/component/outgoing.js';
import { Gateway } from '../../src/gateway/gateway.js';
import { ClientSession } from '../../src/silc/client/session.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { commands, encodeReply } from '../../src/silc/commands/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../src/silc/errors.js';
import { FakeLink } from '../gateway/support/fake-link.js';
import { memoryStore, testConfig } from '../gateway/support/world.js';
import { scriptedSession, type ScriptedServer } from '../support/scripted-server.js';
import { readStrictly } from '../support/xmpp/strict.js';
import { hostilePackets, type HostilePacket } from './support/packets.js';

const faults: unknown[] = [];
const onWarning = (warning: Error): void => {
  if (warning.name === 'SilcListenerWarning' || warning.name.startsWith('MaxListeners')) faults.push(warning);
};
beforeAll(() => void process.on('warning', onWarning));
afterAll(() => void process.off('warning', onWarning));

async function play(server: ScriptedServer, packets: readonly HostilePacket[]): Promise<void> {
  for (const { type, payload, ...rest } of packets) {
    if (!server.connection.open) return;
    // An empty payload makes no packet where there are no IDs.
    if (payload.length > 0) await server.send(type, payload, rest);
  }
}

/** Everything that was sent is processed, or the session is over: then with what. */
function caughtUp(session: SilcSession, server: ScriptedServer): Promise<SilcError | undefined> {
  const mark = 'all of it';
  return new Promise((resolve) => {
    const unsubscribe = session.subscribe((event) => {
      const isMark = event.type === 'server-notice' && event.text === mark;
      if (!isMark && event.type !== 'closed') return;
      unsubscribe();
      resolve(event.type === 'closed' ? event.error : undefined);
    });
    if (session.state === 'closed') resolve(undefined);
    else server.notify({ type: 'none', text: mark }).catch(() => undefined);
  });
}

/** The session is over for a reason of the engine, or goes on and is as it has to be. */
async function check(session: SilcSession, server: ScriptedServer): Promise<void> {
  if (!(session instanceof ClientSession)) throw new Error('no session of the engine');
  const end = await caughtUp(session, server);
  if (end !== undefined) expect(end).toBeInstanceOf(SilcError);
  // Warnings come with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  expect(faults).toEqual([]);
  const { network } = session.core;
  expect(network.users.exact(network.self.clientId)).toBe(network.self);
  for (const [id, channel] of network.channels) {
    expect(channel.id).toBe(id);
    for (const [clientId, { user }] of channel.members) {
      expect(user.clientId).toBe(clientId);
      expect(network.users.exact(clientId)).toBe(user);
      expect(user.references).toBeGreaterThan(0);
    }
  }
}

test('a session stands whatever packets its server sends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostilePackets, { minLength: 10, maxLength: 80 }), async (packets) => {
      const { session, server } = await scriptedSession();
      try {
        session.subscribe(() => undefined);
        await server.admit(session, 1, [server.person('other'), server.person('person0')]);
        await play(server, packets);
        await check(session, server);
      } finally {
        session.destroy();
        server.connection.destroy();
      }
    }),
    { numRuns: 150 },
  );
});

const ALICE = 'alice@jabber.test/desk';
const join = `<presence from='${ALICE}' to='channel1@gw.test/me'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;

test('the gateway sends nothing but good stanzas whatever the SILC server sends', async () => {
  const key = await nodeBackend.generateRsaKey(1024);
  await fc.assert(
    fc.asyncProperty(fc.array(hostilePackets, { minLength: 10, maxLength: 80 }), async (packets) => {
      const errors: unknown[] = [];
      const link = new FakeLink();
      const world: { session?: SilcSession; server?: ScriptedServer } = {};
      const gateway = new Gateway({
        config: testConfig(),
        link,
        store: memoryStore(),
        backend: { ...nodeBackend, generateRsaKey: () => Promise.resolve(key) },
        log: {
          debug: () => undefined,
          info: () => undefined,
          warn: () => undefined,
          error: (fields) => errors.push(fields['err']),
        },
        host: {
          connect: async ({ keyPair, verifyServerKey, nickname, username }) => {
            const made = await scriptedSession({ keyPair, verifyServerKey, nickname, username });
            world.session = made.session;
            world.server = made.server;
            return made.session;
          },
        },
      });
      await gateway.start();
      link.receive(join);
      while (world.server === undefined) await new Promise((resolve) => setImmediate(resolve));
      const { server, session } = world;
      if (session === undefined) throw new Error('no session');
      try {
        const { ident } = await server.next(commands.join);
        await server.reply(encodeReply(commands.join, ident, server.joinReply(1, [server.person('other')])));
        await link.until((stanza) => stanza.name === 'message');
        await play(server, packets);
        await check(session, server);
        expect(errors).toEqual([]);
        const shown = new Map<string, string>();
        const serializer = new StanzaSerializer(link.domain);
        for (const stanza of link.take()) {
          readStrictly(serializer.serialize(stanza).text);
          const { from = '', type = 'available' } = stanza.attrs;
          if (stanza.name === 'presence') shown.set(from, type);
          // A passphrase of a channel is told to its members by the server, and goes no further.
          expect(stanza.toString()).not.toContain('the secret of the channel');
        }
      } finally {
        session.destroy();
        server.connection.destroy();
        await gateway.stop();
      }
    }),
    { numRuns: 120 },
  );
});
