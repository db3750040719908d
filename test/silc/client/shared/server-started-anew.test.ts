import { afterEach, describe, expect, it } from 'vitest';
import { UserRecord } from '../../../../src/silc/client/people/users.js';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { Registration } from '../../../../src/silc/client/shared/shared-server.js';
import type { ServerId } from '../../../../src/silc/ids.js';
import { testKeyPair } from '../../../support/keys.js';
import { idOf } from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';
import { keyPairNamed, SilcWorld } from '../../../support/silc-world.js';
import { TcpProxy } from '../../../support/tcp-proxy.js';

const key = testKeyPair('k1024v1').publicKey;
const [before, after] = ['7f00000102c20001', '7f00000102c20002'] as const;

/** Sessions that register one after the other, and what becomes of them. */
class Sessions {
  readonly #sharing = new SessionSharing();
  readonly #replaced: string[] = [];

  register(name: string, server: string, registration: Registration, publicKey = key): void {
    const shared = this.#sharing.server(server as ServerId, publicKey);
    const self = new UserRecord(idOf(name));
    shared.enter(self);
    shared.onEnd(self, { killed: () => undefined, replaced: () => this.#replaced.push(name) });
    shared.registered(registration);
  }

  /** Those that were told that their server is there no longer. */
  async replaced(): Promise<readonly string[]> {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    return this.#replaced;
  }
}

const at = (askedAt: number, answeredAt: number): Registration => ({ askedAt, answeredAt });

describe('a server with the address and key of another one', () => {
  it('has taken its place: all sessions on that one are told', async () => {
    const sessions = new Sessions();
    sessions.register('ann', before, at(1, 2));
    sessions.register('ben', before, at(3, 4));
    sessions.register('cat', after, at(5, 6));
    sessions.register('dan', after, at(7, 8));
    expect(await sessions.replaced()).toEqual(['ann', 'ben']);
  });

  it('is the later one also where the answer of the earlier one comes last', async () => {
    const sessions = new Sessions();
    sessions.register('ann', before, at(1, 2));
    sessions.register('cat', after, at(5, 6));
    sessions.register('ben', before, at(1.5, 7));
    expect(await sessions.replaced()).toEqual(['ann', 'ben']);
  });

  it('is told to a session that is let in late while others are there still', async () => {
    const sessions = new Sessions();
    sessions.register('cat', after, at(5, 6));
    sessions.register('ann', before, at(1, 2));
    expect(await sessions.replaced()).toEqual(['ann']);
  });

  it('may be the earlier or the later one where the times leave it open: nobody is told', async () => {
    const sessions = new Sessions();
    sessions.register('ann', before, at(1, 4));
    sessions.register('cat', after, at(3, 6));
    expect(await sessions.replaced()).toEqual([]);
  });

  it.each([
    ['another port', '7f00000102c30002', key],
    ['another address', '7f00000202c20002', key],
    ['another key', after, testKeyPair('k2048v1').publicKey],
  ])('is another server with %s', async (_what, id, publicKey) => {
    const sessions = new Sessions();
    sessions.register('ann', before, at(1, 2));
    sessions.register('cat', id, at(5, 6), publicKey);
    expect(await sessions.replaced()).toEqual([]);
  });
});

describe('a session whose server was started anew without its knowing', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('is over as soon as another one is on the new server, and one that shares nothing with that is not', async () => {
    const world = await SilcWorld.start();
    const proxy = await TcpProxy.listen(world.port);
    closing.push(
      () => proxy.close(),
      () => world.close(),
    );
    const sharing = new SessionSharing();
    const ann = await world.client('ann', { sharing, port: proxy.port });
    const eve = await world.client('eve', { port: proxy.port, keyPair: keyPairNamed('eve') });
    const log = new EventLog(ann);
    proxy.freeze(0);
    proxy.freeze(1);
    await world.stopServer();
    await world.startServer();
    expect([ann.state, eve.state]).toEqual(['ready', 'ready']);

    const ben = await world.client('ben', { sharing });
    expect((await log.find('closed')).error).toMatchObject({
      code: 'closed',
      message: 'the server was started anew',
    });
    expect([eve.state, ben.state]).toEqual(['ready', 'ready']);
  });
});
