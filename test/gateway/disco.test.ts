import { describe, expect, it, vi } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { xml } from '../../src/component/stanza.js';
import type { Request } from '../../src/gateway/feature.js';
import { ChannelDirectory } from '../../src/gateway/channels/channel-directory.js';
import { disco } from '../../src/gateway/features/disco.js';
import type { FeatureParts } from '../../src/gateway/features/parts.js';
import { createAddressing } from '../../src/mapping/address.js';
import type { ListedChannel } from '../../src/silc/client/types.js';

describe('the channel list', () => {
  it('has its addresses made once, however often it is asked for and rooms are looked up in it', async () => {
    const channels = Array.from({ length: 50 }, (_, i) => ({ name: `c${i}`, users: i }) as ListedChannel);
    const addressing = createAddressing({ domain: 'gw', networks: ['net'], defaultNetwork: 'net' });
    const channelToJid = vi.fn(addressing.channelToJid);
    const parts = {
      context: {
        ...{ domain: 'gw', addressing: { ...addressing, channelToJid } },
        settings: { find: () => Promise.resolve({}) },
      },
      sessions: { findRoom: () => undefined, channels: new Map() },
      services: new Map([['net', { channels: () => Promise.resolve(channels) }]]),
    } as unknown as FeatureParts;
    const [info, items] =
      disco(parts, new ChannelDirectory(parts.context, parts.sessions, parts.services), () => []).iq ?? [];
    const alice = parseJid('alice@example.org/r');
    const gateway = addressing.parse('gw');
    const room = addressing.parse('c7@gw');
    if (gateway.kind === 'invalid' || room.kind === 'invalid') throw new Error('no addresses');
    const ask = async (route: typeof info, to: Request['to']) =>
      route !== undefined && 'to' in route
        ? await route.handle({ from: alice, to } as Request, xml('query'))
        : undefined;
    const first = await ask(items, gateway);
    expect(first?.getChildren('item')).toHaveLength(50);
    expect(String(await ask(items, gateway))).toBe(String(first));
    expect(String(await ask(info, room))).toContain('SILC channel c7');
    expect(channelToJid).toHaveBeenCalledTimes(50);
  });
});
