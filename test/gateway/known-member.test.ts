import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { whenKnown } from '../../src/gateway/channels/known-member.js';
import { FakeNetwork, type FakeSession, someone } from './support/fake-silc.js';
import type { ConnectOptions } from '../../src/silc/client/types.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function sessions(): Promise<{ silc: FakeNetwork; one: FakeSession; other: FakeSession }> {
  const silc = new FakeNetwork();
  const connect = (nickname: string) =>
    silc.host.connect({
      nickname,
      keyPair: { publicKey: {}, privateKey: {} },
      verifyServerKey: () => true,
    } as unknown as ConnectOptions);
  const one = (await connect('one')) as FakeSession;
  const other = (await connect('other')) as FakeSession;
  await one.join('lounge');
  await other.join('lounge');
  return { silc, one, other };
}

const settled = async (work: Promise<void>): Promise<boolean> => {
  let isSettled = false;
  void work.then(() => (isSettled = true));
  await vi.advanceTimersByTimeAsync(0);
  return isSettled;
};

it('waits until the session knows of a member who has joined by another one', async () => {
  const { silc, one, other } = await sessions();
  const silcChannel = silc.channel('lounge');
  const link = { silc: one, silcChannel };
  const links = [link, { silc: other, silcChannel }];
  expect(await settled(whenKnown(link, links, one.self.clientId))).toBe(true);
  expect(await settled(whenKnown(link, links, other.self.clientId))).toBe(true);
  const late = someone('late');
  const waiting = whenKnown(link, links, late.clientId);
  expect(await settled(waiting)).toBe(false);
  silc.enter(silcChannel, someone('somebody else'));
  expect(await settled(waiting)).toBe(false);
  silc.enter(silcChannel, late);
  expect(await settled(waiting)).toBe(true);
});

it('does not wait for ever: then the server says what is wrong', async () => {
  const { silc, one } = await sessions();
  const link = { silc: one, silcChannel: silc.channel('lounge') };
  const waiting = whenKnown(link, [link], someone('nobody').clientId);
  expect(await settled(waiting)).toBe(false);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await settled(waiting)).toBe(true);
});
