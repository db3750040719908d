import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, SilcSession } from '../../../src/silc/client/types.js';
import { SilcError } from '../../../src/silc/errors.js';
import { keyPairNamed, nextEvent, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

const NAMES = ['ann', 'bob', 'cat', 'dan'] as const;
const ROOMS = ['red', 'green'] as const;

let world: SilcWorld;
let sessions: SilcSession[];
beforeAll(async () => {
  world = await startSilcWorld();
  sessions = await Promise.all(NAMES.map((name) => world.client(name)));
});
afterAll(() => world.close());

interface Step {
  readonly what: 'join' | 'leave' | 'kick' | 'nick' | 'topic' | 'mode' | 'member mode' | 'say' | 'back';
  readonly room: number;
  readonly number: number;
}

const what = fc.constantFrom<Step['what']>(
  ...([
    'join',
    'join',
    'join',
    'leave',
    'kick',
    'nick',
    'topic',
    'mode',
    'member mode',
    'say',
    'back',
  ] as const),
);
const step = fc.record({ what, room: fc.nat({ max: ROOMS.length - 1 }), number: fc.nat({ max: 63 }) });
/** What each of them does, one after the other; all at the same time. */
const plays = fc.tuple(...NAMES.map(() => fc.array(step, { maxLength: 12, size: 'max' })));

const at = <T>(list: readonly T[], n: number): T => list[n % list.length] ?? expect.unreachable();

/** Refusals are the server's right: somebody has kicked, or is nobody's founder. */
async function act(who: number, { what, room, number }: Step): Promise<void> {
  const session = at(sessions, who);
  const channel = session.channelByName(at(ROOMS, room));
  if (what === 'join') await session.join(at(ROOMS, room));
  else if (what === 'nick') await session.nick(`${at(NAMES, who)}${number}`);
  else if (what === 'back') await comeBack(who);
  else if (channel !== undefined) await actOn(session, channel, what, number);
}

async function actOn(session: SilcSession, { id, members }: Channel, what: Step['what'], number: number) {
  const { clientId } = at([...members.values()], number).user;
  if (what === 'leave') await session.leave(id);
  else if (what === 'kick') await session.kick(id, clientId);
  else if (what === 'topic') await session.setTopic(id, `topic ${number}`);
  else if (what === 'mode') await session.setChannelMode(id, { set: number & 0x13, clear: ~number & 0x13 });
  else if (what === 'member mode') await session.setMemberMode(id, clientId, { set: number & 0x22 });
  else await session.say(id, `words ${number}`);
}

/** Detached, and resumed over another connection. */
async function comeBack(who: number): Promise<void> {
  const name = at(NAMES, who);
  const resume = await at(sessions, who).detach();
  const session = await world.client(name, { resume, keyPair: keyPairNamed(name) });
  sessions[who] = session;
  await nextEvent(session, 'resumed');
}

const shown = ({ name, topic, mode, members }: Channel) => ({
  ...{ name, topic, mode },
  members: [...members.values()].map(({ user, mode }) => [user.clientId, user.nickname, mode]).sort(),
});

/** All that was sent before has arrived everywhere. */
async function settled(): Promise<void> {
  await Promise.all(sessions.map((session) => session.ping()));
}

describe('the network states of several sessions', () => {
  it('agree whatever all of them do at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(plays, async (lists) => {
        await Promise.all(
          lists.map(async (steps, who) => {
            for (const one of steps) {
              await act(who, one).catch((error: unknown) => expect(error).toBeInstanceOf(SilcError));
            }
          }),
        );
        await settled();
        for (const room of ROOMS) {
          const there = sessions.filter((session) => session.channelByName(room) !== undefined);
          const [first, ...others] = there.flatMap((session) => session.channelByName(room) ?? []).map(shown);
          for (const other of others) expect(other).toEqual(first);
          const everybody = there.map(({ self }) => [self.clientId, self.nickname]).sort();
          expect((first?.members ?? []).map(([id, nickname]) => [id, nickname])).toEqual(everybody);
        }
        for (const session of sessions) {
          for (const id of [...session.channels.keys()]) await session.leave(id);
        }
      }),
      { numRuns: 40 },
    );
  });
});
