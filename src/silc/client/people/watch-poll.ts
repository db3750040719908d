import { keyAttribute } from '../../attribute-signatures.js';
import { toHex } from '../../bytes.js';
import { commands, splitNickname } from '../../commands/index.js';
import type { WhoisReply } from '../../commands/whois.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { SilcCommandError } from '../../errors.js';
import { clientId, type ClientId } from '../../ids.js';
import { attributeList, AttributeType } from '../../packets/attributes.js';
import { encodePayload } from '../../packets/codec.js';
import { Status } from '../../status.js';
import type { SessionContext } from '../context.js';
import { MAX_NICKNAME, trimToLength } from '../limits.js';
import type { WatchedPerson, WatchTarget } from '../api/presence.js';

/** Polls the server for watched people, behind all other commands. */

const BACKGROUND = { priority: 'background', timeoutMs: 15_000 } as const;

/** A WHOIS with attributes makes silcd delay the next commands as after several others. */
const ATTRIBUTES_COST = 3;

/** Who has done nothing for so long is idle. */
const IDLE_SECONDS = 300;

/** Statuses that say that there is nobody. */
const nobody: readonly number[] = [
  Status.noSuchNick,
  Status.noSuchClientId,
  Status.noSuchPublicKey,
  Status.timedOut,
];

export interface PollContext extends Pick<SessionContext, 'queue'> {
  /** Told of each command before it waits for its turn, and for how many it counts. */
  readonly sending: (cost: number) => void;
}

/** All holders of a nickname; undefined when the server does not tell. */
export function pollNickname(
  context: PollContext,
  nickname: string,
): Promise<readonly WatchedPerson[] | undefined> {
  return asked(async () => {
    context.sending(1);
    const { values } = await context.queue.runList(commands.whois, () => ({ nickname }), BACKGROUND);
    return values.map(personOf);
  });
}

/**
 * Whoever is watched; undefined when the server does not tell.
 * @param withKey - looks for the nickname that a key was known as: the fingerprint
 */
export async function lookFor(
  context: PollContext,
  {
    target,
    found,
    nickname,
  }: { target: WatchTarget; found: readonly ClientId[]; nickname?: string | undefined },
  withKey?: string,
): Promise<readonly WatchedPerson[] | undefined> {
  if ('nickname' in target) return pollNickname(context, target.nickname);
  if (withKey === undefined || nickname === undefined) return pollKey(context, target.publicKey, found);
  return (await pollNickname(context, nickname))?.filter(({ fingerprint }) => fingerprint === withKey);
}

/**
 * Whoever has a key. Those seen before are looked up by GETKEY first, which answers at once also where an ID is unknown;
 * only without any of them the server is asked to search.
 */
function pollKey(
  context: PollContext,
  key: SilcPublicKey,
  known: readonly ClientId[],
): Promise<readonly WatchedPerson[] | undefined> {
  return asked(async () => {
    const found: WatchedPerson[] = [];
    for (const id of known) found.push(...(await pollId(context, id)));
    if (found.length > 0) return found;
    const attributes = encodePayload(attributeList, [keyAttribute(AttributeType.userPublicKey, key)]);
    context.sending(ATTRIBUTES_COST);
    const { values } = await context.queue.runList(commands.whois, () => ({ attributes }), BACKGROUND);
    return values.map(personOf);
  });
}

/** Those with these IDs, each once, by one command; undefined where the server does not tell of all of them. */
export async function pollIds(
  { queue, sending }: PollContext,
  ids: ReadonlySet<ClientId>,
): Promise<readonly WatchedPerson[] | undefined> {
  const people = await asked(async () => {
    sending(1);
    const { values } = await queue.runList(commands.whois, () => ({ ids: [...ids] }), BACKGROUND);
    return values.map(personOf);
  });
  const told = new Map(people?.map((person) => [person.clientId, person]));
  const wanted = [...ids].flatMap((id) => told.get(id) ?? []);
  return wanted.length === ids.size ? wanted : undefined;
}

/** Whether these IDs are there still: GETKEY answers at once also where one is unknown. Undefined: the server does not say. */
export async function areStill(
  { queue, sending }: PollContext,
  ids: readonly ClientId[],
): Promise<boolean | undefined> {
  try {
    for (const id of ids) {
      sending(1);
      await queue.run(commands.getkey, () => ({ id: clientId(id) }), BACKGROUND);
    }
    return true;
  } catch (error) {
    return isNobody(error) ? false : undefined;
  }
}

async function pollId({ queue, sending }: PollContext, id: ClientId): Promise<readonly WatchedPerson[]> {
  try {
    sending(1);
    await queue.run(commands.getkey, () => ({ id: clientId(id) }), BACKGROUND);
    sending(1);
    const reply = await queue.run(commands.whois, () => ({ ids: [id] }), BACKGROUND);
    return [personOf(reply)];
  } catch (error) {
    if (isNobody(error)) return [];
    throw error;
  }
}

async function asked(
  poll: () => Promise<readonly WatchedPerson[]>,
): Promise<readonly WatchedPerson[] | undefined> {
  try {
    return await poll();
  } catch (error) {
    return isNobody(error) ? [] : undefined;
  }
}

function isNobody(error: unknown): boolean {
  return error instanceof SilcCommandError && nobody.includes(error.status);
}

function personOf({ clientId: id, nickname, mode, fingerprint, idleSeconds }: WhoisReply): WatchedPerson {
  return {
    clientId: id,
    nickname: trimToLength(splitNickname(nickname).nickname, MAX_NICKNAME),
    mode: mode ?? 0,
    fingerprint: fingerprint?.length === 20 ? toHex(fingerprint) : undefined,
    idleSince: (idleSeconds ?? 0) < IDLE_SECONDS ? undefined : Date.now() - 1_000 * (idleSeconds ?? 0),
  };
}
