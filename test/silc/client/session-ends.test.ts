import { afterEach, describe, expect, it } from 'vitest';
import { SilcResumeError } from '../../../src/silc/client/resuming.js';
import { detachAll, endDetached } from '../../../src/silc/client/session-ends.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../src/silc/commands/index.js';
import { Status } from '../../../src/silc/status.js';
import { idOf, scriptedSession } from '../../support/scripted-server.js';
import {
  EventLog,
  keyPairNamed,
  nextEvent,
  startSilcWorld,
  type SilcWorld,
} from '../../support/silc-world.js';

let world: SilcWorld | undefined;
const sessions: SilcSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await world?.close();
  world = undefined;
});

async function scripted() {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  return { session, server };
}

describe('detaching many sessions', () => {
  it('gives back what to store of each, and ends those that cannot be detached', async () => {
    world = await startSilcWorld({ limits: { detachedClients: 2 } });
    const all: SilcSession[] = [];
    for (const name of ['ann', 'bob', 'cat', 'dan']) all.push(await world.client(name));
    const [ann, bob, cat] = all;
    await ann?.join('tea');
    const dave = await world.client('dave');
    await dave.join('tea');
    await cat?.join('tea');
    const left = nextEvent(dave, 'member-left');
    const { detached, failed } = await detachAll(all, { atOnce: 1, message: 'closing time' });
    expect(detached.map(({ session, stored }) => [session, stored.nickname])).toEqual([
      [ann, 'ann'],
      [bob, 'bob'],
    ]);
    expect(failed.map(({ session }) => session)).toEqual(all.slice(2));
    expect(failed[0]?.error).toMatchObject({ code: 'command', status: Status.resourceLimit });
    expect((await left).cause).toEqual({ kind: 'signoff', message: 'closing time' });
    expect(all.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed', 'closed']);
    const back = await world.client('ann', { resume: detached[0]?.stored ?? expect.unreachable() });
    expect(back.channelByName('tea')).toBeDefined();
  });

  it('does not wait for one that is not answered, and no more at once than told', async () => {
    const three = [await scripted(), await scripted(), await scripted()];
    const under = { way: 0, most: 0 };
    for (const [i, { server }] of three.entries()) {
      server.on(commands.detach, (_request, { ident }) => {
        under.most = Math.max(under.most, ++under.way);
        if (i === 1) return [];
        setImmediate(() => {
          under.way--;
          void server.reply(encodeReply(commands.detach, ident, {})).then(() => server.connection.close());
        });
        return [];
      });
      server.on(commands.quit, () => {
        under.way--;
        void server.connection.close();
        return [];
      });
    }
    const { detached, failed } = await detachAll(
      three.map(({ session }) => session),
      { atOnce: 1, timeoutMs: 50 },
    );
    expect(detached.map(({ session }) => session)).toEqual([three[0]?.session, three[2]?.session]);
    expect(failed).toMatchObject([{ session: three[1]?.session, error: { code: 'closed' } }]);
    expect(three[1]?.server.seen).toEqual(['DETACH', 'QUIT']);
    expect(under).toEqual({ way: 0, most: 1 });
  });

  it('takes sessions that are over already', async () => {
    const { session } = await scripted();
    session.destroy();
    expect(await detachAll([session, session])).toMatchObject({
      detached: [],
      failed: [{ session, error: { code: 'closed' } }],
    });
    expect(await detachAll([])).toEqual({ detached: [], failed: [] });
  });
});

describe('ending a detached session', () => {
  it('is resuming and leaving: its channels are told, and it cannot be resumed again', async () => {
    world = await startSilcWorld();
    const [alice, bob] = [await world.client('alice'), await world.client('bob')];
    await alice.join('tea');
    await bob.join('tea');
    const stored = await alice.detach();
    const log = new EventLog(bob);
    const options = {
      ...{ host: world.host, port: world.port, keyPair: keyPairNamed('alice') },
      ...{ nickname: 'alice', username: 'alice', verifyServerKey: () => true, resume: stored },
    };
    await endDetached(options, 'over');
    const { user, cause } = await log.find('member-left');
    expect(user.clientId).toBe(stored.clientId);
    expect(cause).toEqual({ kind: 'signoff', message: 'over' });
    expect(await bob.whois('alice')).toEqual([]);
    await expect(endDetached(options)).rejects.toThrow(SilcResumeError);
  });

  it('by KILL: the server is asked whether it has', async () => {
    const { session, server } = await scripted();
    const other = idOf('other');
    server.on(commands.kill, ({ clientId }, { ident }) => [encodeReply(commands.kill, ident, { clientId })]);
    server.on(commands.getkey, ({ id }, { ident }) => [encodeReply(commands.getkey, ident, { id })]);
    expect(await session.killDetached(other)).toBe('kept');
    server.on(commands.getkey, (_request, { ident }) => [encodeErrorReply(26, ident, Status.noSuchClientId)]);
    expect(await session.killDetached(other)).toBe('ended');
    expect(server.seen).toEqual(['KILL', 'GETKEY', 'KILL', 'GETKEY']);
    server.on(commands.getkey, (_request, { ident }) => [encodeErrorReply(26, ident, Status.timedOut)]);
    await expect(session.killDetached(other)).rejects.toMatchObject({ status: Status.timedOut });
  });
});
