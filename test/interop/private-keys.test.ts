import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import type { ClientId } from '../../src/silc/ids.js';
import { UserMode } from '../../src/silc/modes.js';
import { EventLog } from '../support/silc-world.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

const longText = 'lang und ü '.repeat(4_000);

interface Person {
  readonly session: SilcSession;
  readonly log: EventLog;
  /** It changes with every nickname. */
  readonly id: () => ClientId;
}

async function person(name: string, negotiatePrivateKeys = false): Promise<Person> {
  const session = await target.client(name, { negotiatePrivateKeys });
  return { session, log: new EventLog(session), id: () => session.self.clientId };
}

const heard = ({ log }: Person) =>
  log.of('private-message').map(({ message, protection }) => [message.text, protection]);
const until = ({ log }: Person, text: string) =>
  log.find('private-message', ({ message }) => message.text === text);

/** Ann has set a key, bob the same, and both know it. */
async function withKey(passphrase: string, other = passphrase): Promise<readonly [Person, Person]> {
  const [ann, bob] = [await person('ann'), await person('bob')];
  await ann.session.setPrivateKey(bob.id(), passphrase);
  const { user } = await bob.log.find('private-key-offered');
  expect(user.clientId).toBe(ann.id());
  await bob.session.setPrivateKey(user.clientId, other);
  return [ann, bob];
}

describe.concurrent('a key of a passphrase', () => {
  it('protects the messages of both sides, until it is removed', async () => {
    const [ann, bob] = await withKey('sésame, ouvre-toi');
    expect(ann.session.privateKeyList()).toMatchObject([{ kind: 'static-key', role: 'initiator' }]);
    expect(bob.session.privateKeyList()).toMatchObject([{ kind: 'static-key', role: 'responder' }]);
    for (const text of ['one', 'Grüße, 世界 😀', longText]) {
      await ann.session.tell(bob.id(), text);
      await until(bob, text);
      await bob.session.tell(ann.id(), text);
      await until(ann, text);
    }
    for (const { log } of [ann, bob]) {
      const all = log.of('private-message').map(({ protection }) => protection);
      expect(all).toEqual(['static-key', 'static-key', 'static-key']);
    }
    expect(ann.session.removePrivateKey(bob.id())).toBe(true);
    expect(bob.session.removePrivateKey(ann.id())).toBe(true);
    await ann.session.tell(bob.id(), 'open');
    await until(bob, 'open');
    expect(heard(bob).at(-1)).toEqual(['open', 'session']);
  });

  it('that is not the same lets nothing be read', async () => {
    const [ann, bob] = await withKey('one thing', 'another');
    await ann.session.tell(bob.id(), 'lost');
    await bob.log.find('private-message-undecryptable');
    expect(heard(bob)).toEqual([]);
  });

  it('carries signed messages, and gets past a block of private messages', async () => {
    const [ann, bob] = await withKey('secret');
    await bob.session.setUserMode({ set: UserMode.blockPrivateMessages });
    await ann.session.tell(bob.id(), 'signed', { sign: true });
    const { message, protection } = await until(bob, 'signed');
    expect([message.signature, protection]).toEqual(['verified', 'static-key']);
  });
});

describe.concurrent('negotiated keys', () => {
  it('are there before the first message where both want them, in both directions', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob', true)];
    await Promise.all(['one', 'two', longText].map((text) => ann.session.tell(bob.id(), text)));
    await until(bob, longText);
    await bob.session.tell(ann.id(), 'three');
    await until(ann, 'three');
    expect(heard(bob).map(([, protection]) => protection)).toEqual(Array(3).fill('negotiated-key'));
    expect(heard(ann)).toEqual([['three', 'negotiated-key']]);
    expect(ann.session.privateKeyList()).toMatchObject([{ kind: 'negotiated-key' }]);
  });

  it('are made where only one begins, and none where nobody does', async () => {
    const [ann, bob, carol] = [await person('ann', true), await person('bob'), await person('carol')];
    await ann.session.tell(bob.id(), 'with keys');
    await until(bob, 'with keys');
    await carol.session.tell(bob.id(), 'without');
    await until(bob, 'without');
    expect(heard(bob)).toEqual([
      ['with keys', 'negotiated-key'],
      ['without', 'session'],
    ]);
  });

  it('lose no word when both begin at once', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob', true)];
    await Promise.all([ann.session.tell(bob.id(), 'from ann'), bob.session.tell(ann.id(), 'from bob')]);
    await Promise.all([until(bob, 'from ann'), until(ann, 'from bob')]);
    await ann.session.tell(bob.id(), 'again');
    await until(bob, 'again');
    expect(heard(bob).at(-1)).toEqual(['again', 'negotiated-key']);
  });

  it('stay with those who change their nicknames', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    const name = target.unique('room');
    await ann.session.join(name);
    await bob.session.join(name);
    await ann.session.tell(bob.id(), 'one');
    await until(bob, 'one');
    await bob.session.nick(target.unique('bobby'));
    await ann.log.find('nick-changed');
    await ann.session.tell(bob.id(), 'two');
    await until(bob, 'two');
    await ann.session.nick(target.unique('anna'));
    await bob.log.find('nick-changed', ({ self }) => !self);
    await bob.session.tell(ann.id(), 'three');
    await until(ann, 'three');
    expect(heard(bob).map(([, protection]) => protection)).toEqual(['negotiated-key', 'negotiated-key']);
    expect(heard(ann)).toEqual([['three', 'negotiated-key']]);
  });

  it('carry signed messages', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    await ann.session.tell(bob.id(), 'signed', { sign: true });
    const { message, protection } = await until(bob, 'signed');
    expect([message.signature, protection]).toEqual(['verified', 'negotiated-key']);
  });
});

describe.concurrent('keys of a direct connection', () => {
  it('are agreed on where either side listens', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const listen = { host: '127.0.0.1' };
    const mayConnect = (address: string) => address === '127.0.0.1';
    const standing = await ann.session.keyAgreements.offer(bob.id(), listen);
    const offered = await bob.log.find('key-agreement-offered');
    expect(offered).toMatchObject({ ...standing.address, transport: 'tcp' });
    await Promise.all([bob.session.keyAgreements.accept(offered, { mayConnect }), standing.done]);
    await Promise.all([ann.session.tell(bob.id(), 'one'), bob.session.tell(ann.id(), 'eins')]);
    await Promise.all([until(bob, 'one'), until(ann, 'eins')]);
    await bob.session.keyAgreements.ask(ann.id());
    const asked = await ann.log.find('key-agreement-offered');
    const accepted = ann.session.keyAgreements.accept(asked, { listen });
    const again = await bob.log.find('key-agreement-offered', (event) => event !== offered);
    await Promise.all([bob.session.keyAgreements.accept(again, { mayConnect }), accepted]);
    await ann.session.tell(bob.id(), longText);
    await until(bob, longText);
    expect(heard(bob).map(([, protection]) => protection)).toEqual(['negotiated-key', 'negotiated-key']);
    expect(heard(ann)).toEqual([['eins', 'negotiated-key']]);
  });
});

describe.concurrent('acknowledgements', () => {
  it('come for messages under either kind of key that ask for them, and for no others', async () => {
    const [ann, bob] = [await person('ann', true), await person('bob')];
    const first = await ann.session.tell(bob.id(), 'one', { acknowledge: true });
    await ann.log.find('acknowledged', ({ digest }) => digest === first.digest);
    await ann.session.setPrivateKey(bob.id(), 'secret', 'initiator');
    await bob.session.setPrivateKey(ann.id(), 'secret', 'responder');
    await ann.session.tell(bob.id(), 'two');
    const third = await ann.session.tell(bob.id(), 'three', { acknowledge: true });
    await ann.log.find('acknowledged', ({ digest }) => digest === third.digest);
    expect(ann.log.of('acknowledged')).toHaveLength(2);
    expect(heard(bob).map(([, protection]) => protection)).toEqual([
      'negotiated-key',
      'static-key',
      'static-key',
    ]);
    expect(heard(ann)).toEqual([]);
  });
});

describe.concurrent('signed messages', () => {
  it('are verified, on a channel and in private', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const name = target.unique('room');
    const { channel } = await ann.session.join(name);
    await bob.session.join(name);
    await ann.session.say(channel.id, 'on the channel', { sign: true });
    await ann.session.tell(bob.id(), 'in private', { sign: true });
    const said = await bob.log.find('channel-message');
    const told = await until(bob, 'in private');
    expect(said.message).toMatchObject({ text: 'on the channel', signature: 'verified' });
    expect(told).toMatchObject({ message: { signature: 'verified' }, protection: 'session' });
  });

  it('are verified with the key that came along', async () => {
    const [ann, bob] = [await person('ann'), await person('bob')];
    const name = target.unique('room');
    const { channel } = await ann.session.join(name);
    await bob.session.join(name);
    await ann.session.say(channel.id, 'on the channel', { sign: 'with-key' });
    await ann.session.tell(bob.id(), 'in private', { sign: 'with-key' });
    const said = await bob.log.find('channel-message');
    expect(said).toMatchObject({ message: { signature: 'verified' }, protection: 'channel-key' });
    expect((await until(bob, 'in private')).message.signature).toBe('verified');
  });
});
