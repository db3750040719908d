import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChannelKeys } from '../../../src/silc/client/channels/channel-keys.js';
import { CommandQueue } from '../../../src/silc/client/requests/command-queue.js';
import { EventOrder } from '../../../src/silc/client/event-order.js';
import { MAX_MEMBERS, MAX_MEMBERSHIPS } from '../../../src/silc/client/limits.js';
import { ChannelRecord } from '../../../src/silc/client/channel-record.js';
import { NetworkState } from '../../../src/silc/client/network-state.js';
import { Resolver } from '../../../src/silc/client/people/resolver.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { UserRecord, UserStore } from '../../../src/silc/client/people/users.js';
import { commands, encodeReply } from '../../../src/silc/commands/index.js';
import type { CommandMessage } from '../../../src/silc/commands/index.js';
import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { scriptedSession } from '../../support/scripted-server.js';
import { EventLog } from '../../support/session-events.js';

const id = (n: number) => `7f000001${n.toString(16).padStart(24, '0')}` as ClientId;
const channelId = (n: number) => `7f000001452e${n.toString(16).padStart(4, '0')}` as ChannelId;

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

describe('a session whose server means no good', () => {
  it('tells that somebody is gone whose Client ID another one gets', async () => {
    const { session, server } = await scriptedSession();
    sessions.push(session);
    const anna = server.person('anna');
    const bert = server.person('bert');
    const channel = await server.admit(session, 1, [anna, bert]);
    const log = new EventLog(session);
    await server.notify({ type: 'nick-change', oldId: bert, newId: anna, nickname: 'eve' });
    await log.find('nick-changed');
    expect(log.events.map(({ type }) => type)).toEqual(['member-left', 'nick-changed']);
    expect(log.events[0]).toMatchObject({ user: { nickname: 'anna' }, cause: { kind: 'vanished' } });
    expect([...channel.members.values()].map(({ user }) => user.nickname)).toEqual(['me', 'eve']);
  });

  it('cuts names to what the toolkit allows', () => {
    const user = new UserRecord(id(1));
    user.update({
      clientId: id(1),
      nickname: `${'ä'.repeat(30_000)}@${'s'.repeat(30_000)}`,
      user: `${'u'.repeat(30_000)}@${'h'.repeat(30_000)}`,
      realName: 'r'.repeat(60_000),
    });
    expect(user.nickname).toBe('ä'.repeat(64));
    expect(user.server).toBe('s'.repeat(256));
    expect(user.username).toBe('u'.repeat(128));
    expect(user.hostname).toBe('h'.repeat(256));
    expect(user.realName).toBe('r'.repeat(1_000));
  });

  it('keeps a bounded part of a list whose entries are large', async () => {
    const sent: CommandMessage[] = [];
    const queue = new CommandQueue({ send: (message) => void sent.push(message), maxListOctets: 100_000 });
    const listing = queue.runList(commands.list, () => ({}));
    const ident = sent[0]?.ident ?? 0;
    const entry = { channelId: channelId(1), name: 'channel', topic: 't'.repeat(30_000), users: 1 };
    for (let n = 0; n < 50; n++) {
      const place = n === 0 ? 'start' : n === 49 ? 'end' : 'item';
      queue.receive(encodeReply(commands.list, ident, entry, place));
    }
    const { values, complete } = await listing;
    expect(values).toHaveLength(3);
    expect(complete).toBe(false);
  });

  it('holds a bounded number of octets back while it waits for names', () => {
    const order = new EventOrder({ octets: 1_000_000 });
    const never = new Promise<void>(() => undefined);
    const seen: number[] = [];
    for (let n = 0; n < 40; n++) order.post(['lane'], () => seen.push(n), never, 60_000);
    expect(order.waiting).toBeLessThanOrEqual(17);
    expect(seen).toEqual([...Array(seen.length).keys()]);
    expect(seen.length + order.waiting).toBe(40);
  });

  it('does not collect those who come and go while nobody answers WHOIS', async () => {
    const queue = new CommandQueue({ send: () => undefined });
    const users = new UserStore();
    const resolver = new Resolver({ queue, users, onResolved: () => undefined });
    for (let n = 0; n < 40_000; n++) void resolver.fresh(users.ensureFresh(id(n)));
    await Promise.resolve();
    expect(resolver.pending).toBeLessThanOrEqual(20_000);
    expect(users.size).toBeLessThanOrEqual(22_000);
    resolver.close();
    queue.close(new SilcError('closed', 'over'));
    expect(users.size).toBeLessThanOrEqual(1_100);
  });

  it('keeps a bounded number of members of all channels together', () => {
    const network = new NetworkState(id(0xffffff));
    const channels = Array.from({ length: 12 }, (_, n) => {
      const keys = new ChannelKeys(nodeBackend, undefined);
      const fields = {
        id: channelId(n),
        name: `c${n}`,
        mode: 0,
        topic: undefined,
        userLimit: undefined,
        keys,
      };
      return new ChannelRecord(fields);
    });
    let kept = 0;
    for (const [c, channel] of channels.entries()) {
      network.addChannel(channel);
      for (let n = 0; n < MAX_MEMBERS; n++) {
        const user = network.users.ensureFresh(id(c * MAX_MEMBERS + n));
        if (network.setMember(channel, user, 0) !== undefined) kept++;
      }
    }
    expect(kept).toBe(MAX_MEMBERSHIPS);
    for (const channel of channels) network.removeChannel(channel);
    expect(network.users.size).toBeLessThanOrEqual(1_025);
    const [again] = channels;
    if (again === undefined) throw new Error('no channel');
    again.table.clear();
    network.addChannel(again);
    expect(network.setMember(again, network.users.ensure(id(1)), 0)).toBeDefined();
  });

  it('spends a bounded effort on a long message under no key of the channel', () => {
    const hmac = vi.fn<CryptoBackend['hmac']>((...given) => nodeBackend.hmac(...given));
    const keys = new ChannelKeys({ ...nodeBackend, hmac }, 'hmac-sha256-96');
    for (let n = 0; n < 32; n++) keys.add({ cipher: 'aes-256-cbc', key: new Uint8Array(32).fill(n) });
    const parties = { sender: id(1), receiver: channelId(1) };
    const octets = (payload: Uint8Array): number => {
      hmac.mockClear();
      expect(keys.open(parties, payload)).toBeUndefined();
      return hmac.mock.calls.length * payload.length;
    };
    expect(octets(new Uint8Array(65_000))).toBeLessThanOrEqual(5 << 20);
    // A short one is tried with all of them.
    octets(new Uint8Array(200));
    expect(hmac.mock.calls.length).toBeGreaterThan(150);
    keys.close();
  });
});
