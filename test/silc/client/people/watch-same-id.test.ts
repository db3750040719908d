import { afterEach, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import type { WhoisReply } from '../../../../src/silc/commands/whois.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import type { ServerId } from '../../../../src/silc/ids.js';
import { UserMode } from '../../../../src/silc/modes.js';
import { NotifyType, type Notify } from '../../../../src/silc/packets/notify.js';
import { Status } from '../../../../src/silc/status.js';
import { answerStats } from '../../../support/resuming-server.js';
import { idOf, scriptedSession } from '../../../support/scripted-server.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

/**
 * A Client ID is the server's address, one octet, and a hash of the nickname: one in 256 who take a nickname has the ID of the
 * one who had it before.
 */

let world: SilcWorld | undefined;
const sessions: SilcSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await world?.close();
  world = undefined;
});

/** Watch events of a log, in short. */
const story = (log: EventLog): readonly string[] =>
  log.events.flatMap((event) => {
    if (event.type === 'watched-online') return [`+${event.person.nickname} ${event.person.mode}`];
    if (event.type === 'watched-offline') return [`-${event.person.nickname} ${event.cause}`];
    return event.type === 'watched-changed' ? [`${event.person.nickname} ${event.person.mode}`] : [];
  });

/** The next event of a type, none of those that are there already. */
const next = (log: EventLog, type: 'watched-online' | 'watched-offline') => {
  const before = new Set<object>(log.of(type));
  return log.find(type, (event) => !before.has(event));
};

describe('on a server that has one Client ID for a nickname', () => {
  it('each holder of a watched nickname is told of', async () => {
    const randomBytes = (length: number): Uint8Array =>
      length === 1 ? Uint8Array.of(7) : nodeBackend.randomBytes(length);
    world = await startSilcWorld({ backend: { ...nodeBackend, randomBytes } });
    const me = await world.client('me');
    const log = new EventLog(me);
    await me.watch({ nickname: 'ann' });
    await me.watch({ publicKey: keyPairNamed('ann').publicKey });
    const ids = new Set<string>();
    for (let times = 0; times < 3; times++) {
      const came = next(log, 'watched-online');
      const ann = await world.client('ann');
      ids.add((await came).person.clientId);
      await ann.nick('zoe');
      await ann.nick('ann');
      const went = next(log, 'watched-offline');
      await ann.quit();
      await went;
    }
    expect(ids.size).toBe(1);
    const once = ['+ann 0', 'zoe 0', 'ann 0', '-ann signoff'];
    expect(story(log)).toEqual([...once, ...once, ...once]);
  });
});

const ann = idOf('ann');
const found: WhoisReply = { clientId: ann, nickname: 'ann@silc.test', user: 'ann@host', mode: 0 };

/** A session that watches ann, whom WHOIS finds where `there` says so. */
async function watching(there: boolean) {
  const { session, server } = await scriptedSession({ watching: { intervalMs: 2, pauseMs: 1 } });
  sessions.push(session);
  answerStats(server, 1);
  server.on(commands.watch, (_request, { ident }) => [encodeReply(commands.watch, ident, {})]);
  const who = { there };
  server.on(commands.whois, (_request, { ident }) =>
    who.there ? [encodeReply(commands.whois, ident, found)] : [encodeErrorReply(1, ident, Status.noSuchNick)],
  );
  const log = new EventLog(session);
  const notify = (more: Partial<Extract<Notify, { type: 'watch' }>> = {}): Promise<void> =>
    server.notify({ type: 'watch', clientId: ann, nickname: 'ann', mode: 0, ...more });
  /** Asks who is there, and has the answer. */
  const check = async (): Promise<void> => {
    const before = new Set<object>(log.of('watch-checked'));
    await session.watch({ nickname: 'ann' });
    await log.find('watch-checked', (event) => !before.has(event));
  };
  await check();
  return { session, server, log, notify, check, who };
}

describe('the next holder of a nickname with the Client ID of the one before', () => {
  it('has come, also where the end of the one before was told by that of a server', async () => {
    const { session, server, log, notify } = await watching(false);
    for (let times = 0; times < 2; times++) {
      await notify();
      const serverId = '7f00000100000000' as ServerId;
      await server.notify({ type: 'server-signoff', serverId, clientIds: [ann] });
    }
    await session.ping();
    const once = ['+ann 0', '-ann server-signoff'];
    expect(story(log)).toEqual([...once, ...once]);
  });

  it('goes with the very words that the one before went with', async () => {
    const { session, log, notify, check } = await watching(true);
    await notify({ notifyType: NotifyType.signoff });
    await session.ping();
    await check();
    await notify({ notifyType: NotifyType.signoff });
    // A second notify of one end, where somebody is watched by nickname and key, tells nothing.
    await notify({ notifyType: NotifyType.signoff });
    await session.ping();
    const once = ['+ann 0', '-ann signoff'];
    expect(story(log)).toEqual([...once, ...once]);
  });

  it('takes the same other nickname as the one before', async () => {
    const { session, log, notify, check } = await watching(true);
    for (let times = 0; times < 2; times++) {
      if (times > 0) await check();
      const away = { notifyType: NotifyType.nickChange, nickname: 'zoe' };
      await notify(away);
      await notify(away);
      await session.ping();
    }
    const once = ['+ann 0', '-ann nick-change'];
    expect(story(log)).toEqual([...once, ...once]);
  });

  it('was not resumed, whatever the one before was', async () => {
    const { session, log, notify } = await watching(true);
    await notify({ notifyType: NotifyType.umodeChange, mode: UserMode.detached });
    await notify({ notifyType: NotifyType.umodeChange });
    await notify({ notifyType: NotifyType.signoff });
    await notify();
    // The same nickname on another server is somebody else.
    const other = `7f000002${ann.slice(8)}` as typeof ann;
    await notify({ clientId: other });
    await session.ping();
    expect(story(log)).toEqual(['+ann 0', 'ann 1024', 'ann 0', '-ann signoff', '+ann 0', '+ann 0']);
  });
});

describe('an answer to a look-up that comes late', () => {
  it('brings nobody back whose end was told meanwhile', async () => {
    const { session, server, log, notify } = await watching(true);
    server.on(commands.whois, () => undefined);
    await session.watch({ nickname: 'ann' });
    const { ident } = await server.next(commands.whois);
    await notify({ notifyType: NotifyType.signoff });
    await log.find('watched-offline');
    const before = log.of('watch-checked').length;
    await server.reply(encodeReply(commands.whois, ident, found));
    const { people } = await log.find(
      'watch-checked',
      (event) => log.of('watch-checked').indexOf(event) >= before,
    );
    expect(people).toEqual([]);
    expect(story(log)).toEqual(['+ann 0', '-ann signoff']);
  });

  it('takes no mode back', async () => {
    const { session, server, log, notify } = await watching(true);
    server.on(commands.whois, () => undefined);
    await session.watch({ nickname: 'ann' });
    const { ident } = await server.next(commands.whois);
    await notify({ notifyType: NotifyType.umodeChange, mode: UserMode.busy });
    await log.find('watched-changed');
    const before = log.of('watch-checked').length;
    await server.reply(encodeReply(commands.whois, ident, found));
    await log.find('watch-checked', (event) => log.of('watch-checked').indexOf(event) >= before);
    expect(story(log)).toEqual(['+ann 0', 'ann 16']);
  });
});

describe('a look-up behind a new watch that the server does not answer', () => {
  it('is tried again, a few times', async () => {
    const { session, server, log } = await watching(false);
    let refusals = 0;
    server.on(commands.whois, (_request, { ident }) =>
      ++refusals < 3
        ? [encodeErrorReply(1, ident, Status.resourceLimit)]
        : [encodeReply(commands.whois, ident, found)],
    );
    await session.watch({ nickname: 'ann' });
    await log.find('watched-online');
    server.seen.length = 0;
    server.on(commands.whois, (_request, { ident }) => [encodeErrorReply(1, ident, Status.resourceLimit)]);
    await session.watch({ nickname: 'ann' });
    for (let n = 0; n < 50; n++) await session.ping();
    const asked = server.seen.filter((name) => name === 'WHOIS').length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(4);
  });
});
