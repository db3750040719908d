import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../bench/gateway/pacer.js';
import type { Spread } from '../../bench/gateway/stats.js';
import type { Heard } from './support/listener.js';
import { LoadWorld } from './support/load-world.js';

/*
 * A flooder and a crowd slow themselves only. Loss and order are held; how late things are is printed, since it depends on
 * the machine. What is aimed at: every line of a bystander within 250 ms, the event loop never away for 100 ms.
 */

const CROWD = 60;
const BYSTANDERS = 10;
/** Speech of the bystanders' room: from SILC, and from one of themselves, lines a second. */
const [FROM_SILC, FROM_JABBER] = [20, 10];
/** Nothing came for so long: what is missing is lost. */
const SILENCE_MS = 10_000;

let world: LoadWorld;
beforeEach(async ({ onTestFailed }) => {
  world = await LoadWorld.start(CROWD + BYSTANDERS);
  onTestFailed(() => console.log(world.log));
});
afterEach(() => world.close());

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** Waits for so many copies. */
async function arrived(heard: Heard, copies: number): Promise<void> {
  const start = performance.now();
  const isOver = (): boolean =>
    heard.count + world.listener.toldLost >= copies ||
    performance.now() - Math.max(start, heard.lastMs) > SILENCE_MS;
  await until(isOver, 120_000);
}

interface Flood {
  readonly heard: Heard;
  readonly copies: number;
}

/**
 * Bystanders talk for some seconds while the flood goes on; all must arrive, in order.
 * @returns the flood when it is over, and how many stanzas the gateway has dropped
 */
async function bystandersDuring(
  title: string,
  options: { readonly network: number; readonly seconds: number },
  flood: () => Promise<Flood>,
): Promise<Flood & { readonly dropped: number }> {
  const room = world.room('quiet', options.network);
  await world.join(room, CROWD, CROWD + BYSTANDERS);
  const speaker = await world.speaker('bystander', 'quiet', options.network);
  const witness = await world.speaker('witness', 'quiet', options.network);
  const [fromSilc, fromJabber] = [world.listener.begin(), world.listener.begin()];
  await witness.listen(fromSilc.run);
  await world.gauges();
  let lagMs = 0;
  const watch = setInterval(() => {
    void world.gauges().then((gauges) => (lagMs = Math.max(lagMs, gauges.lagMs)));
  }, 1_000);
  const series = (heard: Heard, perSecond: number) => ({
    run: heard.run,
    perSecond,
    count: perSecond * options.seconds,
  });
  const [spoken, , { heard, copies }] = await Promise.all([
    speaker.speak(series(fromSilc, FROM_SILC)),
    world.say(CROWD, room, series(fromJabber, FROM_JABBER)),
    flood(),
  ]);
  await arrived(heard, copies);
  const wanted = [
    { name: 'from SILC', series: fromSilc, copies: FROM_SILC * options.seconds * BYSTANDERS },
    { name: 'from Jabber', series: fromJabber, copies: FROM_JABBER * options.seconds * BYSTANDERS },
  ];
  for (const one of wanted) await arrived(one.series, one.copies);
  clearInterval(watch);
  const { lagMs: last, dropped } = await world.gauges();
  const described = ({ count, p50, p99, max }: Spread): string =>
    `${count} copies, p50 ${ms(p50)}, p99 ${ms(p99)}, at most ${ms(max)}`;
  const figures = [
    `loop lag at most ${ms(Math.max(lagMs, last))}; ${dropped} stanzas dropped`,
    ...wanted.map(({ name, series }) => `${name}: ${described(series.latencies.spread())}`),
    `from SILC to a SILC user: ${described(await witness.heard())}`,
    `the flood: ${described(heard.latencies.spread())}`,
  ];
  console.log(`${title}\n  ${figures.join('\n  ')}`);

  expect(spoken).toBe(FROM_SILC * options.seconds);
  for (const { series, copies } of wanted) {
    expect(series.count).toBe(copies);
    expect(series.outOfOrder).toBe(0);
  }
  expect(heard.outOfOrder).toBe(0);
  expect(Object.fromEntries(world.listener.errors)).toEqual({});
  return { heard, copies, dropped };
}

/** A crowd in one room, and a SILC user who says so much there. */
async function crowdedFlood(
  order: { readonly count: number; readonly perSecond: number },
  tail?: { readonly text: string; readonly repeated: number },
): Promise<() => Promise<Flood>> {
  await world.join(world.room('crowded'), 0, CROWD);
  const flooder = await world.speaker('flooder', 'crowded');
  const heard = world.listener.begin();
  return async () => {
    const spoken = await flooder.speak({ run: heard.run, ...order, ...(tail && { tail }) });
    return { heard, copies: spoken * CROWD };
  };
}

describe('bystanders lose nothing', () => {
  it('while one SILC user says 3,000 lines to 60 users in two seconds', async () => {
    const flood = await crowdedFlood({ count: 3_000, perSecond: 1_500 });
    const title = '3,000 lines to 60 users';
    const { heard, copies, dropped } = await bystandersDuring(title, { network: 0, seconds: 10 }, flood);
    expect({ count: heard.count, dropped }).toEqual({ count: copies, dropped: 0 });
  });

  it('while one SILC user says six lines of 52,000 ampersands to 60 users', async () => {
    const flood = await crowdedFlood({ count: 6, perSecond: 6 }, { text: '&', repeated: 52_000 });
    const title = '6 lines of 52,000 ampersands to 60 users';
    const { heard, copies, dropped } = await bystandersDuring(title, { network: 0, seconds: 5 }, flood);
    expect({ count: heard.count, dropped }).toEqual({ count: copies, dropped: 0 });
  });

  it('on another network while one user gets 20,000 private messages', async () => {
    await world.join(world.room('lounge'), 0, 1);
    const flooder = await world.speaker('flooder');
    const heard = world.listener.begin();
    const flood = async (): Promise<Flood> => {
      const spoken = await flooder.speak({ run: heard.run, count: 20_000, perSecond: 10_000, to: 'n0' });
      return { heard, copies: spoken };
    };
    const title = '20,000 private messages to one user';
    const { copies, dropped } = await bystandersDuring(title, { network: 1, seconds: 6 }, flood);
    // What came before it was known who writes may have been too much; the user is told how much that was.
    expect(heard.count + dropped).toBe(copies);
    expect(world.listener.toldLost).toBe(dropped);
  });
});
