import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/silc/bytes.js';
import type { ClientId } from '../../src/silc/ids.js';
import { ChannelMode, UserMode } from '../../src/silc/modes.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

/** An ID of the same server that nobody has. */
function unknownId(id: ClientId): ClientId {
  return toHex(fromHex(id).map((octet, i) => (i < 5 ? octet : octet ^ 0x55))) as ClientId;
}

describe.concurrent('people', () => {
  it('WHOIS by nickname finds who is there, in any spelling, and nobody else', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const nickname = target.unique('Straße');
    await bob.nick(nickname);
    const [found, ...others] = await alice.whois(nickname.replace('ß', 'SS'));
    expect(others).toEqual([]);
    expect(found?.user).toMatchObject({
      clientId: bob.self.clientId,
      nickname,
      username: 'bob',
      realName: 'bob of the interoperability tests',
      fingerprint: bob.self.fingerprint,
    });
    expect(await alice.whois(target.unique('nobody'))).toEqual([]);
  });

  it('all holders of one nickname are found', async () => {
    const nickname = target.unique('twin');
    const first = await target.client('first', { nickname });
    const second = await target.client('second', { nickname });
    const found = await first.whois(nickname);
    expect(found.map(({ user }) => user.clientId).sort()).toEqual(
      [first.self.clientId, second.self.clientId].sort(),
    );
  });

  it('WHOIS tells the user mode and the public channels', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const [open, secret] = [target.unique('open'), target.unique('secret')];
    await bob.join(open);
    const { channel } = await bob.join(secret);
    await bob.setChannelMode(channel.id, { set: ChannelMode.secret });
    await bob.setUserMode({ set: UserMode.gone | UserMode.busy });
    expect(bob.self.mode).toBe(UserMode.gone | UserMode.busy);
    const result = await alice.whoisById(bob.self.clientId);
    expect(result?.user.mode).toBe(UserMode.gone | UserMode.busy);
    expect(result?.channels.map(({ name }) => name)).toEqual([open]);
  });

  it('WHOIS of an ID that nobody has is undefined and holds up nothing else', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    // A standalone silcd answers this after twelve seconds, a router at once.
    const trap = alice.whoisById(unknownId(alice.self.clientId));
    const [result] = await inTime(Promise.all([alice.whoisById(bob.self.clientId), alice.ping()]));
    expect(result?.user.nickname).toBe(bob.self.nickname);
    expect(await trap).toBeUndefined();
    // Known by now to be nobody: the second time nothing is asked.
    expect(await alice.whoisById(unknownId(alice.self.clientId))).toBeUndefined();
  });

  it('GETKEY gives the key that the WHOIS fingerprint is of', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    await alice.whoisById(bob.self.clientId);
    const key = await alice.getKey(bob.self.clientId);
    expect(key?.identifier).toMatchObject({ UN: bob.self.nickname, HN: 'silc.test' });
  });

  it('taking the own nickname again changes nothing', async () => {
    const alice = await target.client('alice');
    const { clientId, nickname } = alice.self;
    await alice.nick(nickname ?? '');
    expect(alice.self).toMatchObject({ clientId, nickname });
  });
});

describe.concurrent('the server', () => {
  it('lists public channels with topic and users, and hides secret ones', async () => {
    const [alice, bob] = [await target.client('alice'), await target.client('bob')];
    const [open, secret] = [target.unique('open'), target.unique('secret')];
    const opened = await alice.join(open);
    await alice.setTopic(opened.channel.id, 'to be seen');
    const hidden = await alice.join(secret);
    await alice.setChannelMode(hidden.channel.id, { set: ChannelMode.secret });
    const listed = await bob.list();
    expect(listed.find(({ name }) => name === open)).toEqual({
      id: opened.channel.id,
      name: open,
      topic: 'to be seen',
      users: 1,
    });
    expect(listed.find(({ name }) => name === secret)).toBeUndefined();
  });

  it('tells about itself, and answers a ping', async () => {
    const alice = await target.client('alice');
    const { name, text } = await alice.serverInfo();
    expect(name).not.toBe('');
    expect(text).not.toBe('');
    expect(await alice.motd()).not.toBe('');
    expect(await alice.ping()).toBeGreaterThanOrEqual(0);
    expect(alice.serverPublicKey.encoded.length).toBeGreaterThan(100);
  });

  it('QUIT ends the session without an error', async () => {
    const alice = await target.client('alice');
    const ends: unknown[] = [];
    alice.subscribe((event) => {
      if (event.type === 'closed') ends.push(event.error);
    });
    await target.quit(alice, 'bye');
    expect(alice.state).toBe('closed');
    expect(ends).toEqual([undefined]);
  });
});

/** Fails when something takes as long as it would if it had to wait for the twelve seconds of an unknown ID. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('held up')), 10_000);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
