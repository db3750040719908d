import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { someone } from './support/fake-silc.js';
import type { FakeSession } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const BOB = 'bob@jabber.test/phone';
const OWNER = 'owner/moderator';
const KEY = ChannelMode.founderAuth;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const start = (keys = true): Promise<World> =>
  World.start(
    testConfig({ rooms: { founder_keys: keys, founder_keys_per_user: 3, retractions_on_silc: true } }),
  );

async function configure(world: World, fields: Readonly<Record<string, string>>): Promise<Element[]> {
  const all = Object.entries(fields).map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  );
  return world.receive(
    `<iq type='set' id='c' from='${ALICE}' to='lounge@gw.test'><query xmlns='http://jabber.org/protocol/muc#owner'>
      <x xmlns='jabber:x:data' type='submit'>${all.join('')}</x></query></iq>`,
  );
}

const sessionOf = (world: World, nickname: string): FakeSession => {
  const session = world.silc.sessions.find(
    ({ self, state }) => self.nickname === nickname && state === 'ready',
  );
  if (session === undefined) throw new Error('no such session');
  return session;
};

/** The server has forgotten all channels; this user notices it, and comes back. */
async function losesLink(session: FakeSession): Promise<void> {
  session.loseUnnoticed();
  await vi.advanceTimersByTimeAsync(2_000);
}

function forgetsEverything(world: World): void {
  world.silc.channels.clear();
  world.silc.passphrases.clear();
  world.silc.founderKeys.clear();
  world.silc.lists.clear();
}

/** What everybody is on the channel now, by nickname. */
const modes = (world: World): Record<string, number> =>
  Object.fromEntries(
    [...world.silc.channel('lounge').members.values()].map(({ user, mode }) => [user.nickname ?? '', mode]),
  );

describe('who founds a channel', () => {
  it('sets a founder key without a word to the room, and is founder again after having left', async () => {
    const world = await start();
    expect(outlines(await world.join(ALICE, 'lounge', 'alice'))).toEqual([
      `presence lounge@gw.test/alice>${ALICE} ${OWNER} 110,201`,
      `message groupchat lounge@gw.test>${ALICE} subject=`,
    ]);
    expect(world.silc.channel('lounge').mode).toBe(KEY);
    await world.receive(`<presence from='${ALICE}' to='lounge@gw.test/alice' type='unavailable'/>`);
    expect(outlines(await world.join(BOB, 'lounge', 'bob'))[0]).toBe(
      `presence lounge@gw.test/bob>${BOB} none/participant 110`,
    );
    const [other, self] = outlines(await world.join(ALICE, 'lounge', 'alice')).filter((line) =>
      line.includes(`>${ALICE}`),
    );
    expect([other, self]).toEqual([
      `presence lounge@gw.test/bob>${ALICE} none/participant`,
      `presence lounge@gw.test/alice>${ALICE} ${OWNER} 110`,
    ]);
  });

  it('has a key for so many channels only, and none where keys are switched off', async () => {
    const world = await start();
    for (const room of ['a', 'b', 'c', 'd']) await world.join(ALICE, room, 'alice');
    expect(['a', 'b', 'c', 'd'].map((name) => world.silc.channel(name).mode)).toEqual([KEY, KEY, KEY, 0]);
    expect(world.store.founders.size).toBe(3);

    const without = await start(false);
    await without.join(ALICE, 'lounge', 'alice');
    expect(without.silc.channel('lounge').mode).toBe(0);
    expect(without.store.founders.size).toBe(0);
  });

  it('is shown as owner all the time when only the link breaks', async () => {
    const world = await start();
    await world.join(ALICE, 'lounge', 'alice');
    await world.join(BOB, 'lounge', 'bob');
    await world.settle();
    const lost = sessionOf(world, 'alice');
    await losesLink(lost);
    expect(outlines(await world.settle())).toEqual([]);
    expect(modes(world)).toEqual({ alice: 3, bob: 0 });
    // The client of the lost link, which the server has deposed, is nobody who is shown.
    world.silc.setMode(world.silc.channel('lounge'), lost.self, 2);
    world.silc.exit(world.silc.channel('lounge'), lost.self, { kind: 'signoff', message: undefined });
    expect(outlines(await world.settle())).toEqual([]);
  });

  it('loses the key by taking it away on SILC', async () => {
    const world = await start();
    await world.join(ALICE, 'lounge', 'alice');
    expect(world.store.founders.size).toBe(1);
    await sessionOf(world, 'alice').setChannelMode(world.silc.channel('lounge').id, { clear: KEY });
    await world.settle();
    expect(world.store.founders.size).toBe(0);
  });

  it('has no more rights than anybody else on a channel that somebody else has founded since', async () => {
    const world = await start();
    await world.join(ALICE, 'lounge', 'alice');
    await world.receive(`<presence from='${ALICE}' to='lounge@gw.test/alice' type='unavailable'/>`);
    world.silc.founderKeys.set('lounge', new Uint8Array(4));
    expect(outlines(await world.join(ALICE, 'lounge', 'alice'))[0]).toBe(
      `presence lounge@gw.test/alice>${ALICE} none/participant 110`,
    );
  });
});

describe('a channel that the server has forgotten', () => {
  const PROTECTED = ChannelMode.passphrase | ChannelMode.invite | ChannelMode.userLimit | ChannelMode.topic;

  async function protectedChannel(keys = true): Promise<World> {
    const world = await start(keys);
    await world.join(ALICE, 'lounge', 'alice');
    await world.join(BOB, 'lounge', 'bob');
    // By the form it would put out Bob, who is no member.
    const { id } = world.silc.channel('lounge');
    await sessionOf(world, 'alice').setChannelMode(id, { set: ChannelMode.invite });
    await configure(world, {
      'muc#roomconfig_maxusers': '7',
      'muc#roomconfig_changesubject': '0',
      'muc#roomconfig_passwordprotectedroom': '1',
      'muc#roomconfig_roomsecret': 'sesame',
    });
    await world.receive(
      `<message from='${ALICE}' to='lounge@gw.test' type='groupchat'><subject>Tea</subject></message>`,
    );
    await world.receive(
      `<iq type='set' id='b' from='${ALICE}' to='lounge@gw.test'><query xmlns='http://jabber.org/protocol/muc#admin'>
        <item affiliation='outcast' jid='mallory!@gw.test'/></query></iq>`,
    );
    await world.settle();
    expect(world.silc.channel('lounge').mode & ~KEY).toBe(PROTECTED);
    return world;
  }

  function expectPutBack(world: World, key: number = KEY): void {
    const channel = world.silc.channel('lounge');
    expect(channel).toMatchObject({ mode: PROTECTED | key, userLimit: 7, topic: 'Tea' });
    expect(world.silc.passphrases.get('lounge')).toBe('sesame');
    expect(world.silc.lists.get('ban lounge')).toEqual([{ kind: 'mask', mask: 'mallory' }]);
    // Both users are let in again: they were on the channel.
    expect(world.silc.lists.get('invite lounge')?.map(({ kind }) => kind)).toContain('key');
  }

  it('is put back by its founder before anybody hears of it', async () => {
    const world = await protectedChannel();
    const [alice, bob] = [sessionOf(world, 'alice'), sessionOf(world, 'bob')];
    forgetsEverything(world);
    await losesLink(alice);
    await losesLink(bob);
    expect(outlines(await world.settle())).toEqual([]);
    expectPutBack(world);
    expect(modes(world)).toEqual({ alice: 3, bob: 0 });
  });

  it('is put back by whoever is back first, and the founder becomes the founder', async () => {
    const world = await protectedChannel();
    const [alice, bob] = [sessionOf(world, 'alice'), sessionOf(world, 'bob')];
    forgetsEverything(world);
    // She has not noticed yet that her server is gone.
    await losesLink(bob);
    expectPutBack(world);
    expect(modes(world)).toEqual({ bob: 0 });
    await losesLink(alice);
    const told = outlines(await world.settle());
    // He was the founder for a moment.
    expect(told.filter((line) => !line.startsWith('presence lounge@gw.test/bob>'))).toEqual([]);
    expectPutBack(world);
    expect(modes(world)).toEqual({ alice: 3, bob: 0 });
  });

  it('leaves nobody the rank of an operator who was none, also where the founder deposes who has put it back', async () => {
    const world = await protectedChannel();
    const [alice, bob] = [sessionOf(world, 'alice'), sessionOf(world, 'bob')];
    forgetsEverything(world);
    // The founder comes while he puts it back, and the server takes his rank as soon as she claims hers.
    world.silc.onConnect = (session) => {
      if (session.self.nickname !== 'alice') return;
      const { claimFounder } = session.channelControl;
      session.channelControl.claimFounder = async (id, keyPair) => {
        await claimFounder(id, keyPair);
        const channel = world.silc.channel('lounge');
        const other = [...channel.members.values()].find(({ user }) => user.nickname === 'bob');
        if (other !== undefined) world.silc.setMode(channel, other.user, 2);
      };
    };
    let goOn = (): void => undefined;
    world.silc.gate = new Promise((resolve) => (goOn = resolve));
    bob.loseUnnoticed();
    alice.loseUnnoticed();
    await vi.advanceTimersByTimeAsync(2_000);
    goOn();
    await vi.advanceTimersByTimeAsync(2_000);
    await world.settle();
    expect(modes(world)).toEqual({ alice: 3, bob: 0 });
  });

  it('is put back also after the gateway has forgotten it', async () => {
    const world = await protectedChannel();
    for (const user of [ALICE, BOB]) {
      await world.receive(`<presence from='${user}' to='lounge@gw.test/x' type='unavailable'/>`);
    }
    forgetsEverything(world);
    // Nobody gets in past the protection by coming first.
    expect(outlines(await world.join(BOB, 'lounge', 'bob'))).toEqual([
      `presence error lounge@gw.test/bob>${BOB} auth/not-authorized`,
    ]);
    expect(outlines(await world.join(BOB, 'lounge', 'bob', 'sesame'))).toEqual([
      `presence error lounge@gw.test/bob>${BOB} auth/registration-required`,
    ]);
    expect(world.silc.channels.size).toBe(0);
    const [self] = outlines(await world.join(ALICE, 'lounge', 'alice'));
    expect(self).toBe(`presence lounge@gw.test/alice>${ALICE} ${OWNER} 110`);
    expectPutBack(world);
  });

  it('is put back without a key where there are none, while its founder stays', async () => {
    const world = await protectedChannel(false);
    const [alice, bob] = [sessionOf(world, 'alice'), sessionOf(world, 'bob')];
    forgetsEverything(world);
    await losesLink(alice);
    await losesLink(bob);
    expect(outlines(await world.settle())).toEqual([]);
    expectPutBack(world, 0);
  });

  it('is said to be open when somebody else has founded it anew', async () => {
    const world = await protectedChannel();
    const alice = sessionOf(world, 'alice');
    const bob = sessionOf(world, 'bob');
    forgetsEverything(world);
    const mallory = someone('mallory');
    world.silc.channel('lounge', [[mallory, 3]]);
    alice.loseUnnoticed();
    await losesLink(bob);
    await vi.advanceTimersByTimeAsync(8_000);
    const told = outlines(await world.settle());
    for (const client of [ALICE, BOB]) {
      const messages = told.filter((line) => line.startsWith('message') && line.includes(`>${client}`));
      expect(messages).toContain(`message groupchat lounge@gw.test>${client} 104`);
      const notices = messages.filter((line) =>
        line.includes('has forgotten how this channel was protected'),
      );
      expect(notices).toHaveLength(1);
      expect(notices[0]).toContain('(a passphrase, invited users only, a limit of users)');
    }
    expect(modes(world)).toEqual({ mallory: 3, alice: 0, bob: 0 });
    // What it was is not forgotten here.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outlines(await world.settle())).toEqual([]);
    forgetsEverything(world);
    await losesLink(sessionOf(world, 'alice'));
    expectPutBack(world);
  });

  it('has no owner beside a new founder where there are no keys, also when the old one is made operator', async () => {
    const world = await protectedChannel(false);
    const [alice, bob] = [sessionOf(world, 'alice'), sessionOf(world, 'bob')];
    forgetsEverything(world);
    world.silc.channel('lounge', [[someone('mallory'), 3]]);
    alice.loseUnnoticed();
    await losesLink(bob);
    await world.settle();
    const shown = async (mode: number): Promise<string[]> => {
      world.silc.setMode(world.silc.channel('lounge'), sessionOf(world, 'alice').self, mode);
      return outlines(await world.settle()).filter((line) => line.endsWith('110'));
    };
    expect(await shown(2)).toEqual([`presence lounge@gw.test/alice>${ALICE} admin/moderator 110`]);
    expect(await shown(0)).toEqual([`presence lounge@gw.test/alice>${ALICE} none/participant 110`]);
    expect(await shown(3)).toEqual([`presence lounge@gw.test/alice>${ALICE} ${OWNER} 110`]);
  });

  it('is said to be open when the server refuses to put it back', async () => {
    const world = await protectedChannel();
    forgetsEverything(world);
    world.silc.onConnect = ({ refusals }) => {
      refusals.set('cmode', new SilcCommandError(17, Status.permDenied, 'refused'));
    };
    for (const session of [sessionOf(world, 'alice'), sessionOf(world, 'bob')]) await losesLink(session);
    const told = outlines(await world.settle());
    expect(told.filter((line) => line.includes('has forgotten how this channel was protected'))).toHaveLength(
      2,
    );
    expect(told.filter((line) => line.endsWith(' 104'))).toHaveLength(2);
  });
});
