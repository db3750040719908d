import { afterEach, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import type { WhoisReply } from '../../../../src/silc/commands/whois.js';
import { fromHex } from '../../../../src/silc/bytes.js';
import type { ClientId, ServerId } from '../../../../src/silc/ids.js';
import { UserMode } from '../../../../src/silc/modes.js';
import { NotifyType, type Notify } from '../../../../src/silc/packets/notify.js';
import { Status } from '../../../../src/silc/status.js';
import { answerStats } from '../../../support/resuming-server.js';
import { idOf, scriptedSession, type ScriptedServer } from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/silc-world.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

const here = idOf('ann');
/** The same nickname on a server with another address. */
const there = `7f000002${here.slice(8)}` as ClientId;
const [key, otherKey] = [fromHex('11'.repeat(20)), fromHex('22'.repeat(20))];

const found = (clientId: ClientId, mode = 0, fingerprint = key): WhoisReply => ({
  ...{ clientId, nickname: 'ann@silc.test', user: 'ann@host', mode, fingerprint },
});

type Watch = Extract<Notify, { type: 'watch' }>;

/** A session that watches ann, whom WHOIS tells as `people`. */
async function watching(routers: number, people: { now: readonly WhoisReply[] }) {
  const { session, server } = await scriptedSession({ watching: { intervalMs: 2, pauseMs: 1 } });
  sessions.push(session);
  answerStats(server, routers);
  server.on(commands.watch, (_request, { ident }) => [encodeReply(commands.watch, ident, {})]);
  server.on(commands.whois, (_request, { ident }) => {
    const { now } = people;
    if (now.length === 0) return [encodeErrorReply(1, ident, Status.noSuchNick)];
    return now.map((person, i) => {
      const place = now.length === 1 ? 'single' : i === 0 ? 'start' : i + 1 === now.length ? 'end' : 'item';
      return encodeReply(commands.whois, ident, person, place);
    });
  });
  const log = new EventLog(session);
  await session.watch({ nickname: 'ann' });
  const notify = (more: Partial<Watch> = {}): Promise<void> =>
    server.notify({ type: 'watch', clientId: here, nickname: 'ann', mode: 0, ...more });
  return { session, server, log, notify };
}

const umode = NotifyType.umodeChange;

async function detachedAndResumed(notify: (more: Partial<Watch>) => Promise<void>): Promise<void> {
  await notify({ notifyType: umode, mode: UserMode.detached });
  await notify({ notifyType: umode, mode: 0 });
}

/** Events in short, with the server's part of the Client ID. */
const story = (log: EventLog): readonly string[] =>
  log.events.flatMap((event) => {
    const at = (id: ClientId | undefined): string => (id === here ? 'here' : id === there ? 'there' : '?');
    if (event.type === 'watched-online') return [`+${at(event.person.clientId)}`];
    if (event.type === 'watched-offline') return [`-${at(event.person.clientId)} ${event.cause}`];
    if (event.type !== 'watched-changed') return [];
    const { person, previous } = event;
    return [`${at(previous?.clientId)}>${at(person.clientId)} ${person.mode}`];
  });

const untilWhois = async (session: SilcSession, server: ScriptedServer, times: number): Promise<void> => {
  while (server.seen.filter((name) => name === 'WHOIS').length < times) await session.ping();
  await session.ping();
};

describe('somebody who is resumed on another server', () => {
  it.each([
    ['alone', [found(there)]],
    ['beside the old one, which the server has kept', [found(here), found(there)]],
  ])('is the same person under the new Client ID: %s', async (_what, now) => {
    const people = { now: [found(here)] as readonly WhoisReply[] };
    const { log, notify } = await watching(1, people);
    await log.find('watched-online');
    people.now = now;
    await detachedAndResumed(notify);
    await log.find('watched-changed', ({ person }) => person.clientId === there);
    await notify({ clientId: there, notifyType: NotifyType.signoff });
    await log.find('watched-offline');
    expect(story(log)).toEqual(['+here', 'here>here 1024', 'here>here 0', 'here>there 0', '-there signoff']);
  });

  it('is so too where the server tells of the new Client ID first', async () => {
    const people = { now: [found(here)] as readonly WhoisReply[] };
    const { session, server, log, notify } = await watching(1, people);
    await log.find('watched-online');
    await detachedAndResumed(notify);
    await notify({ clientId: there, notifyType: NotifyType.nickChange });
    await untilWhois(session, server, 2);
    expect(story(log)).toEqual(['+here', 'here>here 1024', 'here>here 0', 'here>there 0']);
  });

  it('is gone, when nothing but the end is told of the new Client ID', async () => {
    const people = { now: [found(here)] as readonly WhoisReply[] };
    const { session, server, log, notify } = await watching(1, people);
    await log.find('watched-online');
    await detachedAndResumed(notify);
    await notify({ clientId: there, notifyType: NotifyType.signoff });
    people.now = [];
    await untilWhois(session, server, 2);
    expect(story(log)).toEqual(['+here', 'here>here 1024', 'here>here 0', '-there signoff']);
  });

  it('is somebody else with another key, or where nobody was resumed', async () => {
    const people = { now: [found(here)] as readonly WhoisReply[] };
    const { session, server, log, notify } = await watching(1, people);
    await log.find('watched-online');
    await notify({ clientId: there });
    await notify({ clientId: there, notifyType: NotifyType.signoff });
    people.now = [found(here), found(there, 0, otherKey)];
    await detachedAndResumed(notify);
    await untilWhois(session, server, 2);
    expect(story(log)).toEqual(['+here', '+there', '-there signoff', 'here>here 1024', 'here>here 0']);
  });

  it('is found where the server does not notify', async () => {
    const people = { now: [found(here)] as readonly WhoisReply[] };
    const { session, log } = await watching(0, people);
    expect(session.watching).toBe('polling');
    await log.find('watched-online');
    people.now = [found(here, UserMode.detached)];
    await log.find('watched-changed');
    people.now = [found(there)];
    await log.find('watched-changed', ({ person }) => person.clientId === there);
    expect(story(log)).toEqual(['+here', 'here>here 1024', 'here>there 0']);
  });
});

describe('what a server forgets to tell', () => {
  it('the end of people on a server that is gone is taken from SERVER_SIGNOFF, once', async () => {
    const { log, notify, session, server } = await watching(1, { now: [found(there)] });
    await log.find('watched-online');
    const serverId = '7f00000200000000' as ServerId;
    await server.notify({ type: 'server-signoff', serverId, clientIds: [idOf('zoe'), there] });
    await notify({ clientId: there, notifyType: NotifyType.serverSignoff });
    await session.ping();
    expect(story(log)).toEqual(['+there', '-there server-signoff']);
  });

  it('the nickname is the watched one that the Client ID was made of', async () => {
    const { log, server, session } = await watching(1, { now: [] });
    for (const clientId of [there, idOf('zoe')]) {
      await server.notify({ type: 'watch', clientId, nickname: undefined, mode: 0 });
    }
    await session.ping();
    expect(log.of('watched-online').map(({ person }) => person.nickname)).toEqual(['ann', undefined]);
  });

  it('whoever is first told of by a change has come', async () => {
    const { log, notify } = await watching(1, { now: [] });
    await notify({ notifyType: umode, mode: UserMode.busy });
    expect((await log.find('watched-online')).person.mode).toBe(UserMode.busy);
  });
});
