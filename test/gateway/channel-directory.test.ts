import { describe, expect, it } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { ChannelDirectory } from '../../src/gateway/channels/channel-directory.js';
import type { SessionRegistry } from '../../src/gateway/sessions/session-registry.js';
import { createAddressing } from '../../src/mapping/address.js';
import type { ListedChannel } from '../../src/silc/client/types.js';
import { ChannelMode } from '../../src/silc/modes.js';

const addressing = createAddressing({ domain: 'gw', networks: ['net'], defaultNetwork: 'net' });
const alice = parseJid('alice@example.org/r');

interface Local {
  readonly name: string;
  readonly mode?: number;
  readonly occupants?: number;
  readonly isHers?: boolean;
}

function directoryOf(listed: readonly Partial<ListedChannel>[] | Error, local: readonly Local[]) {
  const channels = local.map(({ name, mode = 0, occupants = 2 }) => ({
    ...{ network: 'net', jid: `${name}@gw`, displayName: name, mode, topic: `about ${name}` },
    occupants: { size: occupants },
  }));
  const sessions = {
    channels: new Map(channels.map((channel) => [channel.jid, channel])),
    findRoom: (_user: unknown, _network: string, jid: string) =>
      local.some(({ name, isHers }) => `${name}@gw` === jid && isHers === true)
        ? { isJoined: true }
        : undefined,
  } as unknown as SessionRegistry;
  const list = () =>
    listed instanceof Error ? Promise.reject(listed) : Promise.resolve(listed as ListedChannel[]);
  return new ChannelDirectory({ addressing }, sessions, new Map([['net', { channels: list }]]));
}

const list = async (directory: ChannelDirectory) => [...(await directory.list(alice, 'net')).values()];

describe('the directory of channels', () => {
  it('has what the gateway sees now over what the server listed a while ago', async () => {
    const directory = directoryOf(
      [
        { name: 'far', users: 3, topic: 'away' },
        { name: 'lounge', users: 9, topic: 'old' },
      ],
      [{ name: 'lounge' }, { name: 'new' }, { name: 'on-the-way', occupants: 0 }],
    );
    expect(await list(directory)).toEqual([
      { jid: 'far@gw', name: 'far', topic: 'away', users: 3 },
      { jid: 'lounge@gw', name: 'lounge', topic: 'about lounge', users: 2, mode: 0 },
      { jid: 'new@gw', name: 'new', topic: 'about new', users: 2, mode: 0 },
    ]);
    expect(await directory.find(alice, { network: 'net', jid: 'new@gw' })).toMatchObject({ users: 2 });
  });

  it('knows no number of a channel of which the server tells none', async () => {
    const directory = directoryOf([{ name: 'club', users: 0 }], []);
    expect((await list(directory))[0]?.users).toBeUndefined();
    expect((await directory.find(alice, { network: 'net', jid: 'club@gw' }))?.users).toBeUndefined();
  });

  it.each([
    [ChannelMode.private, false, { jid: 'x@gw', name: 'x' }],
    [ChannelMode.secret, false, undefined],
    [
      ChannelMode.private,
      true,
      { jid: 'x@gw', name: 'x', topic: 'about x', users: 2, mode: ChannelMode.private },
    ],
    [
      ChannelMode.secret,
      true,
      { jid: 'x@gw', name: 'x', topic: 'about x', users: 2, mode: ChannelMode.secret },
    ],
  ])('with mode %i, and the asker on it: %s', async (mode, isHers, expected) => {
    // It may have been listed before it was hidden.
    const directory = directoryOf(
      [{ name: 'x', users: 5, topic: 'seen by all' }],
      [{ name: 'x', mode, isHers }],
    );
    expect(await list(directory)).toEqual(expected === undefined ? [] : [expected]);
    expect(await directory.find(alice, { network: 'net', jid: 'x@gw' })).toEqual(expected);
  });

  it('gives what it knows itself where the network does not answer, and fails where that is nothing', async () => {
    const down = new Error('down');
    expect(await list(directoryOf(down, [{ name: 'x' }]))).toHaveLength(1);
    await expect(list(directoryOf(down, []))).rejects.toBe(down);
    expect(await directoryOf(down, []).find(alice, { network: 'net', jid: 'x@gw' })).toBeUndefined();
  });
});
