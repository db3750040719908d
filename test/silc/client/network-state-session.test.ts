import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel, SessionEvent, SilcSession, User } from '../../../src/silc/client/types.js';
import { SilcError } from '../../../src/silc/errors.js';
import { ModelNetwork, CHANNELS, PEOPLE, SELF } from '../../support/model-network.js';
import { scriptedSession } from '../../support/scripted-server.js';

/** Longer than the least time between two comparisons of a channel with the server. */
const SETTLED_MS = 11_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const channel = fc.nat({ max: CHANNELS - 1 });
const who = fc.integer({ min: 1, max: PEOPLE });
const anyone = fc.nat({ max: PEOPLE });
const mode = fc.nat({ max: 63 });
/** Without the modes that change keys or take proofs. */
const channelMode = fc.integer({ min: 0, max: 63 }).map((bits) => bits & ~4);

/** What happens on the network, or what the session does itself; the latter is not waited for. */
type Step = (network: ModelNetwork, session: SilcSession) => unknown;
type Named = readonly [name: string, step: Step];

const named = <T extends readonly unknown[]>(
  name: string,
  args: fc.Arbitrary<T>,
  step: (network: ModelNetwork, session: SilcSession, ...args: T) => unknown,
): fc.Arbitrary<Named> =>
  args.map((values) => [
    `${name}(${values.join()})`,
    (network, session) => step(network, session, ...values),
  ]);

/** An own command about a joined channel and somebody on it, where there are such. */
const own = (
  name: string,
  run: (session: SilcSession, on: Channel, target: User, n: number) => Promise<unknown>,
): fc.Arbitrary<Named> =>
  named(name, fc.tuple(channel, anyone, mode), (_network, session, n, whom, bits) => {
    const on = session.channelByName(`channel${n}`);
    const members = [...(on?.members.values() ?? [])];
    const target = members[whom % Math.max(1, members.length)];
    return on === undefined || target === undefined ? undefined : run(session, on, target.user, bits);
  });

const steps: fc.Arbitrary<readonly Named[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: named('joins', fc.tuple(channel, who), (net, _s, n, x) => net.join(n, x)) },
    named('leaves', fc.tuple(channel, who), (net, _s, n, x) => net.leave(n, x, 'leave')),
    named('signs off', fc.tuple(channel, who), (net, _s, n, x) => net.leave(n, x, 'signoff')),
    named('is kicked', fc.tuple(channel, anyone), (net, _s, n, x) => net.leave(n, x, 'kicked')),
    named('is killed', fc.tuple(who), (net, _s, x) => net.kill(x)),
    { weight: 2, arbitrary: named('is renamed', fc.tuple(who), (net, _s, x) => net.nick(x)) },
    named('netsplit', fc.tuple(fc.boolean()), (net, _s, cut) => net.netsplit(cut)),
    named('member mode', fc.tuple(channel, anyone, mode), (net, _s, n, x, m) => net.memberMode(n, x, m)),
    named('channel mode', fc.tuple(channel, channelMode, mode), (net, _s, n, m, l) =>
      net.channelMode(n, m, l),
    ),
    named('topic', fc.tuple(channel, mode), (net, _s, n, m) => net.topic(n, `topic ${m}`)),
    named('renumbered', fc.tuple(channel), (net, _s, n) => net.renumber(n)),
    named('bad key', fc.tuple(channel, fc.constantFrom('cipher', 'garbage')), (net, _s, n, kind) =>
      net.badKey(n, kind),
    ),
    { weight: 2, arbitrary: named('speaks', fc.tuple(channel, who), (net, _s, n, x) => net.speak(n, x, 1)) },
    named('speaks illegibly', fc.tuple(channel, who), (net, _s, n, x) => net.speak(n, x, 7)),
    named('whispers', fc.tuple(who), (net, _s, x) => net.whisper(x)),
    named('chatter', fc.tuple(channel, anyone), (net, _s, n, x) => net.chatter(n, x)),
    named('WHOIS waits', fc.tuple(fc.boolean()), (net, _s, holds) => (net.holdsWhois = holds)),
    named('WHOIS answered', fc.tuple(), (net) => net.answerWhois()),
    { weight: 4, arbitrary: named('own join', fc.tuple(channel), (_n, s, n) => s.join(`channel${n}`)) },
    named('own leave', fc.tuple(channel), (_net, s, n) => {
      const on = s.channelByName(`channel${n}`);
      return on && s.leave(on.id);
    }),
    named('own nick', fc.tuple(mode), (_net, s, n) => s.nick(`me${n}`)),
    own('own kick', (s, on, { clientId }) =>
      clientId === s.self.clientId ? Promise.resolve() : s.kick(on.id, clientId),
    ),
    own('own topic', (s, on, _target, n) => s.setTopic(on.id, `own ${n}`)),
    own('own mode', (s, on, _target, n) =>
      s.setChannelMode(on.id, { set: n & 0x33, clear: 8, ...((n & 0x20) === 0 ? {} : { userLimit: n }) }),
    ),
    own('own member mode', (s, on, { clientId }, n) => s.setMemberMode(on.id, clientId, { set: n & 0x22 })),
    { weight: 8, arbitrary: named('a moment', fc.tuple(), () => undefined) },
  ),
  { maxLength: 80, size: 'max' },
);

/** The network state that an application gets which only hears: from results of `join` and from events. */
class Listener {
  readonly channels = new Map<Channel, Map<User, number>>();

  joined(channel: Channel): void {
    this.channels.set(channel, new Map([...channel.members.values()].map(({ user, mode }) => [user, mode])));
  }

  left(remaining: ReadonlySet<Channel>): void {
    for (const channel of this.channels.keys()) if (!remaining.has(channel)) this.channels.delete(channel);
  }

  hear(event: SessionEvent): void {
    switch (event.type) {
      case 'member-joined':
      case 'member-mode-changed':
        this.channels.get(event.channel)?.set(event.member.user, event.member.mode);
        break;
      case 'member-left':
        if (event.self) this.channels.delete(event.channel);
        else this.channels.get(event.channel)?.delete(event.user);
        break;
      default:
    }
  }
}

async function settle(network: ModelNetwork, session: SilcSession, running: Promise<unknown>[]) {
  network.holdsWhois = false;
  for (let round = 0; round < 3; round++) {
    network.answerWhois();
    await session.ping();
    await Promise.all(running.splice(0));
    await vi.advanceTimersByTimeAsync(SETTLED_MS);
    await session.ping();
  }
}

function compare(network: ModelNetwork, session: SilcSession, listener: Listener): void {
  const told = [...session.channels.values()].map(({ name }) => name).sort();
  expect(told).toEqual(network.joined.map(({ name }) => name).sort());
  expect(session.self).toMatchObject({ clientId: network.id(SELF), nickname: network.nickname(SELF) });
  for (const expected of network.joined) {
    const { id, name, topic, mode, userLimit } = expected;
    const found = session.channels.get(id);
    expect(found, `${name} by its newest ID`).toMatchObject({ id, name, topic, mode, userLimit });
    const members = [...(found?.members ?? [])].map(
      ([clientId, member]) => [clientId, member.user.clientId, member.user.nickname, member.mode] as const,
    );
    const wanted = [...expected.members].map(
      ([x, bits]) => [network.id(x), network.id(x), network.nickname(x), bits] as const,
    );
    expect(members.sort()).toEqual(wanted.sort());
    const heard =
      found && [...(listener.channels.get(found) ?? [])].map(([user, bits]) => [user.clientId, bits]);
    expect(heard?.sort()).toEqual(wanted.map(([clientId, , , bits]) => [clientId, bits]).sort());
  }
  expect(new Set(listener.channels.keys())).toEqual(new Set(session.channels.values()));
}

describe('the network state of a session', () => {
  it('and what its events tell are the model’s after any sequence of what a network does', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { session, server } = await scriptedSession();
        const network = new ModelNetwork(server);
        const listener = new Listener();
        session.subscribe((event) => listener.hear(event));
        const running: Promise<unknown>[] = [];
        const join = session.join.bind(session);
        session.join = async (name, options) => {
          const result = await join(name, options);
          if (result.channel === session.channels.get(result.channel.id)) listener.joined(result.channel);
          return result;
        };
        const leave = session.leave.bind(session);
        session.leave = async (id) => {
          await leave(id);
          listener.left(new Set(session.channels.values()));
        };
        await Promise.all([session.join('channel0'), session.join('channel1')]);
        for (const [name, step] of all) {
          const result = step(network, session);
          if (name.startsWith('own') && result instanceof Promise) {
            // Refusals are the server's right, and part of the game.
            running.push(result.catch((error: unknown) => expect(error).toBeInstanceOf(SilcError)));
          }
          if (name.startsWith('a moment')) await new Promise(setImmediate);
        }
        await settle(network, session, running);
        compare(network, session, listener);
        session.destroy();
      }),
      { numRuns: 150 },
    );
  });

  it('loses a channel that is left, joined and left again before the first answer, under whatever ID it has', async () => {
    const { session, server } = await scriptedSession();
    const network = new ModelNetwork(server);
    const { channel } = await session.join('channel0');
    const [left, joined] = [session.leave(channel.id), session.join('channel0')];
    network.renumber(0);
    await Promise.all([left, joined, session.leave(channel.id)]);
    expect(session.channels.size).toBe(0);
    expect(network.joined).toEqual([]);
    session.destroy();
  });
});
