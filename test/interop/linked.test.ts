import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeDetachedSession, encodeDetachedSession } from '../../src/silc/client/detached-session.js';
import { endDetached } from '../../src/silc/client/session-ends.js';
import { SilcResumeError } from '../../src/silc/client/resuming.js';
import type { Channel, SilcSession } from '../../src/silc/client/types.js';
import { fromHex, toHex } from '../../src/silc/bytes.js';
import type { ClientId } from '../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { refusedWith } from '../support/silc-error.js';
import { EventLog, keyPairNamed, nextEvent } from '../support/silc-world.js';
import { openNetwork, type TargetNetwork } from './support/network.js';
import type { Target } from './support/target.js';

/*
 * What goes on between the servers of a network. Where there is only one server the same is done on it, and what
 * would be different is not expected.
 */
let network: TargetNetwork;
beforeAll(async () => {
  network = await openNetwork();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => network.close());

const founderRights = ChannelUserMode.founder | ChannelUserMode.operator;

interface Person {
  readonly nickname: string;
  readonly session: SilcSession;
}

async function person(target: Target, name: string): Promise<Person> {
  const nickname = target.unique(name);
  return { nickname, session: await target.client(name, { nickname, keyPair: keyPairNamed(nickname) }) };
}

const modesOf = (channel: Channel | undefined): ReadonlyMap<string | undefined, number> =>
  new Map([...(channel?.members.values() ?? [])].map(({ user, mode }) => [user.nickname, mode]));

/** Both read each other, on the channel and in private. */
async function talk(one: SilcSession, other: SilcSession, name: string): Promise<void> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const [said, told] = [nextEvent(to, 'channel-message'), nextEvent(to, 'private-message')];
    await from.say(from.channelByName(name)?.id ?? expect.unreachable(), `to the channel`);
    await from.tell(to.self.clientId, 'in private');
    expect((await said).message.text).toBe('to the channel');
    expect((await told).sender.clientId).toBe(from.self.clientId);
  }
}

const directions = [
  ['from the router to the server behind it', 'router', 'linked'],
  ['from the server to its router', 'linked', 'router'],
] as const;

describe.concurrent.each(directions)(
  'a session that is resumed on another server, %s',
  (_title, first, second) => {
    it('has its channels, modes, members and keys, and is the same person to all', async () => {
      const { [first]: from, [second]: to } = network;
      const [ann, bob] = [await person(from, 'ann'), await person(from, 'bob')];
      const cat = await person(to, 'cat');
      const name = from.unique('room');
      const { channel } = await ann.session.join(name);
      await bob.session.join(name);
      await cat.session.join(name);
      await ann.session.setTopic(channel.id, 'green');
      await ann.session.setMemberMode(channel.id, cat.session.self.clientId, {
        set: ChannelUserMode.operator,
      });
      await ann.session.setUserMode({ set: UserMode.busy });
      const logs = [new EventLog(bob.session), new EventLog(cat.session)];

      const stored = decodeDetachedSession(encodeDetachedSession(await ann.session.detach()));
      expect((await cat.session.whois(ann.nickname)).map(({ user }) => user.mode)).toEqual([
        UserMode.busy | UserMode.detached,
      ]);
      const back = await to.client('ann', { keyPair: keyPairNamed(ann.nickname), resume: stored });
      const log = new EventLog(back);
      const resumed = await log.find('resumed');
      expect(resumed.lost).toEqual([]);
      expect(resumed.unshared).toEqual([]);
      expect(back.serverId === stored.server.id).toBe(!network.live);
      expect(back.self.clientId === stored.clientId).toBe(!network.live);
      expect(back.self).toMatchObject({ nickname: ann.nickname, mode: UserMode.busy });
      expect(back.channelByName(name)).toMatchObject({ id: channel.id, topic: 'green' });
      const modes = new Map([
        [ann.nickname, founderRights],
        [bob.nickname, 0],
        [cat.nickname, ChannelUserMode.operator],
      ]);
      for (const session of [back, bob.session, cat.session]) {
        expect(modesOf(session.channelByName(name))).toEqual(modes);
      }
      for (const other of logs) {
        expect(other.of('member-left')).toEqual([]);
        const changes = other.of('nick-changed').map(({ user, oldClientId }) => [user.clientId, oldClientId]);
        expect(changes).toEqual(network.live ? [[back.self.clientId, stored.clientId]] : []);
      }
      await talk(back, cat.session, name);
      await talk(back, bob.session, name);
      const told = nextEvent(bob.session, 'member-mode-changed');
      await back.setMemberMode(channel.id, cat.session.self.clientId, { clear: ChannelUserMode.operator });
      expect((await told).member.user.nickname).toBe(cat.nickname);
      // It cannot be resumed again where it was.
      const again = from.client('ann', { keyPair: keyPairNamed(ann.nickname), resume: stored });
      await expect(again).rejects.toThrow(SilcResumeError);
      expect(await back.ping()).toBeGreaterThanOrEqual(0);
    });
  },
);

describe.concurrent('a session that is resumed where nobody was on its channel', () => {
  it('is told that others cannot read it, and joins again', async () => {
    const { router, linked } = network;
    const [ann, bob] = [await person(router, 'ann'), await person(router, 'bob')];
    const name = router.unique('room');
    const { channel } = await bob.session.join(name);
    await bob.session.setChannelMode(channel.id, { set: ChannelMode.secret });
    await bob.session.setTopic(channel.id, 'only here');
    await ann.session.join(name);
    const stored = await ann.session.detach();
    const back = await linked.client('ann', { keyPair: keyPairNamed(ann.nickname), resume: stored });
    const { channels, unshared } = await nextEvent(back, 'resumed');
    expect(channels).toMatchObject([{ name, mode: ChannelMode.secret, topic: 'only here' }]);
    expect(unshared.map((one) => one.id)).toEqual(network.live ? [channel.id] : []);
    for (const one of unshared) {
      await back.leave(one.id);
      await back.join(one.name);
    }
    await talk(back, bob.session, name);
  });

  it('is ended by resuming it anywhere', async () => {
    const { router, linked } = network;
    const [ann, bob] = [await person(router, 'ann'), await person(linked, 'bob')];
    const name = router.unique('room');
    await bob.session.join(name);
    await ann.session.join(name);
    const resume = await ann.session.detach();
    const other = await linked.client('other', { keyPair: keyPairNamed(ann.nickname) });
    if (network.live) {
      const killed = other.killDetached(resume.clientId);
      // The server behind the router does not know the session by its ID, or knows that it is not its own.
      await expect(killed).rejects.toSatisfy(
        (error: { status?: number }) =>
          error.status === Status.noSuchClientId || error.status === Status.operationNotAllowed,
      );
    }
    const left = nextEvent(bob.session, 'member-left');
    await endDetached(
      {
        ...{ host: linked.host, port: linked.port, auth: linked.auth, resume },
        ...{ keyPair: keyPairNamed(ann.nickname), nickname: ann.nickname, username: 'ann' },
        verifyServerKey: () => true,
      },
      'over',
    );
    expect(await left).toMatchObject({ user: { nickname: ann.nickname }, cause: { kind: 'signoff' } });
    const now = await router.client('watcher');
    expect(await now.whois(ann.nickname)).toEqual([]);
  });
});

describe.concurrent.each(directions)('people on another server, %s', (_title, first, second) => {
  it('are watched, also when they are resumed elsewhere', async () => {
    const { [first]: near, [second]: far } = network;
    const me = await near.client('me');
    const log = new EventLog(me);
    const nickname = near.unique('ann');
    const keyPair = keyPairNamed(nickname);
    await me.watch({ nickname });
    expect(me.watching).toBe('server');
    const ann = await far.client('ann', { nickname, keyPair });
    expect((await log.find('watched-online')).person).toMatchObject({ nickname });
    await ann.setUserMode({ set: UserMode.gone });
    await log.find('watched-changed', ({ person: { mode } }) => mode === UserMode.gone);
    const resume = await ann.detach();
    await log.find('watched-changed', ({ person: { mode } }) => mode === (UserMode.gone | UserMode.detached));
    const back = await near.client('ann', { keyPair, resume });
    const id = back.self.clientId;
    await log.find(
      'watched-changed',
      ({ person }) => person.clientId === id && person.mode === UserMode.gone,
    );
    await near.quit(back);
    expect((await log.find('watched-offline')).person).toMatchObject({ clientId: id, nickname });
    expect(log.of('watched-online')).toHaveLength(1);
  });

  it('are found by name and by ID, and unknown IDs are told at once', async () => {
    const { [first]: near, [second]: far } = network;
    const [me, ann] = [await near.client('me'), await person(far, 'ann')];
    const { clientId } = ann.session.self;
    // By ID first: a router that knows no more of somebody new asks then.
    expect((await me.whoisById(clientId))?.user.nickname).toBe(ann.nickname);
    expect((await me.whois(ann.nickname)).map(({ user }) => user.clientId)).toEqual([clientId]);
    expect((await me.getKey(clientId))?.encoded).toEqual(keyPairNamed(ann.nickname).publicKey.encoded);
    const strange = toHex(fromHex(clientId).map((octet, i) => (i < 5 ? octet : octet ^ 0x55))) as ClientId;
    expect(await me.whoisById(strange)).toBeUndefined();
    const failed = nextEvent(me, 'delivery-failed');
    await me.tell(strange, 'nobody hears this');
    expect((await failed).clientId).toBe(strange);
  });

  it('have rights and lose them as on the own server', async () => {
    const { [first]: near, [second]: far } = network;
    const [founder, guest] = [await person(near, 'founder'), await person(far, 'guest')];
    const name = near.unique('court');
    const { channel } = await founder.session.join(name);
    await founder.session.setChannelMode(channel.id, { set: ChannelMode.founderAuth });
    await guest.session.join(name);
    const mine = (): number | undefined => guest.session.channelByName(name)?.members.get(id)?.mode;
    const { clientId: id } = guest.session.self;
    expect(guest.session.channelByName(name)).toMatchObject({
      id: channel.id,
      mode: ChannelMode.founderAuth,
    });
    await expect(
      guest.session
        .setTopic(channel.id, 'mine')
        .then(() => guest.session.kick(channel.id, founder.session.self.clientId)),
    ).rejects.toThrow(refusedWith(Status.noChannelPriv));
    const raised = nextEvent(guest.session, 'member-mode-changed');
    await founder.session.setMemberMode(channel.id, id, { set: ChannelUserMode.operator });
    await raised;
    expect(mine()).toBe(ChannelUserMode.operator);
    const invited = nextEvent(guest.session, 'channel-mode-changed');
    await guest.session.setChannelMode(channel.id, { set: ChannelMode.invite });
    await invited;
    // The founder's key counts on the other server as well.
    const heir = await far.client('heir', { keyPair: keyPairNamed(founder.nickname) });
    await expect(heir.join(name)).rejects.toThrow(refusedWith(Status.notInvited));
    await founder.session.leave(channel.id);
    const claimed = await heir.join(name, { founder: true });
    await heir.ping();
    expect(claimed.channel.members.get(heir.self.clientId)?.mode).toBe(founderRights);
    const kicked = nextEvent(guest.session, 'member-left', ({ self }) => self);
    await heir.kick(channel.id, id, 'out');
    expect((await kicked).cause).toMatchObject({ kind: 'kicked', comment: 'out' });
    await heir.setChannelMode(channel.id, { clear: ChannelMode.founderAuth | ChannelMode.invite });
  });
});
