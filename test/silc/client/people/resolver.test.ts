import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandQueue } from '../../../../src/silc/client/requests/command-queue.js';
import { Resolver } from '../../../../src/silc/client/people/resolver.js';
import { UserStore } from '../../../../src/silc/client/people/users.js';
import {
  commands,
  decodeRequest,
  encodeErrorReply,
  encodeReply,
} from '../../../../src/silc/commands/index.js';
import type { CommandMessage } from '../../../../src/silc/commands/index.js';
import type { ClientId } from '../../../../src/silc/ids.js';

const id = (n: number) => `7f000001${n.toString(16).padStart(24, '0')}` as ClientId;

function world() {
  const sent: { ident: number; ids: readonly ClientId[] }[] = [];
  const queue = new CommandQueue({
    send: (message: CommandMessage) => {
      sent.push({ ident: message.ident, ids: decodeRequest(commands.whois, message).ids ?? [] });
    },
  });
  const users = new UserStore();
  const found: [ClientId, boolean][] = [];
  let now = 0;
  const resolver = new Resolver({
    queue,
    users,
    onResolved: (user, known) => found.push([user.clientId, known]),
    now: () => now,
  });
  const person = (n: number, clientId = id(n)) => ({ clientId, nickname: `nick${n}@s`, user: `u${n}@h` });
  const answer = (index: number, present: (n: number) => boolean = () => true) => {
    const { ident, ids } = sent[index]!;
    if (!ids.every((one) => present(Number.parseInt(one.slice(8), 16)))) {
      queue.receive(encodeErrorReply(1, ident, 54));
      return;
    }
    ids.forEach((one, i) => {
      const place = ids.length === 1 ? 'single' : i === 0 ? 'start' : i + 1 === ids.length ? 'end' : 'item';
      queue.receive(
        encodeReply(commands.whois, ident, person(Number.parseInt(one.slice(8), 16), one), place),
      );
    });
  };
  return { sent, queue, users, resolver, found, answer, person, later: (ms: number) => void (now += ms) };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('resolver', () => {
  it('asks for the members of a channel in chunks of sixteen, ten at a time', async () => {
    const { sent, users, resolver, answer } = world();
    const members = Array.from({ length: 172 }, (_, n) => users.ensure(id(n + 1)));
    const all = Promise.all(members.map((user) => resolver.fresh(user)));
    await settled();
    const full = Array<number>(10).fill(16);
    expect(sent.map(({ ids }) => ids.length)).toEqual(full);
    answer(0);
    await settled();
    expect(sent.map(({ ids }) => ids.length)).toEqual([...full, 12]);
    for (let index = 1; index <= 10; index++) answer(index);
    await all;
    expect(members.every(({ nickname }, i) => nickname === `nick${i + 1}`)).toBe(true);
    expect(resolver.pending).toBe(0);
  });

  it('asks one by one when a chunk fails, and remembers who is not there', async () => {
    const { sent, users, resolver, answer, found } = world();
    const present = (n: number) => n !== 2;
    const members = [1, 2, 3].map((n) => users.ensure(id(n)));
    const all = Promise.all(members.map((user) => resolver.fresh(user)));
    await settled();
    answer(0, present);
    await settled();
    expect(sent.slice(1).map(({ ids }) => ids)).toEqual([[id(1)], [id(2)], [id(3)]]);
    for (const index of [1, 2, 3]) answer(index, present);
    await all;
    expect(found).toContainEqual([id(2), false]);
    expect(members.map(({ nickname }) => nickname)).toEqual(['nick1', undefined, 'nick3']);
    await resolver.unknown(users.ensure(id(2)));
    expect(sent).toHaveLength(4);
  });

  it('takes an answer for the question it is for, not for one that follows at once', async () => {
    const { sent, users, resolver, answer, found } = world();
    const user = users.ensure(id(1));
    void resolver.fresh(user);
    await settled();
    answer(0);
    const again = resolver.fresh(user);
    await settled();
    expect(sent.map(({ ids }) => ids)).toEqual([[id(1)], [id(1)]]);
    expect(found).toEqual([[id(1), true]]);
    expect(resolver.pending).toBe(1);
    answer(1);
    await again;
    expect(found).toEqual([
      [id(1), true],
      [id(1), true],
    ]);
    expect(resolver.isUnknown(id(1))).toBe(false);
  });

  it('asks again for those whom a router leaves out of its answer', async () => {
    const { sent, users, resolver, queue, person, answer } = world();
    const members = [1, 2].map((n) => users.ensure(id(n)));
    const all = Promise.all(members.map((user) => resolver.fresh(user)));
    await settled();
    queue.receive(encodeReply(commands.whois, sent[0]!.ident, person(1)));
    await settled();
    expect(sent[1]?.ids).toEqual([id(2)]);
    answer(1);
    await all;
    expect(members[1]?.nickname).toBe('nick2');
  });

  it('asks for unknown senders alone, once for all who wait, and forgets a failure after a minute', async () => {
    const { sent, users, resolver, answer, later } = world();
    const sender = users.ensure(id(9));
    const waiting = [resolver.unknown(sender), resolver.unknown(sender), resolver.fresh(users.ensure(id(1)))];
    await settled();
    expect(sent.map(({ ids }) => ids)).toEqual([[id(9)], [id(1)]]);
    answer(0, () => false);
    answer(1);
    await Promise.all(waiting);
    expect(resolver.isUnknown(id(9))).toBe(true);
    later(60_001);
    expect(resolver.isUnknown(id(9))).toBe(false);
    void resolver.unknown(sender);
    await settled();
    expect(sent).toHaveLength(3);
  });

  it('gives up after fifteen seconds without an answer', async () => {
    const { users, resolver, found } = world();
    const waiting = resolver.unknown(users.ensure(id(1)));
    await vi.advanceTimersByTimeAsync(15_000);
    await waiting;
    expect(found).toEqual([[id(1), false]]);
  });

  it('keeps the newer nickname of somebody who changed it while being looked up', async () => {
    const { sent, users, resolver, queue, person } = world();
    const user = users.ensure(id(1));
    const waiting = resolver.fresh(user);
    await settled();
    users.rename(user, id(2));
    user.nickname = 'newer';
    queue.receive(encodeReply(commands.whois, sent[0]!.ident, person(1)));
    await waiting;
    expect(user).toMatchObject({ nickname: 'newer', username: 'u1', clientId: id(2) });
  });

  it('does not take an answer about somebody else', async () => {
    const { sent, users, resolver, queue, person } = world();
    const other = users.ensure(id(5));
    void resolver.unknown(users.ensure(id(1)));
    await settled();
    queue.receive(encodeReply(commands.whois, sent[0]!.ident, person(5)));
    await settled();
    expect(other.nickname).toBeUndefined();
  });

  it('leaves nobody waiting when it is closed', async () => {
    const { users, resolver } = world();
    const waiting = [1, 2, 3].map((n) => resolver.unknown(users.ensure(id(n))));
    resolver.close();
    await Promise.all(waiting);
    expect([...users.values()].every(({ references }) => references === 0)).toBe(true);
  });
});
