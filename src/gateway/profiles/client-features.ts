import type { BareJid, Jid } from '../../component/jid.js';
import { type Element, xml } from '../../component/stanza.js';
import { capsHash, NS_CAPS } from '../../mapping/caps.js';
import { Namespace } from '../../mapping/namespaces.js';
import { isToldNode, type ToldNode } from '../../mapping/profile/pep.js';
import { LruMap } from '../../util/lru-map.js';
import type { GatewayContext } from '../context.js';

/** Kinds of client whose features are remembered, and users with clients. */
const [MAX_KINDS, MAX_USERS] = [500, 10_000];
const MAX_CLIENTS = 20;
/** Questions under way; who is asked beyond that is asked with the next presence. */
const MAX_ASKING = 50;
const ANSWER_MS = 30_000;

/** What a client can do, as far as it is of interest. */
export interface ClientKind {
  /** Nodes of contacts that it wants to be told of (XEP-0163, 4.3.2). */
  readonly wants: ReadonlySet<ToldNode>;
  /** Type of the identity `client`: `pc`, `phone` … */
  readonly type: string | undefined;
}

interface Client {
  readonly version: string;
  kind: ClientKind | undefined;
}

/** What the clients of users want, by the capabilities in the presence that they show to contacts (XEP-0115). */
export class ClientFeatures {
  readonly #context: Pick<GatewayContext, 'request'>;
  readonly #onKnown: (user: BareJid, client: string, kind: ClientKind) => void;
  /** By verification string; only what has it. */
  readonly #kinds = new LruMap<string, ClientKind>(MAX_KINDS);
  readonly #users = new LruMap<BareJid, Map<string, Client>>(MAX_USERS);
  #asking = 0;

  /** @param onKnown - a client has come of which it is known what it wants */
  constructor(
    context: Pick<GatewayContext, 'request'>,
    onKnown: (user: BareJid, client: string, kind: ClientKind) => void,
  ) {
    this.#context = context;
    this.#onKnown = onKnown;
  }

  /** Clients of a user that are there, of which it is known what they want. */
  of(user: BareJid): ReadonlyMap<string, ClientKind> {
    const clients = [...(this.#users.peek(user) ?? [])];
    return new Map(
      clients.flatMap(([full, { kind }]) => (kind === undefined ? [] : [[full, kind] as const])),
    );
  }

  /** A client shows itself to a contact. @param at - address that it is asked from */
  heard(from: Jid, presence: Element, at: string): void {
    const caps = presence.getChild('c', NS_CAPS)?.attrs;
    const { node = '', ver = '', hash = '' } = caps ?? {};
    // Without a hash nobody could know it again.
    if (from.resource === '' || ver === '' || hash === '' || `${node}${ver}`.length > 512) return;
    const clients = this.#users.get(from.bare) ?? new Map<string, Client>();
    const version = `${hash} ${ver}`;
    const known = clients.get(from.full);
    if (known?.version === version) return;
    const client: Client = { version, kind: this.#kinds.get(version) };
    if (client.kind === undefined && this.#asking >= MAX_ASKING) return;
    clients.delete(from.full);
    clients.set(from.full, client);
    for (const oldest of clients.keys()) {
      if (clients.size <= MAX_CLIENTS) break;
      clients.delete(oldest);
    }
    this.#users.set(from.bare, clients);
    if (client.kind === undefined) void this.#ask(from, `${node}#${ver}`, client, at);
    else this.#onKnown(from.bare, from.full, client.kind);
  }

  /** A client is gone, or with the bare address all of a user. */
  gone({ bare, full, resource }: Jid): void {
    const clients = this.#users.peek(bare);
    if (resource === '') clients?.clear();
    else clients?.delete(full);
    if (clients?.size === 0) this.#users.delete(bare);
  }

  async #ask(from: Jid, node: string, client: Client, at: string): Promise<void> {
    this.#asking++;
    try {
      const query = xml('query', { xmlns: Namespace.discoInfo, node });
      const answer = await this.#context.request(
        xml('iq', { type: 'get', from: at, to: from.full }, query),
        ANSWER_MS,
      );
      const info = answer.getChild('query', Namespace.discoInfo);
      if (info === undefined) return;
      const kind = kindOf(info);
      // What has another hash is believed of this client only (XEP-0115, 5.4).
      if (client.version === `sha-1 ${capsHash(info)}`) this.#kinds.set(client.version, kind);
      if (this.#users.peek(from.bare)?.get(from.full) !== client) return;
      client.kind = kind;
      this.#onKnown(from.bare, from.full, kind);
    } catch {
      // Who does not answer wants nothing.
    } finally {
      this.#asking--;
    }
  }
}

function kindOf(info: Element): ClientKind {
  const wanted = info.getChildren('feature').flatMap(({ attrs: { var: name = '' } }) => {
    const node = name.endsWith('+notify') ? name.slice(0, -'+notify'.length) : '';
    return isToldNode(node) ? [node] : [];
  });
  const identity = info.getChildren('identity').find(({ attrs }) => attrs.category === 'client');
  return { wants: new Set(wanted), type: identity?.attrs.type };
}
