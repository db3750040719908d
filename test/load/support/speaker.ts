import { nowMicros } from '../../../bench/gateway/clock.js';
import { dueOfText, line } from '../../../bench/gateway/lines.js';
import { pace } from '../../../bench/gateway/pacer.js';
import { Samples, type Spread } from '../../../bench/gateway/stats.js';
import { connectSession } from '../../../src/silc/client/connect.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../../src/silc/crypto/key-pair.js';
import { Semaphore } from '../../../src/util/semaphore.js';

/*
 * One SILC user in a process of its own: `speaker PORT NICKNAME [CHANNEL]`. Says `{ ready: true }`, and carries out one
 * order after the other.
 */

/** Begins to count what is heard of a series; answered at once, as is the question after it. */
export type HearOrder = { readonly listen: number } | { readonly heard: true };

/** So many lines, as fast as that; to the channel, or to the user with a nickname. */
export interface SpeakOrder {
  /** Number of the series that the lines belong to. */
  readonly run: number;
  readonly count: number;
  readonly perSecond: number;
  /** Follows each line. */
  readonly tail?: { readonly text: string; readonly repeated: number };
  readonly to?: string;
}

export type SpeakerAnswer =
  { readonly ready: true } | { readonly spoken: number } | { readonly heard: Spread };

/** Lines that are on their way to the server at a time: more would find no room. */
const WINDOW = 500;

const [port = '0', nickname = '', channelName = ''] = process.argv.slice(2);

const session = await connectSession({
  host: '127.0.0.1',
  port: Number(port),
  keyPair: await generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN: nickname, HN: 'load' } }),
  nickname,
  username: nickname,
  verifyServerKey: () => true,
});
const joined = channelName === '' ? undefined : await session.join(channelName);

let run = 0;
let latencies = new Samples();
session.subscribe((event) => {
  if (event.type !== 'channel-message') return;
  const due = dueOfText(event.message.text ?? '', run);
  if (!Number.isNaN(due)) latencies.add((nowMicros() - due) / 1_000);
});

async function speak({ run, count, perSecond, tail, to }: SpeakOrder): Promise<SpeakerAnswer> {
  const [person] = to === undefined ? [] : await session.whois(to);
  const rest = tail === undefined ? '' : tail.text.repeat(tail.repeated);
  let spoken = 0;
  const pending: Promise<void>[] = [];
  const window = new Semaphore(WINDOW);
  // A busy server is waited for, in the order of the lines.
  const send = (say: () => Promise<unknown>): void => {
    const counted = window.run(say).then(() => {
      spoken++;
    });
    pending.push(counted.catch(() => undefined));
  };
  await pace({
    count,
    perSecond,
    due: (_, dueMicros) => {
      const text = line(run, dueMicros) + rest;
      if (person !== undefined) send(() => session.tell(person.user.clientId, text));
      else if (joined !== undefined) send(() => session.say(joined.channel.id, text));
    },
  });
  await Promise.all(pending);
  return { spoken };
}

function answer(message: SpeakerAnswer): void {
  process.send?.(message);
}

process.on('message', (order: SpeakOrder | HearOrder) => {
  if ('listen' in order) {
    run = order.listen;
    latencies = new Samples();
    answer({ ready: true });
  } else if ('heard' in order) answer({ heard: latencies.spread() });
  else void speak(order).then(answer);
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
answer({ ready: true });
