import { describe, expect, it, vi } from 'vitest';
import { parseJid } from '../../src/component/jid.js';
import { xml } from '../../src/component/stanza.js';
import type { GatewayContext } from '../../src/gateway/context.js';
import { Disco } from '../../src/gateway/iq-disco.js';
import type { People } from '../../src/gateway/iq-people.js';
import type { ServiceSession } from '../../src/gateway/service-session.js';
import type { Users } from '../../src/gateway/users.js';
import { createAddressing } from '../../src/mapping/address.js';
import type { ListedChannel } from '../../src/silc/client/types.js';

describe('the channel list', () => {
  it('has its addresses made once, however often it is asked for and rooms are looked up in it', async () => {
    const channels = Array.from({ length: 50 }, (_, i) => ({ name: `c${i}`, users: i }) as ListedChannel);
    const addressing = createAddressing({ domain: 'gw', networks: ['net'], defaultNetwork: 'net' });
    const channelToJid = vi.fn(addressing.channelToJid);
    const disco = new Disco(
      { domain: 'gw', addressing: { ...addressing, channelToJid } } as unknown as GatewayContext,
      { findRoom: () => undefined } as unknown as Users,
      {} as unknown as People,
      new Map([['net', { channels: () => Promise.resolve(channels) } as unknown as ServiceSession]]),
    );
    const alice = parseJid('alice@example.org/r');
    const gateway = addressing.parse('gw');
    const room = addressing.parse('c7@gw');
    if (gateway.kind === 'invalid' || room.kind === 'invalid') throw new Error('no addresses');
    const first = await disco.items(xml('query'), alice, gateway);
    expect(first.getChildren('item')).toHaveLength(50);
    expect(String(await disco.items(xml('query'), alice, gateway))).toBe(String(first));
    expect(String(await disco.info(xml('query'), alice, room))).toContain('SILC channel c7');
    expect(channelToJid).toHaveBeenCalledTimes(50);
  });
});
