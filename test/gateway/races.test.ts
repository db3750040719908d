import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Element } from '../../src/component/types.js';
import { Status } from '../../src/silc/status.js';
import { someone } from './support/fake-silc.js';
import { testConfig, World } from './support/world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const CLIENTS = ['alice@jabber.test/phone', 'alice@jabber.test/desk', 'carol@jabber.test/x'] as const;
const ROOMS = ['one', 'two'] as const;

const client = fc.constantFrom(...CLIENTS);
const room = fc.constantFrom(...ROOMS);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('join' as const), client, room }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('leave' as const), client, room }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('say' as const), client, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('tell' as const), client }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('bounce' as const), client, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kick' as const), room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reattach' as const), gone: client }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hold' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refuse' as const), room, is: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 5, 600, 2_500, 31_000, 61_000),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does what a step says to a world; all that waits for no clock may go on between two steps, or not. */
class Player {
  readonly world: World;
  readonly sent: Element[] = [];
  readonly joins = new Map<string, number>();
  readonly said: string[] = [];
  #open: () => void = () => undefined;

  constructor(world: World) {
    this.world = world;
  }

  async play(step: Step): Promise<void> {
    const { link, silc } = this.world;
    const mine = () => silc.sessions.filter(({ state }) => state === 'ready');
    switch (step.kind) {
      case 'join': {
        const nick = step.client.slice(0, 5);
        const key = `${step.client} ${step.room}`;
        this.joins.set(key, (this.joins.get(key) ?? 0) + 1);
        link.receive(
          `<presence from='${step.client}' to='${step.room}@gw.test/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
        );
        return;
      }
      case 'leave':
        link.receive(`<presence from='${step.client}' to='${step.room}@gw.test/x' type='unavailable'/>`);
        return;
      case 'say':
        this.#message(step.client, `${step.room}@gw.test`, 'groupchat');
        return;
      case 'tell':
        this.#message(step.client, 'bob!@gw.test', 'chat');
        return;
      case 'bounce':
        link.receive(
          `<message from='${step.client}' to='${step.room}@gw.test/bob' type='error'><error><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
        );
        return;
      case 'lose':
        mine()[0]?.lose();
        return;
      case 'kick': {
        // The engine tells nothing of a channel before whoever joined it has it.
        await vi.advanceTimersByTimeAsync(0);
        const channel = silc.channels.get(step.room);
        const victim = mine().find(({ channels }) => channel !== undefined && channels.has(channel.id));
        if (channel !== undefined && victim !== undefined) {
          silc.exit(channel, victim.self, { kind: 'kicked', comment: undefined, by: undefined });
        }
        return;
      }
      case 'reattach':
        link.gone.clear();
        link.gone.add(step.gone);
        link.reattach();
        return;
      case 'hold':
        this.#open();
        silc.gate = new Promise((resolve) => (this.#open = resolve));
        return;
      case 'release':
        this.release();
        return;
      case 'refuse':
        if (step.is) silc.refuse.set(step.room, Status.channelIsFull);
        else silc.refuse.delete(step.room);
        return;
      case 'wait':
        await vi.advanceTimersByTimeAsync(step.ms);
        this.sent.push(...link.take());
    }
  }

  release(): void {
    this.#open();
    this.world.silc.gate = Promise.resolve();
  }

  #message(from: string, to: string, type: string): void {
    const id = `m${this.said.length}`;
    this.said.push(id);
    this.world.link.receive(
      `<message from='${from}' to='${to}' type='${type}' id='${id}'><body>${id}</body></message>`,
    );
  }
}

const isFor = (stanza: Element, full: string, name: string): boolean =>
  stanza.attrs.to === full && stanza.attrs.from?.startsWith(`${name}@gw.test`) === true;
const hasCode = (stanza: Element, code: string): boolean =>
  stanza
    .getChild('x')
    ?.getChildren('status')
    .some(({ attrs }) => attrs.code === code) === true;

describe('whatever the order of joins, leaves, messages, broken links and kicks', () => {
  it('every join and message has its one fate, nothing of SILC stays without its user, and nothing is left in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
        vi.clearAllTimers();
        const world = await World.start(
          testConfig({ access: { allow: ['jabber.test'], deny: [], admins: [] } }),
        );
        world.silc.people.push(someone('Bob'));
        const player = new Player(world);
        for (const step of steps) await player.play(step);
        player.release();
        // Whatever is mended or given up is so by then.
        await vi.advanceTimersByTimeAsync(400_000);

        // Who is on a channel of SILC has a client in the room, and the other way round.
        const onChannels = world.silc.sessions
          .filter(({ state }) => state === 'ready')
          .reduce((sum, session) => sum + session.channels.size, 0);
        expect(onChannels).toBe(world.gauges.rooms);

        for (const from of CLIENTS) {
          for (const name of ROOMS) {
            world.link.receive(`<presence from='${from}' to='${name}@gw.test/x' type='unavailable'/>`);
          }
        }
        await vi.advanceTimersByTimeAsync(1_000_000);
        player.sent.push(...world.link.take());
        for (const [key, count] of player.joins) {
          const [full = '', name = ''] = key.split(' ');
          const answers = player.sent.filter(
            (stanza) =>
              stanza.name === 'presence' &&
              isFor(stanza, full, name) &&
              (stanza.attrs.type === 'error' || hasCode(stanza, '110')),
          );
          // Joins of one client at the same time have one answer.
          expect(answers.length).toBeGreaterThanOrEqual(Math.min(count, 1));
        }
        // Every message went to SILC once, or came back once.
        const log = world.silc.sessions.flatMap((session) => session.log);
        const fates = player.said.map(
          (id) =>
            log.filter((line) => line.endsWith(` ${id}`)).length +
            player.sent.filter(({ attrs }) => attrs.id === id && attrs.type === 'error').length,
        );
        expect(fates).toEqual(player.said.map(() => 1));
        expect(world.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
        expect(world.silc.sessions.filter(({ state }) => state !== 'closed')).toEqual([]);
        expect(vi.getTimerCount()).toBe(0);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: Number(process.env['RACE_RUNS'] ?? 50) },
    );
  });
});
