import { expect } from 'vitest';
import type { Spread } from '../../../bench/gateway/stats.js';
import { arrived, type Heard } from './listener.js';
import type { LoadWorld, Speaker } from './load-world.js';

const CHANNEL = 'quiet';
/** What is said in their room, lines a second. */
const [FROM_SILC, FROM_JABBER] = [20, 10];

const ms = (value: number): string => `${value.toFixed(0)} ms`;

export const described = ({ count, p50, p99, max }: Spread): string =>
  `${count} copies, p50 ${ms(p50)}, p99 ${ms(p99)}, at most ${ms(max)}`;

/** Jabber users in a room with two SILC users, of whom one talks and the other listens. */
export class Bystanders {
  readonly #world: LoadWorld;
  readonly #network: number;
  readonly #users: { readonly from: number; readonly to: number };
  readonly #speaker: Speaker;
  readonly #witness: Speaker;
  readonly #fromSilc: Heard;
  readonly #fromJabber: Heard;
  #seconds = 0;
  #spoken = 0;

  private constructor(
    world: LoadWorld,
    network: number,
    users: { readonly from: number; readonly to: number },
    [speaker, witness]: readonly [Speaker, Speaker],
  ) {
    this.#world = world;
    this.#network = network;
    this.#users = users;
    this.#speaker = speaker;
    this.#witness = witness;
    this.#fromSilc = world.listener.begin();
    this.#fromJabber = world.listener.begin();
  }

  /** Users `from` to `to`, without the last. @param network 0 or 1 */
  static async gather(
    world: LoadWorld,
    network: number,
    users: { readonly from: number; readonly to: number },
  ): Promise<Bystanders> {
    await world.join(world.room(CHANNEL, network), users.from, users.to);
    const speaker = await world.speaker(`bystander${network}`, CHANNEL, network);
    const witness = await world.speaker(`witness${network}`, CHANNEL, network);
    const made = new Bystanders(world, network, users, [speaker, witness]);
    await witness.listen(made.#fromSilc.run);
    return made;
  }

  /** They talk for so many seconds. */
  async talk(seconds: number): Promise<void> {
    this.#seconds = seconds;
    const room = this.#world.room(CHANNEL, this.#network);
    const series = ({ run }: Heard, perSecond: number) => ({ run, perSecond, count: perSecond * seconds });
    const [spoken] = await Promise.all([
      this.#speaker.speak(series(this.#fromSilc, FROM_SILC)),
      this.#world.say(this.#users.from, room, series(this.#fromJabber, FROM_JABBER)),
    ]);
    this.#spoken = spoken;
  }

  /** Waits for what was said. */
  async arrived(): Promise<void> {
    for (const { heard, copies } of this.#wanted) await arrived(() => heard, copies);
  }

  /** How late it was. What the witness heard has come past the gateway: so late was the SILC server. */
  async figures(): Promise<readonly string[]> {
    const where = this.#network === 0 ? '' : ', on another server';
    return [
      `from SILC${where}: ${described(this.#fromSilc.latencies.spread())}`,
      `  the same to a SILC user: ${described(await this.#witness.heard())}`,
      `from Jabber${where}: ${described(this.#fromJabber.latencies.spread())}`,
    ];
  }

  /** Milliseconds by which half of the lines were late, the SILC server's part taken off. */
  async medians(): Promise<readonly number[]> {
    const { p50 } = await this.#witness.heard();
    const [fromSilc, fromJabber] = [this.#fromSilc, this.#fromJabber].map((heard) =>
      heard.latencies.spread(),
    );
    return [(fromSilc?.p50 ?? Number.NaN) - (Number.isNaN(p50) ? 0 : p50), fromJabber?.p50 ?? Number.NaN];
  }

  /** Nothing is lost, and all is in order. */
  check(): void {
    expect(this.#spoken).toBe(FROM_SILC * this.#seconds);
    for (const { heard, copies } of this.#wanted) {
      expect({ count: heard.count, outOfOrder: heard.outOfOrder }).toEqual({ count: copies, outOfOrder: 0 });
    }
  }

  get #wanted(): readonly { readonly heard: Heard; readonly copies: number }[] {
    const listeners = this.#seconds * (this.#users.to - this.#users.from);
    return [
      { heard: this.#fromSilc, copies: FROM_SILC * listeners },
      { heard: this.#fromJabber, copies: FROM_JABBER * listeners },
    ];
  }
}
