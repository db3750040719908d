import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandQueue } from '../../../../src/silc/client/requests/command-queue.js';
import type { CommandQueueOptions } from '../../../../src/silc/client/requests/command-queue.js';
import {
  ArgumentWriter,
  commandByNumber,
  commands,
  encodeErrorReply,
  encodeReply,
} from '../../../../src/silc/commands/index.js';
import type { CommandMessage, ListPosition } from '../../../../src/silc/commands/index.js';
import { SilcCommandError, SilcError } from '../../../../src/silc/errors.js';
import type { ChannelId, ClientId, ServerId } from '../../../../src/silc/ids.js';
import { withCode } from '../../../support/silc-error.js';

/** Commands under way at most. */
const WINDOW = 50;

const serverId = '7f000001452e00ff' as ServerId;
const clientId = (n: number) => `7f000001${n.toString(16).padStart(24, '0')}` as ClientId;
const channelId = (n: number) => `7f000001452e${n.toString(16).padStart(4, '0')}` as ChannelId;

function queueWith(options: Partial<CommandQueueOptions> = {}) {
  const sent: CommandMessage[] = [];
  const queue = new CommandQueue({ send: (message) => void sent.push(message), ...options });
  const names = () => sent.map(({ command }) => commandByNumber(command)?.name);
  const at = (index: number) => {
    const message = sent[index];
    if (message === undefined) throw new Error(`nothing was sent at ${index}`);
    return message;
  };
  const ping = (priority: 'user' | 'background' = 'user') =>
    queue.run(commands.ping, () => ({ serverId }), { priority });
  const pong = (index: number) => queue.receive(encodeReply(commands.ping, at(index).ident, {}));
  const listed = (index: number, n: number, place: ListPosition) =>
    queue.receive(
      encodeReply(
        commands.list,
        at(index).ident,
        { channelId: channelId(n), name: `c${n}`, users: n },
        place,
      ),
    );
  const join = (name: string, options?: object) =>
    void queue
      .run(commands.join, () => ({ name, clientId: clientId(1) }), { channel: name, ...options })
      .catch(() => undefined);
  const leave = (channel: string, n: number, options?: object) =>
    void queue
      .run(commands.leave, () => ({ channelId: channelId(n) }), { channel, ...options })
      .catch(() => undefined);
  return { queue, sent, names, at, ping, pong, listed, join, leave };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('command queue', () => {
  it('matches answers that come out of order', async () => {
    const { queue, at, pong, ping } = queueWith();
    const first = queue.run(commands.umode, () => ({ clientId: clientId(1) }));
    const second = ping();
    pong(1);
    await second;
    queue.receive(encodeReply(commands.umode, at(0).ident, { mode: 5 }));
    expect(await first).toEqual({ mode: 5 });
  });

  it('ignores a reply that belongs to no command, or to another one', () => {
    const { queue, at, ping } = queueWith();
    void ping().catch(() => undefined);
    expect(queue.receive(encodeReply(commands.ping, at(0).ident + 1, {}))).toBe(false);
    expect(queue.receive(encodeReply(commands.detach, at(0).ident, {}))).toBe(false);
    expect(queue.length).toBe(1);
  });

  it('hurries until the last JOIN or NICK that is under way has its reply', () => {
    const { queue, at, join, ping } = queueWith();
    void ping().catch(() => undefined);
    expect(queue.hurries).toBe(false);
    join('one');
    join('two');
    queue.receive(encodeErrorReply(commands.join.number, at(1).ident, 10));
    expect(queue.hurries).toBe(true);
    queue.receive(encodeErrorReply(commands.join.number, at(2).ident, 10));
    expect(queue.hurries).toBe(false);
  });

  it('drains: starts nothing more and waits for what is under way', async () => {
    const { queue, sent, ping, pong } = queueWith();
    const all = Array.from({ length: WINDOW + 1 }, () => ping());
    let drained = false;
    const draining = queue.drain().then(() => (drained = true));
    for (let i = 0; i < WINDOW; i++) {
      await Promise.resolve();
      expect(drained).toBe(false);
      pong(i);
    }
    await draining;
    expect(sent).toHaveLength(WINDOW);
    queue.close(new SilcError('closed', 'over'));
    await expect(all[WINDOW]).rejects.toThrow(withCode('closed'));
    await queue.drain();
  });

  it('has some tens of commands under way at most and goes on with each answer', async () => {
    const { sent, ping, pong } = queueWith();
    const all = Array.from({ length: WINDOW + 3 }, () => ping());
    expect(sent).toHaveLength(WINDOW);
    pong(2);
    expect(sent).toHaveLength(WINDOW + 1);
    for (let index = 0; index < WINDOW + 3; index++) if (index !== 2) pong(index);
    await Promise.all(all);
  });

  it('sends commands of one channel one after the other, those of others beside them', () => {
    const { queue, names, at, join, leave, ping } = queueWith();
    join('one');
    // Names are compared as the protocol does it.
    leave('ONE', 1);
    join('two');
    join('three');
    void ping().catch(() => undefined);
    expect(names()).toEqual(['JOIN', 'JOIN', 'JOIN', 'PING']);
    queue.receive(encodeErrorReply(14, at(1).ident, 10));
    expect(names()).toHaveLength(4);
    queue.receive(encodeErrorReply(14, at(0).ident, 10));
    expect(names()).toEqual(['JOIN', 'JOIN', 'JOIN', 'PING', 'LEAVE']);
  });

  it('keeps the order of a channel whatever the priorities', () => {
    const { queue, names, at, join, leave } = queueWith();
    join('one');
    leave('one', 1, { priority: 'background' });
    join('one');
    expect(names()).toEqual(['JOIN']);
    for (const index of [0, 1]) queue.receive(encodeErrorReply(at(index).command, at(index).ident, 10));
    expect(names()).toEqual(['JOIN', 'LEAVE', 'JOIN']);
  });

  it('puts what others count on before all that waits', () => {
    const { queue, names, at, join, leave } = queueWith();
    join('one');
    join('one');
    leave('one', 1, { first: true });
    for (const index of [0, 1]) queue.receive(encodeErrorReply(at(index).command, at(index).ident, 10));
    expect(names()).toEqual(['JOIN', 'LEAVE', 'JOIN']);
  });

  it('wants the name of the channel where the order depends on it', async () => {
    const { queue } = queueWith();
    const leaving = queue.run(commands.leave, () => ({ channelId: channelId(1) }));
    await expect(leaving).rejects.toThrow(withCode('usage'));
    expect(queue.length).toBe(0);
  });

  it('lets a NICK wait for all that names the own ID, and that wait for the NICK', () => {
    const { queue, names, at, join, ping } = queueWith();
    join('one');
    const failures: Promise<unknown>[] = [queue.run(commands.nick, () => ({ nickname: 'new' }))];
    join('two');
    failures.push(queue.run(commands.umode, () => ({ clientId: clientId(1) })));
    void ping().catch(() => undefined);
    void Promise.allSettled(failures);
    expect(names()).toEqual(['JOIN', 'PING']);
    queue.receive(encodeErrorReply(14, at(0).ident, 10));
    expect(names()).toEqual(['JOIN', 'PING', 'NICK']);
    queue.receive(encodeErrorReply(4, at(2).ident, 10));
    expect(names()).toEqual(['JOIN', 'PING', 'NICK', 'JOIN', 'UMODE']);
  });

  it('has one command of a kind under way where the kind is ordered', () => {
    const { queue, names, at } = queueWith();
    for (let i = 0; i < 2; i++) void queue.runList(commands.list, () => ({})).catch(() => undefined);
    expect(names()).toEqual(['LIST']);
    queue.receive(encodeErrorReply(5, at(0).ident, 10));
    expect(names()).toEqual(['LIST', 'LIST']);
  });

  it('sends nothing at all while a NICK is under way, and asks for requests only when they go out', async () => {
    const { queue, names, at } = queueWith();
    let own = clientId(1);
    const nick = queue.run(commands.nick, () => ({ nickname: 'new' }), {
      onReply: (reply) => void (own = reply.clientId),
    });
    const umode = queue.run(commands.umode, () => ({ clientId: own }));
    expect(names()).toEqual(['NICK']);
    queue.receive(encodeReply(commands.nick, at(0).ident, { clientId: clientId(2), nickname: 'new' }));
    expect(names()).toEqual(['NICK', 'UMODE']);
    const request = commands.umode.request;
    expect(at(1).args).toEqual(argumentsOf(request, { clientId: clientId(2) }));
    queue.receive(encodeReply(commands.umode, at(1).ident, { mode: 0 }));
    await Promise.all([nick, umode]);
  });

  it('lets user commands pass those of the background, which never fill the window', () => {
    const { names, ping, queue } = queueWith();
    for (let i = 0; i < 20; i++) void ping('background').catch(() => undefined);
    expect(names()).toHaveLength(12);
    void queue.run(commands.info, () => ({})).catch(() => undefined);
    expect(names()).toEqual([...Array<string>(12).fill('PING'), 'INFO']);
  });

  it('refuses more commands than it may hold', async () => {
    const { ping, queue } = queueWith({ maxLength: 6 });
    const held = Array.from({ length: 6 }, () => ping());
    await expect(ping()).rejects.toThrow(withCode('overflow'));
    queue.close(new SilcError('closed', 'end'));
    await Promise.allSettled(held);
  });

  it('gives up a command at its deadline and goes on with the next', async () => {
    const { ping, sent, queue, at } = queueWith({ timeoutMs: 1_000 });
    const pings = Array.from({ length: WINDOW + 1 }, () => ping());
    const outcomes = Promise.allSettled(pings);
    vi.advanceTimersByTime(1_000);
    expect(sent).toHaveLength(WINDOW + 1);
    // Its late answer finds nobody.
    expect(queue.receive(encodeReply(commands.ping, at(0).ident, {}))).toBe(false);
    queue.receive(encodeReply(commands.ping, at(WINDOW).ident, {}));
    const results = await outcomes;
    expect(results.map(({ status }) => status)).toEqual([
      ...Array<string>(WINDOW).fill('rejected'),
      'fulfilled',
    ]);
    await expect(pings[0]).rejects.toThrow(withCode('timeout'));
  });

  it('never uses an identifier that is under way', async () => {
    const { queue, sent, at } = queueWith({ timeoutMs: 1e9 });
    const pinned = queue.run(commands.info, () => ({}));
    const pinnedIdent = at(0).ident;
    const idents = new Set<number>();
    for (let i = 0; i < 0x10000; i++) {
      void queue.run(commands.ping, () => ({ serverId })).catch(() => undefined);
      const { ident } = at(sent.length - 1);
      idents.add(ident);
      queue.receive(encodeReply(commands.ping, ident, {}));
    }
    expect(idents.has(pinnedIdent)).toBe(false);
    expect(idents.has(0)).toBe(false);
    queue.close(new SilcError('closed', 'end'));
    await expect(pinned).rejects.toThrow(withCode('closed'));
  });

  it('rejects with the status of an error reply', async () => {
    const { queue, at } = queueWith();
    const whois = queue.run(commands.whois, () => ({ nickname: 'nobody' }));
    queue.receive(encodeErrorReply(1, at(0).ident, 10));
    const error = await whois.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SilcCommandError);
    expect(error).toMatchObject({ command: 1, status: 10 });
  });

  it('rejects with malformed when a single reply is not legible', async () => {
    const { queue, at } = queueWith();
    const mode = queue.run(commands.umode, () => ({ clientId: clientId(1) }));
    const reply = encodeReply(commands.umode, at(0).ident, { mode: 0 });
    queue.receive({ ...reply, args: reply.args.slice(0, 1) });
    await expect(mode).rejects.toThrow(withCode('malformed'));
  });

  it('collects a list with errors inside', async () => {
    const { queue, at } = queueWith();
    const whois = queue.runList(commands.whois, () => ({ ids: [clientId(1), clientId(2), clientId(3)] }));
    const user = { clientId: clientId(1), nickname: 'a@s', user: 'a@h' };
    const { ident } = at(0);
    queue.receive(encodeReply(commands.whois, ident, user, 'start'));
    queue.receive(encodeReply(commands.whois, ident, { ...user, clientId: clientId(3) }, 'item'));
    queue.receive(encodeErrorReply(1, ident, 22, [], 'end'));
    const { values, errors, complete } = await whois;
    expect(values.map((value) => value.clientId)).toEqual([clientId(1), clientId(3)]);
    expect(errors.map(({ status }) => status)).toEqual([22]);
    expect(complete).toBe(true);
  });

  it('ends a list after three seconds of silence, counted from its last entry', async () => {
    const { queue, listed } = queueWith();
    const list = queue.runList(commands.list, () => ({}));
    listed(0, 1, 'start');
    vi.advanceTimersByTime(2_900);
    listed(0, 2, 'item');
    vi.advanceTimersByTime(2_900);
    expect(queue.length).toBe(1);
    vi.advanceTimersByTime(100);
    const { values, complete } = await list;
    expect(values.map(({ name }) => name)).toEqual(['c1', 'c2']);
    expect(complete).toBe(false);
  });

  it('keeps a bounded number of entries', async () => {
    const { queue, listed } = queueWith({ maxListItems: 3 });
    const list = queue.runList(commands.list, () => ({}));
    listed(0, 0, 'start');
    for (let n = 1; n < 10; n++) listed(0, n, 'item');
    listed(0, 10, 'end');
    const { values, complete } = await list;
    expect(values).toHaveLength(3);
    expect(complete).toBe(false);
  });

  it('leaves an illegible entry out and keeps the rest of the list', async () => {
    const { queue, at } = queueWith();
    const whois = queue.runList(commands.whois, () => ({ nickname: 'a' }));
    const good = encodeReply(
      commands.whois,
      at(0).ident,
      { clientId: clientId(1), nickname: 'a', user: 'a' },
      'start',
    );
    queue.receive(good);
    const bad = encodeReply(
      commands.whois,
      at(0).ident,
      { clientId: clientId(2), nickname: 'a', user: 'a' },
      'end',
    );
    queue.receive({ ...bad, args: bad.args.slice(0, 2) });
    const { values, complete } = await whois;
    expect(values).toHaveLength(1);
    expect(complete).toBe(false);
  });

  it('takes a waiting command out when it is aborted, and does not wait for one under way', async () => {
    const { ping, queue, names, at } = queueWith();
    const fillers = Array.from({ length: WINDOW }, () => ping());
    const waiting = new AbortController();
    const waits = queue.run(commands.info, () => ({}), { signal: waiting.signal });
    waiting.abort();
    await expect(waits).rejects.toThrow(withCode('timeout'));
    expect(queue.length).toBe(WINDOW);
    for (let i = 0; i < WINDOW; i++) queue.receive(encodeReply(commands.ping, at(i).ident, {}));
    await Promise.all(fillers);

    const running = new AbortController();
    const replies: number[] = [];
    const runs = queue.run(commands.umode, () => ({ clientId: clientId(1) }), {
      signal: running.signal,
      onReply: ({ mode }) => void replies.push(mode),
    });
    expect(names().at(-1)).toBe('UMODE');
    running.abort();
    await expect(runs).rejects.toThrow(withCode('timeout'));
    queue.receive(encodeReply(commands.umode, at(WINDOW).ident, { mode: 9 }));
    expect(replies).toEqual([9]);
  });

  it('calls back for a reply before the promise is settled', () => {
    const { queue, at } = queueWith();
    const order: string[] = [];
    void queue
      .run(commands.umode, () => ({ clientId: clientId(1) }), { onReply: () => void order.push('reply') })
      .then(() => order.push('promise'));
    queue.receive(encodeReply(commands.umode, at(0).ident, { mode: 0 }));
    order.push('next packet');
    expect(order).toEqual(['reply', 'next packet']);
  });

  it('rejects everything when it is closed, and afterwards', async () => {
    const { ping, queue } = queueWith();
    const all = Promise.allSettled(Array.from({ length: WINDOW + 2 }, () => ping()));
    queue.close(new SilcError('closed', 'end'));
    expect((await all).every(({ status }) => status === 'rejected')).toBe(true);
    await expect(ping()).rejects.toThrow(withCode('closed'));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails a command that cannot be encoded and goes on', async () => {
    const { queue, ping, pong } = queueWith();
    await expect(queue.run(commands.nick, () => ({ nickname: '' }))).rejects.toThrow(withCode('usage'));
    const next = ping();
    pong(0);
    await next;
  });
});

/** Arguments as a request encodes them. */
function argumentsOf<T>(codec: { encode(value: T, out: ArgumentWriter): void }, value: T) {
  const out = new ArgumentWriter();
  codec.encode(value, out);
  return out.finish();
}
