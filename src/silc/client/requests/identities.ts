import { commands, splitNickname, splitUser } from '../../commands/index.js';
import type { IdentifyReply, IdentifyRequest } from '../../commands/identify.js';
import { channelId, clientId, serverId } from '../../ids.js';
import type { SilcId, TypedId } from '../../ids.js';
import type { SessionContext } from '../context.js';
import { entries, found, foundInTime, ID_TIMEOUT_MS } from './found.js';
import type { IdentifyTarget, Identity, ServerInfo, ServerTarget } from '../api/lookup.js';
import { checkChannelName, checkCount, checkNickname, checkServerName } from '../names.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';

/** So long an ID that was not found is not asked for again. */
const NEGATIVE_MS = 60_000;
const MAX_NEGATIVE = 256;

type IdTarget = Extract<
  IdentifyTarget,
  { readonly clientId: unknown } | { readonly channelId: unknown } | { readonly serverId: unknown }
>;

/**
 * IDENTIFY, with one object a command: on a standalone silcd one that it does not know costs twelve seconds and the
 * answers for all others. Channels and servers it does not find by ID at all, so what the session
 * knows itself is not asked for.
 */
export class Identities {
  readonly #context: SessionContext;
  readonly #infoOf: (server: ServerTarget) => Promise<ServerInfo | undefined>;
  /** IDs that were not found lately, with the time until which that holds. */
  readonly #unknown = new LruMap<SilcId, number>(MAX_NEGATIVE);

  constructor(context: SessionContext, infoOf: (server: ServerTarget) => Promise<ServerInfo | undefined>) {
    this.#context = context;
    this.#infoOf = infoOf;
  }

  async find(target: IdentifyTarget, count: number | undefined): Promise<readonly Identity[]> {
    checkCount(count);
    if ('nickname' in target) {
      checkNickname(target.nickname);
      return this.#ask({ ...target, count }, 'client', count);
    }
    if ('channelName' in target) {
      checkChannelName(target.channelName);
      return this.#ask(target, 'channel');
    }
    if ('serverName' in target) {
      checkServerName(target.serverName);
      return this.#ask(target, 'server');
    }
    const known = await this.#known(target);
    if (known !== undefined) return known;
    const { id, typed, kind } = this.#idOf(target);
    if ((this.#unknown.peek(id) ?? -Infinity) > monotonicMs()) return [];
    const answer = await this.#ask({ ids: [typed] }, kind);
    const [identity] = answer;
    if (identity !== undefined) return [identity];
    this.#unknown.set(id, monotonicMs() + NEGATIVE_MS);
    return [];
  }

  async #known(target: IdTarget): Promise<readonly Identity[] | undefined> {
    if ('channelId' in target) {
      const channel = this.#context.network.channel(target.channelId);
      return channel && [{ kind: 'channel', channelId: channel.id, name: channel.name }];
    }
    if (!('serverId' in target) || target.serverId !== this.#context.serverId) return undefined;
    const info = await this.#infoOf(target);
    return info && [{ kind: 'server', serverId: info.serverId, name: info.name }];
  }

  #idOf(target: IdTarget): {
    readonly id: SilcId;
    readonly typed: TypedId;
    readonly kind: Identity['kind'];
  } {
    if ('clientId' in target) {
      const id = this.#context.network.currentId(target.clientId);
      return { id, typed: clientId(id), kind: 'client' };
    }
    if ('channelId' in target)
      return { id: target.channelId, typed: channelId(target.channelId), kind: 'channel' };
    return { id: target.serverId, typed: serverId(target.serverId), kind: 'server' };
  }

  /** What was found of the kind that was asked for. */
  async #ask(request: IdentifyRequest, kind: Identity['kind'], count?: number): Promise<readonly Identity[]> {
    const { queue } = this.#context;
    const asking = entries(queue.runList(commands.identify, () => request, { timeoutMs: ID_TIMEOUT_MS }));
    const answer = await (request.ids === undefined ? found(asking) : foundInTime(asking));
    const identities = (answer ?? []).flatMap(identityOf);
    return identities.filter((identity) => identity.kind === kind).slice(0, count);
  }
}

function identityOf({ id, name = '', info }: IdentifyReply): readonly Identity[] {
  switch (id.type) {
    case 1:
      return [{ kind: 'server', serverId: id.id, name }];
    case 2: {
      const { username, hostname } = splitUser(info ?? '');
      const user = { username: username === '' ? undefined : username, hostname };
      return [{ kind: 'client', clientId: id.id, ...splitNickname(name), ...user }];
    }
    case 3:
      return [{ kind: 'channel', channelId: id.id, name }];
    default:
      return [];
  }
}
