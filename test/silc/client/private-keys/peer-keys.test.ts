import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PeerKeys } from '../../../../src/silc/client/private-keys/peer-keys.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { clientId } from '../../../../src/silc/ids.js';
import { PacketFlag, PacketType } from '../../../../src/silc/packets/packet-type.js';
import { Status } from '../../../../src/silc/status.js';
import { TokenBucket } from '../../../../src/util/token-bucket.js';
import { scriptedSession } from '../../../support/scripted-server.js';
import { tunnelledIn } from '../../../support/tunnel-peer.js';

describe('waiting', () => {
  let session: SilcSession | undefined;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    session?.destroy();
    vi.useRealTimers();
  });

  it('ends with its deadline, and what waited goes out in order', async () => {
    const peer = new PeerKeys(new TokenBucket({ burst: 1, perSecond: 1 }));
    const out: string[] = [];
    const send = (text: string) => peer.gate.pass(() => Promise.resolve(void out.push(text)));
    peer.unsettle(5_000, () => void out.push('late'));
    const sent = Promise.all([send('one'), send('two')]);
    vi.advanceTimersByTime(4_999);
    expect(out).toEqual([]);
    vi.advanceTimersByTime(1);
    await sent;
    expect(out).toEqual(['late', 'one', 'two']);
    await send('three');
    expect(out).toHaveLength(4);
  });

  it('for somebody whom the server does not know ends when it says so', async () => {
    const scripted = await scriptedSession({ negotiatePrivateKeys: true });
    session = scripted.session;
    const { server } = scripted;
    const gone = server.person('gone');
    const sent = session.tell(gone, 'one');
    expect(tunnelledIn(await server.nextPacket(PacketType.privateMessage))).toBeDefined();
    await server.notify({ type: 'error', status: Status.noSuchClientId, id: clientId(gone) });
    // No clock has moved.
    await sent;
    expect(tunnelledIn(await server.nextPacket(PacketType.privateMessage))).toBeUndefined();
  });

  it('for a negotiation ends with a key by hand, which is used at once', async () => {
    const scripted = await scriptedSession({ negotiatePrivateKeys: true });
    session = scripted.session;
    const { server } = scripted;
    const ann = server.person('ann');
    const sent = session.tell(ann, 'not in the clear');
    expect(tunnelledIn(await server.nextPacket(PacketType.privateMessage))).toBeDefined();
    await session.setPrivateKey(ann, 'open sesame');
    await sent;
    const { flags, payload } = await server.nextPacket(PacketType.privateMessage);
    expect(flags & PacketFlag.privmsgKey).not.toBe(0);
    expect(Buffer.from(payload).includes('not in the clear')).toBe(false);
  });

  it('for a peer that never answers takes five seconds, once', async () => {
    const scripted = await scriptedSession({ negotiatePrivateKeys: true });
    session = scripted.session;
    const { server } = scripted;
    const old = server.person('old');
    const sent = session.tell(old, 'one');
    const first = await server.nextPacket(PacketType.privateMessage);
    expect(tunnelledIn(first)?.type).toBe(PacketType.keyExchange);
    vi.advanceTimersByTime(5_000);
    await sent;
    await session.tell(old, 'two');
    expect(tunnelledIn(await server.nextPacket(PacketType.privateMessage))).toBeUndefined();
    expect(tunnelledIn(await server.nextPacket(PacketType.privateMessage))).toBeUndefined();
  });
});
