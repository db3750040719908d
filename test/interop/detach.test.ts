import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  decodeDetachedSession,
  encodeDetachedSession,
  type DetachedSession,
} from '../../src/silc/client/detached-session.js';
import { SilcResumeError } from '../../src/silc/client/resuming.js';
import { detachAll, endDetached } from '../../src/silc/client/session-ends.js';
import type { SilcSession } from '../../src/silc/client/types.js';
import { toHex, fromHex } from '../../src/silc/bytes.js';
import type { ClientId } from '../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { EventLog, keyPairNamed, nextEvent } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

interface Person {
  readonly nickname: string;
  readonly session: SilcSession;
}

async function person(name: string): Promise<Person> {
  const nickname = target.unique(name);
  return { nickname, session: await target.client(name, { nickname, keyPair: keyPairNamed(nickname) }) };
}

/** Detaches; what is given back has been through a store. */
async function detached(session: SilcSession): Promise<DetachedSession> {
  return decodeDetachedSession(encodeDetachedSession(await session.detach()));
}

const resumed = ({ nickname }: Person, resume: DetachedSession): Promise<SilcSession> =>
  target.client('resuming', { keyPair: keyPairNamed(nickname), resume });

/** An ID of the same server that nobody has. */
const strange = (id: ClientId): ClientId =>
  toHex(fromHex(id).map((octet, i) => (i < 5 ? octet : octet ^ 0x55))) as ClientId;

describe.concurrent('a detached session', () => {
  it('is resumed with its ID, modes, channels and keys, and talks on in both directions', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const name = target.unique('room');
    const { channel } = await alice.session.join(name);
    await alice.session.setTopic(channel.id, 'green');
    await bob.session.join(name);
    await alice.session.setUserMode({ set: UserMode.busy });
    const stored = await detached(alice.session);
    expect(alice.session.state).toBe('closed');
    const away = await bob.session.whois(alice.nickname);
    expect(away.map(({ user }) => user.mode)).toEqual([UserMode.busy | UserMode.detached]);

    const back = await resumed(alice, stored);
    const log = new EventLog(back);
    expect(back.self).toMatchObject({
      clientId: stored.clientId,
      nickname: alice.nickname,
      mode: UserMode.busy,
    });
    const again = back.channelByName(name);
    expect(again).toMatchObject({ id: channel.id, topic: 'green' });
    const members = [...(again?.members.values() ?? [])].map(({ user, mode }) => [user.nickname, mode]);
    expect(new Map(members as [string, number][])).toEqual(
      new Map([
        [alice.nickname, ChannelUserMode.founder | ChannelUserMode.operator],
        [bob.nickname, ChannelUserMode.none],
      ]),
    );
    expect(await log.find('resumed')).toMatchObject({ channels: [again], lost: [] });
    expect(log.of('member-left')).toEqual([]);
    const seen = await bob.session.whois(alice.nickname);
    expect(seen.map(({ user }) => user.mode)).toEqual([UserMode.busy]);

    for (const [from, to] of [
      [bob.session, back],
      [back, bob.session],
    ] as const) {
      const [said, told] = [nextEvent(to, 'channel-message'), nextEvent(to, 'private-message')];
      await from.say(channel.id, 'on the channel');
      await from.tell(to.self.clientId, 'in private');
      expect((await said).message.text).toBe('on the channel');
      expect((await told).message.text).toBe('in private');
    }
    // Rights have been kept too.
    const told = nextEvent(bob.session, 'topic-changed');
    await back.setTopic(channel.id, 'black');
    expect((await told).topic).toBe('black');
  });

  it('is told what has changed meanwhile, and what was said is lost', async () => {
    const [bob, alice] = [await person('bob'), await person('alice')];
    const [carol, dave] = [await person('carol'), await person('dave')];
    const name = target.unique('room');
    const { channel } = await bob.session.join(name);
    await carol.session.join(name);
    await alice.session.join(name);
    const stored = await detached(alice.session);
    await carol.session.leave(channel.id);
    await bob.session.setTopic(channel.id, 'black');
    await bob.session.setChannelMode(channel.id, { set: ChannelMode.topic });
    await dave.session.join(name);
    await bob.session.tell(stored.clientId, 'lost');
    await bob.session.say(channel.id, 'lost too');

    const back = await resumed(alice, stored);
    const log = new EventLog(back);
    await log.find('resumed');
    expect(log.of('member-left')).toMatchObject([
      { user: { nickname: carol.nickname }, cause: { kind: 'vanished' } },
    ]);
    expect(log.of('member-joined')).toMatchObject([{ member: { user: { nickname: dave.nickname } } }]);
    expect(log.of('topic-changed')).toMatchObject([{ topic: 'black' }]);
    expect(log.of('channel-mode-changed')).toMatchObject([{ channel: { mode: ChannelMode.topic } }]);
    const heard = nextEvent(back, 'channel-message');
    await dave.session.say(channel.id, 'under a newer key');
    expect((await heard).message.text).toBe('under a newer key');
    expect(log.texts).toEqual(['under a newer key']);
  });

  it('is told which channels it was kicked from', async () => {
    const [bob, alice] = [await person('bob'), await person('alice')];
    const [lost, kept] = [target.unique('lost'), target.unique('kept')];
    const { channel } = await bob.session.join(lost);
    await alice.session.join(lost);
    await alice.session.join(kept);
    const stored = await detached(alice.session);
    await bob.session.kick(channel.id, stored.clientId);
    const log = new EventLog(await resumed(alice, stored));
    expect(await log.find('resumed')).toMatchObject({ channels: [{ name: kept }], lost: [lost] });
    expect(log.of('member-left')).toMatchObject([{ self: true, channel: { name: lost } }]);
  });

  it('is not resumed with another key', async () => {
    const [alice, bob, mallory] = [await person('alice'), await person('bob'), await person('mallory')];
    const name = target.unique('room');
    await bob.session.join(name);
    await alice.session.join(name);
    const stored = await detached(alice.session);
    await expect(resumed(mallory, stored)).rejects.toThrow(SilcResumeError);
    const again = await resumed(alice, stored).catch((error: unknown) => error);
    if (!target.live || !(again instanceof SilcResumeError)) {
      expect(again).toMatchObject({ self: { clientId: stored.clientId } });
      return;
    }
    // silcd keeps in mind who tried first, and mostly refuses all others from then on: the owner goes on anew, and takes
    // the old session off its channels.
    const anew = await target.client('alice', { keyPair: keyPairNamed(alice.nickname) });
    const left = nextEvent(bob.session, 'member-left');
    await anew.killDetached(stored.clientId);
    expect((await left).user.clientId).toBe(stored.clientId);
    await anew.join(name);
    expect((await bob.session.whois(anew.self.nickname ?? '')).map(({ user }) => user.clientId)).toEqual([
      anew.self.clientId,
    ]);
  });

  it('is not harmed by who asks for an ID that nobody has', async () => {
    const alice = await person('alice');
    const stored = await detached(alice.session);
    const unknown = { ...stored, clientId: strange(stored.clientId) };
    await expect(resumed(alice, unknown)).rejects.toThrow(SilcResumeError);
    expect((await resumed(alice, stored)).self.clientId).toBe(stored.clientId);
  });

  it('is resumed only once', async () => {
    const alice = await person('alice');
    const stored = await detached(alice.session);
    const back = await resumed(alice, stored);
    await expect(resumed(alice, stored)).rejects.toThrow(SilcResumeError);
    expect(await back.ping()).toBeGreaterThanOrEqual(0);
  });

  it('is ended by whoever has its key, and by nobody else', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const name = target.unique('room');
    await bob.session.join(name);
    await alice.session.join(name);
    const stored = await detached(alice.session);
    await expect(bob.session.killDetached(stored.clientId)).rejects.toMatchObject({
      status: Status.authFailed,
    });
    const other = await target.client('other', { keyPair: keyPairNamed(alice.nickname) });
    const left = nextEvent(bob.session, 'member-left');
    const outcome = await other.killDetached(stored.clientId, 'enough');
    const { user, cause } = await left;
    expect(user.clientId).toBe(stored.clientId);
    // silcd tells it as a signoff, and its own comment.
    expect(['killed', 'signoff']).toContain(cause.kind);
    const shown = (await bob.session.whois(alice.nickname)).map((found) => found.user.clientId);
    if (outcome === 'ended') {
      expect(shown).toEqual([]);
      await expect(resumed(alice, stored)).rejects.toThrow(SilcResumeError);
      return;
    }
    // A silcd has only taken it off its channels.
    expect(target.live).toBe(true);
    expect(shown).toEqual([stored.clientId]);
    const back = await resumed(alice, stored);
    expect(await nextEvent(back, 'resumed')).toMatchObject({ channels: [], lost: [name] });
    expect(back.channelByName(name)).toBeUndefined();
    // With a connection it is ended by the same command.
    const closed = nextEvent(back, 'closed');
    expect(await other.killDetached(stored.clientId)).toBe('ended');
    await closed;
    expect(await bob.session.whois(alice.nickname)).toEqual([]);
    await expect(resumed(alice, stored)).rejects.toThrow(SilcResumeError);
  });

  it('is ended by resuming it and leaving, whatever the server does with KILL', async () => {
    const [alice, bob] = [await person('alice'), await person('bob')];
    const name = target.unique('room');
    await bob.session.join(name);
    await alice.session.join(name);
    const resume = await detached(alice.session);
    const left = nextEvent(bob.session, 'member-left');
    const keyPair = keyPairNamed(alice.nickname);
    await endDetached(
      {
        ...{ host: target.host, port: target.port, auth: target.auth, resume, keyPair },
        ...{ nickname: alice.nickname, username: 'alice', verifyServerKey: () => true },
      },
      'over',
    );
    expect(await left).toMatchObject({
      user: { clientId: resume.clientId },
      cause: { kind: 'signoff', message: 'over' },
    });
    expect(await bob.session.whois(alice.nickname)).toEqual([]);
    await expect(resumed(alice, resume)).rejects.toThrow(SilcResumeError);
  });

  it('is one of many that a program detaches when it ends', async () => {
    const people: Person[] = [];
    for (let i = 0; i < 5; i++) people.push(await person(`many${i}`));
    await Promise.all(people.map(({ session }) => session.join(target.unique('room'))));
    const { detached: kept, failed } = await detachAll(people.map(({ session }) => session));
    expect(failed).toEqual([]);
    expect(kept.map(({ stored }) => stored.nickname)).toEqual(people.map(({ nickname }) => nickname));
    for (const [i, { stored }] of kept.entries()) {
      const back = await resumed(people[i] ?? expect.unreachable(), stored);
      expect((await nextEvent(back, 'resumed')).channels).toHaveLength(1);
    }
  });
});
