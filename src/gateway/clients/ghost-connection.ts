import { randomUUID } from 'node:crypto';
import { StanzaError, xml } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { monotonicMs } from '../../util/clock.js';
import { delay } from '../../util/race.js';
import type { GatewayContext } from '../context.js';

/** Pings of a round. Each goes to the server twice and comes back twice: a server that shares out stanzas by chance hides none. */
const PINGS = 6;
const ANSWER_MS = 3_000;
const PAUSE_MS = 1_000;
/** Rounds without any answer after which the server counts as one that brings us nothing of our own. */
const MUTE_ROUNDS = 3;
/** TCP has found out by then. */
const LONGEST_MS = 600_000;

/**
 * Waits until the Jabber server has noticed that our connection before this one is dead. ejabberd and Openfire take a second
 * connection beside it and share out what comes for us among the two: half of it would be lost. A ping to ourselves that goes
 * that way is not answered; it also makes the dead connection break, when there is a network again.
 */
export async function ghostGone(context: GatewayContext, signal: AbortSignal): Promise<void> {
  const end = monotonicMs() + LONGEST_MS;
  let mute = 0;
  while (monotonicMs() < end && mute < MUTE_ROUNDS && !signal.aborted) {
    const answers = await Promise.all(Array.from({ length: PINGS }, () => pingSelf(context)));
    if (!answers.includes(false)) return;
    mute = answers.includes(true) ? 0 : mute + 1;
    await delay(PAUSE_MS, signal).catch(() => undefined);
  }
}

async function pingSelf(context: GatewayContext): Promise<boolean> {
  const { domain } = context;
  // Some servers share out by the address of the sender.
  const from = `${randomUUID()}@${domain}`;
  const ping = xml('iq', { type: 'get', from, to: domain }, xml('ping', { xmlns: Namespace.ping }));
  try {
    await context.request(ping, ANSWER_MS);
    return true;
  } catch (error) {
    return error instanceof StanzaError;
  }
}
