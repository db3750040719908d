import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import type { ChannelId } from '../../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../../../src/silc/modes.js';
import { connectTcp } from '../../../../src/silc/tcp.js';
import { lagging } from '../../../support/lagging-stream.js';
import { nextEvent, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld;
let alice: SilcSession;
let bob: SilcSession;
let carol: SilcSession;
let channel: ChannelId;

/** Alice is founder, bob operator, carol a plain member. */
beforeAll(async () => {
  world = await startSilcWorld();
  [alice, bob, carol] = [await world.client('alice'), await world.client('bob'), await world.client('carol')];
  channel = (await alice.join('room')).channel.id;
  await bob.join('room');
  await carol.join('room');
  const risen = nextEvent(bob, 'member-mode-changed');
  await alice.setMemberMode(channel, bob.self.clientId, { set: ChannelUserMode.operator });
  await risen;
});
afterAll(() => world.close());

const { topic, invite, private: hidden, secret, passphrase, userLimit, silenceUsers } = ChannelMode;

/** Bits of alice, and bits of bob: neither may take back what the other does at the same time. */
const own = { alice: [topic, silenceUsers, passphrase], bob: [hidden, secret, invite, userLimit] } as const;
const step = (bits: readonly number[]) =>
  fc.record({ bit: fc.constantFrom(...bits), on: fc.boolean(), wait: fc.nat({ max: 3 }) });
type Step = { readonly bit: number; readonly on: boolean; readonly wait: number };

async function play(session: SilcSession, steps: readonly Step[]): Promise<void> {
  for (const { bit, on, wait } of steps) {
    for (let n = 0; n < wait; n++) await new Promise(setImmediate);
    const argument =
      bit === userLimit ? { userLimit: 9 } : bit === passphrase ? { passphrase: 'secret' } : {};
    await session.setChannelMode(channel, on ? { set: bit, ...argument } : { clear: bit });
  }
}

/** What is left when each of the two only ever changes bits of its own. */
const model = (before: number, steps: readonly Step[]): number =>
  steps.reduce((mode, { bit, on }) => (on ? mode | bit : mode & ~bit), before);

describe('masks that several people change at the same time', () => {
  it('end as if everybody had changed only the own bits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step(own.alice), { maxLength: 1 }),
        fc.array(step(own.bob), { maxLength: 1 }),
        async (hers, his) => {
          const before = (await alice.channelControl.settings(channel)).mode;
          await Promise.all([play(alice, hers), play(bob, his)]);
          const { mode } = await alice.channelControl.settings(channel);
          expect(mode).toBe(model(model(before, hers), his));
          await bob.ping();
          expect(bob.channels.get(channel)?.mode).toBe(mode);
        },
      ),
      { numRuns: 150 },
    );
  });

  const { quiet, operator } = ChannelUserMode;
  const changes = fc.tuple(fc.boolean(), fc.boolean());
  const change = (bit: number, on: boolean) => (on ? { set: bit } : { clear: bit });

  it('of a member likewise', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async ([silent, risen]) => {
        const { clientId } = carol.self;
        await Promise.all([
          alice.setMemberMode(channel, clientId, change(quiet, silent)),
          bob.setMemberMode(channel, clientId, change(operator, risen)),
        ]);
        await alice.ping();
        const mode = alice.channels.get(channel)?.members.get(clientId)?.mode;
        expect(mode).toBe((silent ? quiet : 0) | (risen ? operator : 0));
      }),
      { numRuns: 50 },
    );
  });

  it('of a member also by sessions that share, while the one who leads is behind', async () => {
    await alice.setChannelMode(channel, { clear: passphrase | invite | userLimit });
    const sharing = new SessionSharing();
    const stream = await connectTcp(world.host, world.port, AbortSignal.timeout(20_000));
    const dora = await world.client('dora', { sharing, stream: lagging(stream, 1, 40) });
    const [eve, fay] = [await world.client('eve', { sharing }), await world.client('fay', { sharing })];
    for (const session of [dora, eve, fay]) await session.join('room');
    for (const { self } of [eve, fay]) {
      await alice.ping();
      await alice.setMemberMode(channel, self.clientId, { set: operator });
    }
    await Promise.all([eve, fay].map((session) => session.ping()));
    expect([dora, eve, fay].map((session) => session.leads(channel))).toEqual([true, false, false]);
    const { clientId } = carol.self;
    await fc.assert(
      fc.asyncProperty(changes, async ([silent, risen]) => {
        await Promise.all([
          eve.setMemberMode(channel, clientId, change(quiet, silent)),
          fay.setMemberMode(channel, clientId, change(operator, risen)),
        ]);
        await carol.ping();
        const mode = carol.channels.get(channel)?.members.get(clientId)?.mode;
        expect(mode).toBe((silent ? quiet : 0) | (risen ? operator : 0));
      }),
      { numRuns: 50 },
    );
  });
});
