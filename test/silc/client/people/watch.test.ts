import { afterEach, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import type { WhoisReply } from '../../../../src/silc/commands/whois.js';
import { clientId } from '../../../../src/silc/ids.js';
import { UserMode } from '../../../../src/silc/modes.js';
import { encodePayload } from '../../../../src/silc/packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../../../../src/silc/packets/public-key-payload.js';
import { Status } from '../../../../src/silc/status.js';
import { answerStats } from '../../../support/resuming-server.js';
import { idOf, scriptedSession, type ScriptedOptions } from '../../../support/scripted-server.js';
import { withCode } from '../../../support/silc-error.js';
import { EventLog, keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld | undefined;
const sessions: SilcSession[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await world?.close();
  world = undefined;
});

/** Watch events of a log, in short. */
const story = (log: EventLog) =>
  log.events.flatMap((event) =>
    event.type === 'watched-online'
      ? [`+${event.person.nickname}`]
      : event.type === 'watched-offline'
        ? [`-${event.person.nickname} ${event.cause}`]
        : event.type === 'watched-changed'
          ? [`${event.previous?.nickname}>${event.person.nickname} ${event.person.mode}`]
          : [],
  );

describe('watching where the server notifies', () => {
  it('tells everything once, whether by nickname, by key or both', async () => {
    world = await startSilcWorld();
    const me = await world.client('me');
    const log = new EventLog(me);
    await me.watch({ nickname: 'Ann' });
    await me.watch({ publicKey: keyPairNamed('ann').publicKey });
    expect(me.watching).toBe('server');
    const ann = await world.client('ann');
    await log.find('watched-online');
    await ann.setUserMode({ set: UserMode.busy });
    await ann.nick('zoe');
    await ann.nick('ann');
    await ann.quit();
    await log.find('watched-offline');
    expect(story(log)).toEqual(['+ann', 'ann>ann 16', 'ann>zoe 16', 'zoe>ann 16', '-ann signoff']);
    const { person } = log.of('watched-offline')[0] ?? expect.unreachable();
    expect(person).toEqual({
      clientId: ann.self.clientId,
      nickname: 'ann',
      mode: UserMode.busy,
      fingerprint: ann.self.fingerprint,
    });
  });

  it('of a nickname ends when its holder takes another, and begins with the next holder', async () => {
    world = await startSilcWorld();
    const [me, ann, bob] = [await world.client('me'), await world.client('ann'), await world.client('bob')];
    const log = new EventLog(me);
    await me.watch({ nickname: 'ann' });
    const first = await log.find('watched-online');
    await ann.nick('zoe');
    await bob.nick('ann');
    // The server may give the same Client ID to both.
    const second = await log.find('watched-online', (event) => event !== first);
    expect(second.person.clientId).toBe(bob.self.clientId);
    expect(story(log)).toEqual(['+ann', '-ann nick-change', '+ann']);
  });

  it('goes on through detaching and resuming of both', async () => {
    world = await startSilcWorld();
    const [me, ann] = [await world.client('me'), await world.client('ann')];
    const log = new EventLog(me);
    await me.watch({ nickname: 'ann' });
    await log.find('watched-online');
    const stored = await ann.detach();
    await log.find('watched-changed', ({ person }) => person.mode === UserMode.detached);
    const back = await world.client('ann', { resume: stored });
    await log.find('watched-changed', ({ person }) => person.mode === 0);
    const mine = await me.detach();
    expect(mine.watches).toEqual({ nicknames: ['ann'], publicKeys: [] });
    const again = await world.client('me', { resume: mine });
    const events = new EventLog(again);
    await events.find('watched-online');
    await back.quit();
    await events.find('watched-offline');
  });

  it('ends with unwatch, and those who do not want to be watched are not', async () => {
    world = await startSilcWorld();
    const me = await world.client('me');
    const log = new EventLog(me);
    await me.watch({ nickname: 'ann' });
    await me.watch({ publicKey: keyPairNamed('bob').publicKey });
    await me.watch({ nickname: 'shy' });
    await me.unwatch('ANN');
    await me.unwatch({ publicKey: keyPairNamed('bob').publicKey });
    await me.unwatch('nobody');
    await world.client('ann');
    await world.client('bob');
    const shy = await world.client('shy');
    await log.find('watched-online');
    await shy.setUserMode({ set: UserMode.rejectWatching });
    await shy.quit();
    await me.ping();
    expect(story(log)).toEqual(['+shy']);
  });

  it('is bounded, and nicknames are checked', async () => {
    world = await startSilcWorld();
    const me = await world.client('me');
    await expect(me.watch({ nickname: 'a b' })).rejects.toThrow(withCode('bad-string'));
    await Promise.all(Array.from({ length: 128 }, (_, i) => me.watch({ nickname: `n${i}` })));
    await expect(me.watch({ nickname: 'more' })).rejects.toThrow(withCode('limit'));
    await me.watch({ nickname: 'n5' });
  });
});

async function start(routers: number, options: ScriptedOptions = {}) {
  const { session, server } = await scriptedSession({
    watching: { intervalMs: 2, pauseMs: 1 },
    ...options,
  });
  sessions.push(session);
  answerStats(server, routers);
  server.on(commands.watch, (_request, { ident }) => [encodeReply(commands.watch, ident, {})]);
  return { session, server, log: new EventLog(session) };
}

const person = (mode = 0): WhoisReply => ({
  ...{ clientId: idOf('ann'), nickname: 'ann@silc.test', user: 'ann@host', mode },
});

describe('watching where the server does not notify', () => {
  it('looks from time to time, until the server notifies after all', async () => {
    const { session, server, log } = await start(0);
    let present: WhoisReply | undefined = person();
    server.on(commands.whois, ({ nickname }, { ident }) => {
      expect(nickname).toBe('ann');
      if (present === undefined) return [encodeErrorReply(1, ident, Status.noSuchNick)];
      return [encodeReply(commands.whois, ident, present)];
    });
    await session.watch({ nickname: 'ann' });
    expect(session.watching).toBe('polling');
    await log.find('watched-online');
    present = person(UserMode.gone);
    await log.find('watched-changed');
    present = undefined;
    await log.find('watched-offline');
    present = person();
    await log.find('watched-online', (event) => event !== log.of('watched-online')[0]);
    expect(story(log)).toEqual(['+ann', 'ann>ann 4', '-ann gone', '+ann']);

    await server.notify({ type: 'watch', clientId: idOf('ann'), nickname: 'ann', mode: 4, notifyType: 14 });
    await log.find('watched-changed', (event) => event !== log.of('watched-changed')[0]);
    expect(session.watching).toBe('server');
    await session.ping();
    const asked = server.seen.filter((name) => name === 'WHOIS').length;
    for (let i = 0; i < 20; i++) await session.ping();
    expect(server.seen.filter((name) => name === 'WHOIS')).toHaveLength(asked);
  });

  it('tells since when somebody is idle, once, and when that is over', async () => {
    const { session, server, log } = await start(0);
    let idleSeconds = 10;
    let answers = 0;
    server.on(commands.whois, (_request, { ident }) => {
      answers++;
      return [encodeReply(commands.whois, ident, { ...person(), idleSeconds })];
    });
    await session.watch({ nickname: 'ann' });
    const { person: there } = await log.find('watched-online');
    expect(there.idleSince).toBeUndefined();
    idleSeconds = 600;
    const before = Date.now();
    const { person: idle } = await log.find('watched-changed');
    expect(Math.abs((idle.idleSince ?? 0) - (before - 600_000))).toBeLessThan(60_000);
    // Some more answers, each of which makes it another number.
    const until = answers + 5;
    idleSeconds = 601;
    while (answers < until) await session.ping();
    expect(log.of('watched-changed')).toHaveLength(1);
    idleSeconds = 0;
    const over = await log.find('watched-changed', ({ person: now }) => now.idleSince === undefined);
    expect(over.previous?.idleSince).toBe(idle.idleSince);
  });

  it('looks for keys, once they are found by GETKEY and the ID', async () => {
    const { session, server, log } = await start(0);
    const { publicKey } = keyPairNamed('ann');
    let present = true;
    server.on(commands.whois, ({ ids = [] }, { ident }) => {
      if (!present) return [encodeErrorReply(1, ident, ids.length > 0 ? 22 : Status.noSuchPublicKey)];
      return [encodeReply(commands.whois, ident, person())];
    });
    server.on(commands.getkey, ({ id }, { ident }) => {
      expect(id).toEqual(clientId(idOf('ann')));
      if (!present) return [encodeErrorReply(26, ident, Status.noSuchClientId)];
      const key = encodePayload(publicKeyPayload, { type: PublicKeyType.silc, data: publicKey.encoded });
      return [encodeReply(commands.getkey, ident, { id, publicKey: key })];
    });
    await session.watch({ publicKey });
    await log.find('watched-online');
    present = false;
    await log.find('watched-offline');
    expect(server.seen).toContain('GETKEY');
  });

  it('does so too where WATCH or STATS is refused or unknown', async () => {
    const { session, server, log } = await start(1);
    server.on(commands.watch, (_request, { ident }) => [encodeErrorReply(22, ident, Status.unknownCommand)]);
    server.on(commands.whois, (_request, { ident }) => [encodeReply(commands.whois, ident, person())]);
    await session.watch({ nickname: 'ann' });
    expect(session.watching).toBe('polling');
    await log.find('watched-online');
    const other = await start(1);
    other.server.on(commands.stats, (_request, { ident }) => [encodeErrorReply(11, ident, 15)]);
    other.server.on(commands.whois, (_request, { ident }) => [encodeErrorReply(1, ident, 10)]);
    await other.session.watch({ nickname: 'ann' });
    expect(other.session.watching).toBe('polling');
  });

  it('a refused watch is none', async () => {
    const { session, server, log } = await start(1);
    server.on(commands.watch, (_request, { ident }) => [encodeErrorReply(22, ident, Status.resourceLimit)]);
    await expect(session.watch({ nickname: 'ann' })).rejects.toMatchObject({ status: Status.resourceLimit });
    await server.notify({ type: 'watch', clientId: idOf('ann'), nickname: 'ann', mode: 0 });
    await session.ping();
    expect(story(log)).toEqual([]);
  });

  it('duplicates and lies of a server do no harm', async () => {
    const { session, server, log } = await start(1);
    server.on(commands.whois, (_request, { ident }) => [encodeErrorReply(1, ident, Status.noSuchNick)]);
    await session.watch({ nickname: 'ann' });
    const base = { type: 'watch', clientId: idOf('ann'), nickname: 'ann', mode: 0 } as const;
    const sent = [
      base,
      base,
      { ...base, notifyType: 14, mode: 4 },
      { ...base, notifyType: 14, mode: 4 },
      { ...base, notifyType: 14, mode: 0 },
      { ...base, notifyType: 6, nickname: 'b\u0000ad' },
      { ...base, notifyType: 6, nickname: 'zoe', publicKey: Uint8Array.of(1, 2) },
      { ...base, notifyType: 11 },
      { ...base, notifyType: 11 },
      { ...base, notifyType: 99 },
    ];
    for (const notify of sent) await server.notify(notify);
    await session.ping();
    const kinds = log.events.map(({ type }) => type);
    expect(kinds.filter((kind) => kind !== 'watch-checked')).toEqual([
      'watched-online',
      'watched-changed',
      'watched-changed',
      'watched-changed',
      'watched-offline',
      'watched-online',
    ]);
  });

  it('is told who is there once the watch stands, and each time that it is asked for', async () => {
    const { session, server, log } = await start(1);
    server.on(commands.whois, (_request, { ident }) => [encodeReply(commands.whois, ident, person())]);
    await session.watch({ nickname: 'ann' });
    const first = await log.find('watch-checked');
    expect(first.target).toEqual({ nickname: 'ann' });
    expect(first.people.map(({ clientId: id }) => id)).toEqual([idOf('ann')]);
    server.on(commands.whois, (_request, { ident }) => [encodeErrorReply(1, ident, Status.noSuchNick)]);
    await session.watch({ nickname: 'ANN' });
    expect((await log.find('watch-checked', (event) => event !== first)).people).toEqual([]);
    // Of one that the server tells of, that is no end.
    expect(story(log)).toEqual(['+ann']);
    expect(server.seen.filter((name) => name === 'WATCH')).toHaveLength(1);
    expect(server.seen.indexOf('WATCH')).toBeLessThan(server.seen.indexOf('WHOIS'));
  });

  it('a watch that is made again tells again who is there', async () => {
    const { session, server, log } = await start(1);
    server.person('ann');
    server.on(commands.whois, (_request, { ident }) => [
      encodeReply(commands.whois, ident, server.people.get(idOf('ann')) ?? expect.unreachable()),
    ]);
    await session.watch({ nickname: 'ann' });
    await log.find('watched-online');
    await session.unwatch('ann');
    await session.watch({ nickname: 'ann' });
    await session.ping();
    expect(story(log)).toEqual(['+ann', '+ann']);
  });

  it('a key that is watched no more is silent, though the server goes on', async () => {
    const { session, server, log } = await start(1);
    server.on(commands.whois, (_request, { ident }) => [encodeErrorReply(1, ident, Status.noSuchNick)]);
    const { publicKey } = keyPairNamed('ann');
    const payload = encodePayload(publicKeyPayload, {
      type: PublicKeyType.silc,
      data: publicKey.encoded,
    });
    const seen = (nickname: string, mode = 0) =>
      server.notify({ type: 'watch', clientId: idOf(nickname), nickname, mode, publicKey: payload });
    await session.watch({ nickname: 'bob' });
    await session.watch({ publicKey });
    await seen('ann');
    // What was sent before the request has been read.
    await session.ping();
    await session.unwatch({ publicKey });
    await seen('ann', UserMode.busy);
    await seen('bob');
    // What comes from here on is watched again, whenever it was sent: so all of it has to be read before.
    await session.ping();
    await session.watch({ publicKey });
    await seen('ann', UserMode.gone);
    await session.ping();
    expect(story(log)).toEqual(['+ann', '+bob', '+ann']);
  });
});
