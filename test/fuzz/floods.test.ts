import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { ClientSession } from '../../src/silc/client/session.js';
import { commands } from '../../src/silc/commands/index.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { clientId, NO_ID, type ClientId } from '../../src/silc/ids.js';
import { encodeMessage } from '../../src/silc/messages/index.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { channelNumber, scriptedSession, type ScriptedServer } from '../support/scripted-server.js';

/** What a server, or somebody behind it, can send without end: memory stays bounded and the session goes on. */

const id = (n: number): ClientId => `7f0000${n.toString(16).padStart(26, '0')}` as ClientId;

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanup.splice(0)) step();
});

async function start(): Promise<{
  session: ClientSession;
  server: ScriptedServer;
  events: Map<string, number>;
}> {
  const { session, server } = await scriptedSession();
  if (!(session instanceof ClientSession)) throw new Error('no session of the engine');
  cleanup.push(
    () => session.destroy(),
    () => server.connection.destroy(),
  );
  // A WHOIS that is never answered keeps everybody without a name.
  server.on(commands.whois, () => undefined);
  const events = new Map<string, number>();
  session.subscribe(({ type }) => events.set(type, (events.get(type) ?? 0) + 1));
  return { session, server, events };
}

/** All that was sent is processed, and the session still answers. */
async function alive(session: ClientSession): Promise<void> {
  await session.ping();
  expect(session.state).toBe('ready');
}

test('private messages of thousands of senders that nobody knows', async () => {
  const { session, server, events } = await start();
  const payload = encodeMessage(nodeBackend, { flags: 0x100, data: utf8('hello') });
  for (let n = 0; n < 6_000; n++) {
    await server.send(PacketType.privateMessage, payload, { source: clientId(id(n)) });
  }
  await alive(session);
  expect(session.core.network.users.size).toBeLessThan(2_000);
  expect(session.core.order.waiting).toBeLessThanOrEqual(4_096);
  expect(events.get('private-message')).toBeGreaterThan(1_900);
});

test('thousands who come onto a channel and go', async () => {
  const { session, server } = await start();
  const channel = await server.admit(session, 1);
  for (let n = 0; n < 5_000; n++) {
    await server.tellChannel(channel.id, { type: 'join', clientId: id(n), channelId: channel.id });
    await server.tellChannel(channel.id, { type: 'leave', clientId: id(n) });
  }
  await alive(session);
  expect(channel.members.size).toBe(1);
  expect(session.core.resolver.pending).toBeLessThanOrEqual(5_000);
  expect(session.core.order.waiting).toBeLessThanOrEqual(4_096);
});

test('more than a channel holds who come and stay', async () => {
  const { session, server } = await start();
  const channel = await server.admit(session, 1);
  for (let n = 0; n < 9_000; n++) {
    await server.tellChannel(channel.id, { type: 'join', clientId: id(n), channelId: channel.id });
  }
  await alive(session);
  expect(channel.members.size).toBeLessThanOrEqual(8_192);
  expect(session.core.network.users.size).toBeLessThan(11_000);
});

test('a circle of nicknames, and changes of people who are not there', async () => {
  const { session, server } = await start();
  const channel = await server.admit(session, 1);
  await server.tellChannel(channel.id, { type: 'join', clientId: id(1), channelId: channel.id });
  for (let n = 0; n < 3_000; n++) {
    await server.notify({
      type: 'nick-change',
      oldId: id(1 + (n % 3)),
      newId: id(1 + ((n + 1) % 3)),
      nickname: `n${n}`,
    });
    await server.notify({ type: 'nick-change', oldId: id(100 + n), newId: id(101 + n), nickname: 'x' });
  }
  await alive(session);
  expect(channel.members.size).toBe(2);
  expect(session.core.network.users.size).toBeLessThan(2_000);
});

test('keys and messages of channels that nobody has joined', async () => {
  const { session, server } = await start();
  const channel = await server.admit(session, 1);
  for (let n = 0; n < 2_000; n++) {
    await server.channelKey(channelNumber(2 + (n % 1_000)), n % 256);
    await server.channelMessage(channelNumber(2 + (n % 1_000)), id(n), n % 256, 'hello');
    await server.channelKey(channel.id, n % 256);
  }
  await alive(session);
  expect(session.core.network.channels.size).toBe(1);
  expect(session.core.network.channel(channel.id)?.keys.size).toBeLessThanOrEqual(32);
  expect(session.core.network.users.size).toBeLessThan(2_000);
});

test('notices and heartbeats without end', async () => {
  const { session, server, events } = await start();
  for (let n = 0; n < 4_000; n++) {
    await server.notify({ type: 'none', text: 'x'.repeat(500) });
    await server.send(PacketType.heartbeat, new Uint8Array(0), { destination: NO_ID });
  }
  await alive(session);
  expect(events.get('server-notice')).toBe(4_000);
});
