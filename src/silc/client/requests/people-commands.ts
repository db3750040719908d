import { commands } from '../../commands/index.js';
import type { ListReply } from '../../commands/list.js';
import type { WhoisReply } from '../../commands/whois.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { SilcCommandError, SilcError } from '../../errors.js';
import { clientId } from '../../ids.js';
import type { ClientId } from '../../ids.js';
import { Status } from '../../status.js';
import { readAnswer, requestOf } from '../people/answered-attributes.js';
import { maskOf } from '../channels/channel-commands.js';
import type { SessionContext } from '../context.js';
import { entries, found, ID_TIMEOUT_MS } from './found.js';
import { checkCount, checkNickname } from '../names.js';
import { announceName } from '../notifies.js';
import type { ListedChannel, WhoisByIdOptions, WhoisOptions, WhoisResult } from '../api/network.js';
import { decodeKeyPayload, matchesFingerprint } from '../messages/signatures.js';
import { monotonicMs } from '../../../util/clock.js';

/** silcd's marker for the hidden topic of a private channel. */
const HIDDEN_TOPIC = '*private*';

/** A client is asked for its attributes, and waited for, before WHOIS is answered. */
const ATTRIBUTES_TIMEOUT_MS = 20_000;

/** Statuses that say that there is nobody. TIMEDOUT is what a standalone silcd says of IDs that it does not know. */
const nobody: readonly number[] = [Status.noSuchNick, Status.noSuchClientId, Status.timedOut];

export async function whois(
  context: SessionContext,
  nickname: string,
  options: WhoisOptions,
): Promise<readonly WhoisResult[]> {
  checkNickname(nickname);
  const { count } = options;
  checkCount(count);
  const attributes = requestOf(options);
  try {
    const asking = context.queue.runList(commands.whois, () => ({ nickname, count, attributes }));
    // silcd may give one more than were asked for.
    return (await entries(asking)).slice(0, count).map((reply) => whoisResult(context, reply));
  } catch (error) {
    if (isNobody(error)) return [];
    throw error;
  }
}

/** Whoever has a key. The key is one of the requested attributes; so those are answered too, asked for or not. */
export async function whoisByKey(
  context: SessionContext,
  publicKey: SilcPublicKey,
  options: WhoisOptions,
): Promise<readonly WhoisResult[]> {
  const { count } = options;
  checkCount(count);
  const attributes = requestOf(options, publicKey);
  const asking = context.queue.runList(commands.whois, () => ({ count, attributes }));
  const replies = (await found(entries(asking))) ?? [];
  return replies.slice(0, count).map((reply) => {
    const { user, channels, ...rest } = whoisResult(context, reply);
    return options.attributes === undefined ? { user, channels } : { user, channels, ...rest };
  });
}

/** WHOIS of single IDs; who asks for the same of one ID at the same time shares the answer. */
export class WhoisById {
  readonly #context: SessionContext;
  /** By ID and what is asked for. */
  readonly #running = new Map<string, Promise<WhoisResult | undefined>>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  ask(user: ClientId, options: WhoisByIdOptions = {}): Promise<WhoisResult | undefined> {
    const id = this.#context.network.currentId(user);
    if (this.#context.resolver.isUnknown(id)) return Promise.resolve(undefined);
    const name = options.attributes === undefined ? id : `${id} ${String(options.attributes)}`;
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const asking = this.#ask(id, options).finally(() => this.#running.delete(name));
    this.#running.set(name, asking);
    return asking;
  }

  async #ask(id: ClientId, options: WhoisByIdOptions): Promise<WhoisResult | undefined> {
    const { queue, resolver } = this.#context;
    const attributes = requestOf(options);
    // The server waits for the user's client before it answers for it.
    const timeoutMs = attributes === undefined ? ID_TIMEOUT_MS : ATTRIBUTES_TIMEOUT_MS;
    const { priority = 'user' } = options;
    try {
      const reply = await queue.run(commands.whois, () => ({ ids: [id], attributes }), {
        timeoutMs,
        priority,
      });
      return whoisResult(this.#context, reply);
    } catch (error) {
      const silent = error instanceof SilcError && error.code === 'timeout';
      if (!silent && !isNobody(error)) throw error;
      // Who lets the server wait for attributes is there.
      if (!silent || attributes === undefined) resolver.markUnknown(id);
      return undefined;
    }
  }
}

export async function list(context: SessionContext): Promise<readonly ListedChannel[]> {
  const channels = await entries(context.queue.runList(commands.list, () => ({})));
  return channels.flatMap(listedChannel);
}

/** One channel of the list, if it is one: a plain OK of an empty network is none. */
export function listedChannel({ channelId, name, topic, users }: ListReply): readonly ListedChannel[] {
  if (channelId === undefined || name === undefined) return [];
  return [{ id: channelId, name, topic: topic === HIDDEN_TOPIC ? undefined : topic, users: users ?? 0 }];
}

export async function serverInfo(
  context: SessionContext,
): Promise<{ readonly name: string; readonly text: string }> {
  const { name, text } = await context.queue.run(commands.info, () => ({}));
  return { name, text: text ?? '' };
}

export async function motd(context: SessionContext): Promise<string> {
  const { name } = await serverInfo(context);
  const reply = await context.queue.run(commands.motd, () => ({ serverName: name }));
  return reply.motd ?? '';
}

export async function getKey(context: SessionContext, user: ClientId): Promise<SilcPublicKey | undefined> {
  const { queue, network, backend } = context;
  const reply = await queue.run(commands.getkey, () => ({ id: clientId(network.currentId(user)) }));
  if (reply.publicKey === undefined) return undefined;
  const key = decodeKeyPayload(reply.publicKey);
  const expected = network.users.get(user)?.fingerprint;
  if (expected !== undefined && !matchesFingerprint(backend, key, expected)) {
    throw new SilcError('authentication', 'the public key has another fingerprint than its owner');
  }
  return key;
}

/** Changes bits of the own mode; the complete mask goes out. */
export async function setUserMode(
  context: SessionContext,
  change: { set?: number; clear?: number },
): Promise<void> {
  const { queue, network } = context;
  const { self } = network;
  const { set = 0, clear = 0 } = change;
  const onReply = ({ mode }: { mode: number }): void => {
    self.mode = mode;
  };
  const request = (): { clientId: ClientId; mode: number } => ({
    clientId: self.clientId,
    mode: maskOf(((self.mode ?? 0) & ~clear) | set),
  });
  const guessed = self.mode === undefined;
  try {
    await queue.run(commands.umode, request, { onReply });
  } catch (error) {
    // A new client has no modes, except those that the server gave it and lets nobody take away: then it has to be asked.
    const refused = error instanceof SilcCommandError && error.status === Status.permDenied;
    if (!guessed || !refused) throw error;
    await queue.run(commands.umode, () => ({ clientId: self.clientId }), { onReply });
    await queue.run(commands.umode, request, { onReply });
  }
}

export async function ping(context: SessionContext): Promise<number> {
  let start = monotonicMs();
  await context.queue.run(commands.ping, () => {
    start = monotonicMs();
    return { serverId: context.serverId };
  });
  return monotonicMs() - start;
}

function whoisResult(context: SessionContext, reply: WhoisReply): WhoisResult {
  const user = context.network.users.ensure(reply.clientId);
  user.update(reply);
  announceName(context, user);
  const { attributes, channelUserModes = [] } = reply;
  const channels = (reply.channels ?? []).map(({ name, channelId, mode }, i) => ({
    name,
    id: channelId,
    mode,
    memberMode: channelUserModes[i],
  }));
  if (attributes === undefined) return { user, channels };
  const { backend, connection } = context;
  const serverKey = connection.exchange.peerPublicKey;
  const { fingerprint } = user;
  return { user, channels, attributes: readAnswer(attributes, { backend, serverKey, fingerprint }) };
}

function isNobody(error: unknown): boolean {
  return error instanceof SilcCommandError && nobody.includes(error.status);
}
