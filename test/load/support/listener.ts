import { nowMicros } from '../../../bench/gateway/clock.js';
import { dueOf } from '../../../bench/gateway/lines.js';
import { until } from '../../../bench/gateway/pacer.js';
import { attribute, type StanzaAt } from '../../../bench/gateway/scanner.js';
import { NS_MAM } from '../../../src/mapping/mam.js';
import { Samples } from '../../../bench/gateway/stats.js';

const [IQ, MESSAGE] = [0x69, 0x6d]; // i, m
const MAM = Buffer.from(NS_MAM);
/** When nothing has come for so long, what is missing is lost. */
const SILENCE_MS = 10_000;
const LIMIT_MS = 120_000;

/** What the Jabber users of a test get of one series of lines. */
export class Heard {
  readonly run: number;
  /** From the moment a line was due, milliseconds. */
  readonly latencies = new Samples();
  /** Copies that came behind a later line of the same speaker, or twice. */
  outOfOrder = 0;
  lastMs = 0;
  readonly #last = new Map<string, number>();

  constructor(run: number) {
    this.run = run;
  }

  get count(): number {
    return this.latencies.length;
  }

  /** @param pair speaker and listener */
  add(pair: string, dueMicros: number): void {
    if (dueMicros <= (this.#last.get(pair) ?? 0)) this.outOfOrder++;
    this.#last.set(pair, dueMicros);
    this.latencies.add((nowMicros() - dueMicros) / 1_000);
    this.lastMs = performance.now();
  }
}

/** Sorts what the gateway sends: lines by their series, errors. Latencies end when the read of this process is looked at. */
export class Listener {
  readonly #series: Heard[] = [];
  /** Errors that came back, by condition. */
  readonly errors = new Map<string, number>();
  /** Private messages that the gateway has told somebody to be lost. */
  toldLost = 0;
  /** Questions that were answered, errors included. */
  answered = 0;
  /** Lines out of the archive. */
  remembered = 0;
  /** Own presences: users who are in a room. */
  present = 0;

  /** A new series. */
  begin(): Heard {
    const heard = new Heard(this.#series.length + 1);
    this.#series.push(heard);
    return heard;
  }

  onStanza({ bytes, start, headEnd, end, body }: StanzaAt): void {
    if (bytes[start + 1] === MESSAGE && body === 0 && bytes.subarray(headEnd, end).includes(MAM)) {
      this.remembered++;
      return;
    }
    const head = bytes.toString('latin1', start, headEnd);
    if (bytes[start + 1] === IQ && attribute(head, 'type') !== 'get') this.answered++;
    if (attribute(head, 'type') === 'error') {
      const condition =
        /<([a-z-]+) [^>]*stanzas["']/.exec(bytes.toString('latin1', headEnd, end))?.[1] ?? head;
      this.errors.set(condition, (this.errors.get(condition) ?? 0) + 1);
    } else if (bytes[start + 1] !== MESSAGE) {
      if (/code=["']110["']/.test(bytes.toString('latin1', headEnd, end))) this.present++;
    } else if (body !== 0) {
      for (const heard of this.#series) {
        const due = dueOf(bytes, body, heard.run);
        if (Number.isNaN(due)) continue;
        heard.add(`${attribute(head, 'from')} ${attribute(head, 'to')}`, due);
        return;
      }
      const lost = /^\d+(?= private message)/.exec(bytes.toString('latin1', body, body + 64))?.[0];
      this.toldLost += Number(lost ?? 0);
    }
  }
}

/** Waits for so many copies, or until none come any more. */
export async function arrived(
  heard: () => { readonly count: number; readonly lastMs: number },
  copies: number,
): Promise<void> {
  const start = performance.now();
  const isOver = (): boolean =>
    heard().count >= copies || performance.now() - Math.max(start, heard().lastMs) > SILENCE_MS;
  await until(isOver, LIMIT_MS);
}
