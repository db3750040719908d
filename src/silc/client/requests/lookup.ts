import { commands, splitNickname, splitUser } from '../../commands/index.js';
import type { Command } from '../../commands/index.js';
import type { InfoReply } from '../../commands/info.js';
import type { Statistics } from '../../commands/stats.js';
import { equalBytes } from '../../bytes.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { SilcError } from '../../errors.js';
import { serverId } from '../../ids.js';
import type { ChannelId, ServerId } from '../../ids.js';
import type { SessionContext } from '../context.js';
import { channelUsers } from './foreign-channels.js';
import { Identities } from './identities.js';
import { entries, found, foundInTime, ID_TIMEOUT_MS } from './found.js';
import { checkCount, checkNickname, checkServerName } from '../names.js';
import { listedChannel, whoisByKey } from './people-commands.js';
import type {
  ChannelTarget,
  ChannelUsers,
  FormerUser,
  IdentifyTarget,
  Identity,
  NetworkLookup,
  ServerInfo,
  ServerTarget,
  ServiceAnswer,
} from '../api/lookup.js';
import type { ListedChannel, WhoisOptions, WhoisResult } from '../api/network.js';
import { decodeKeyPayload } from '../messages/signatures.js';

/** Questions of one session that go beyond its own channels. */
export class SessionLookup implements NetworkLookup {
  readonly #context: SessionContext;
  readonly #checkOpen: () => void;
  readonly #identities: Identities;

  /** @param checkOpen throws SilcError `closed` when the session is over */
  constructor(context: SessionContext, checkOpen: () => void) {
    this.#context = context;
    this.#checkOpen = checkOpen;
    this.#identities = new Identities(context, (server) => this.info(server));
  }

  async whoisByKey(publicKey: SilcPublicKey, options: WhoisOptions = {}): Promise<readonly WhoisResult[]> {
    this.#checkOpen();
    return whoisByKey(this.#context, publicKey, options);
  }

  async whowas(nickname: string, count?: number): Promise<readonly FormerUser[]> {
    this.#checkOpen();
    checkNickname(nickname);
    checkCount(count);
    const { queue } = this.#context;
    const asking = queue.runList(commands.whowas, () => ({ nickname, count }));
    const former = (await found(entries(asking))) ?? [];
    return former.slice(0, count).map((reply) => ({
      clientId: reply.clientId,
      ...splitNickname(reply.nickname),
      ...splitUser(reply.user),
      realName: reply.realName,
    }));
  }

  async identify(target: IdentifyTarget, count?: number): Promise<readonly Identity[]> {
    this.#checkOpen();
    return this.#identities.find(target, count);
  }

  async channel(id: ChannelId): Promise<ListedChannel | undefined> {
    this.#checkOpen();
    const { queue } = this.#context;
    const listed = await found(entries(queue.runList(commands.list, () => ({ channelId: id }))));
    return listed?.flatMap(listedChannel).find((channel) => channel.id === id);
  }

  async users(
    channel: ChannelTarget,
    options: { readonly resolve?: boolean } = {},
  ): Promise<ChannelUsers | undefined> {
    this.#checkOpen();
    return found(channelUsers(this.#context, channel, options.resolve ?? false));
  }

  async info(server?: ServerTarget): Promise<ServerInfo | undefined> {
    this.#checkOpen();
    const request = checkedServer(server);
    const reply = await this.#ask(commands.info, request);
    // Asked for an ID that it does not know, a standalone silcd answers for itself.
    const other = 'serverId' in request && reply?.serverId !== request.serverId;
    return reply === undefined || other ? undefined : serverInfoOf(reply);
  }

  async motd(server?: ServerTarget): Promise<string | undefined> {
    const name = server !== undefined && 'serverName' in server ? server.serverName : undefined;
    const serverName = name ?? (await this.info(server))?.name;
    if (serverName === undefined) return undefined;
    this.#checkOpen();
    const request = checkedServer({ serverName });
    const reply = await this.#ask(commands.motd, request);
    return reply === undefined ? undefined : (reply.motd ?? '');
  }

  async statistics(server: ServerId = this.#context.serverId): Promise<Statistics | undefined> {
    this.#checkOpen();
    return (await this.#ask(commands.stats, { serverId: server }))?.statistics;
  }

  async serverKey(server?: ServerTarget): Promise<SilcPublicKey | undefined> {
    this.#checkOpen();
    const own = this.#context.serverId;
    const named = server !== undefined && 'serverName' in server;
    const id = named ? (await this.info(server))?.serverId : (server?.serverId ?? own);
    if (id === undefined) return undefined;
    this.#checkOpen();
    const reply = await this.#ask(commands.getkey, { id: serverId(id) });
    if (reply?.publicKey === undefined) return undefined;
    const key = decodeKeyPayload(reply.publicKey);
    if (id === own && !sameNumbers(key, this.#context.connection.exchange.peerPublicKey)) {
      throw new SilcError('authentication', 'the server shows another key than in the key exchange');
    }
    return key;
  }

  async service(name?: string, parameters: readonly Uint8Array[] = []): Promise<ServiceAnswer> {
    this.#checkOpen();
    if (name === undefined && parameters.length > 0) {
      throw new SilcError('usage', 'parameters without a service');
    }
    if (name !== undefined) checkServerName(name, 'service');
    const reply = await this.#context.queue.run(commands.service, () => ({ service: name, parameters }));
    return {
      services: (reply.services ?? '').split(',').flatMap((service) => service.trim() || []),
      granted: reply.service,
      parameters: reply.parameters ?? [],
    };
  }

  #ask<Request, Reply>(command: Command<Request, Reply>, request: Request): Promise<Reply | undefined> {
    return foundInTime(this.#context.queue.run(command, () => request, { timeoutMs: ID_TIMEOUT_MS }));
  }
}

function checkedServer(server: ServerTarget): ServerTarget;
function checkedServer(server: ServerTarget | undefined): ServerTarget | Record<string, never>;
function checkedServer(server: ServerTarget | undefined): ServerTarget | Record<string, never> {
  if (server !== undefined && 'serverName' in server) checkServerName(server.serverName);
  return server ?? {};
}

function serverInfoOf({ serverId: id, name, text }: InfoReply): ServerInfo {
  return { serverId: id, name, text: text ?? '' };
}

function sameNumbers(one: SilcPublicKey, other: SilcPublicKey): boolean {
  return equalBytes(one.numbers.n, other.numbers.n) && equalBytes(one.numbers.e, other.numbers.e);
}
