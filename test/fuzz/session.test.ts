import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StanzaSerializer } from '../../src/component/outgoing.js';
import { Gateway } from '../../src/gateway/gateway.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { commands, encodeReply } from '../../src/silc/commands/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { FakeLink } from '../gateway/support/fake-link.js';
import { memoryStore, testConfig } from '../gateway/support/world.js';
import { scriptedSession, type ScriptedServer } from '../support/scripted-server.js';
import { readStrictly } from '../support/xmpp/strict.js';
import { hostilePackets } from './support/packets.js';
import { checkSession, play } from './support/played.js';

const faults: unknown[] = [];
const onWarning = (warning: Error): void => {
  if (warning.name === 'SilcListenerWarning' || warning.name.startsWith('MaxListeners')) faults.push(warning);
};
beforeAll(() => void process.on('warning', onWarning));
afterAll(() => void process.off('warning', onWarning));

/** As `checkSession`, and nothing has piled up. */
async function check(session: SilcSession, server: ScriptedServer): Promise<void> {
  await checkSession(session, server);
  // Warnings come with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  expect(faults).toEqual([]);
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
