import type { Jid } from '../component/jid.js';
import { type Element, iqResult, StanzaError } from '../component/stanza.js';
import type { Address } from '../mapping/address.js';
import { gatewayVcard, NS_VCARD } from '../mapping/vcard.js';
import {
  NS_GATEWAY_PROMPT,
  promptAnswer,
  promptQuery,
  promptText,
  typedUser,
} from '../mapping/gateway-prompt.js';
import { lastActivityQuery, NS_LAST_ACTIVITY } from '../mapping/last-activity.js';
import { Namespace } from '../mapping/namespaces.js';
import { versionQuery } from '../mapping/version.js';
import { monotonicMs } from '../util/clock.js';
import { version } from '../version.js';
import type { GatewayContext } from './context.js';
import { type Disco, GATEWAY_NAME } from './iq-disco.js';
import type { People } from './iq-people.js';
import type { RoomAdmin } from './room-admin.js';
import type { RoomOwner } from './room-owner.js';
import type { Users } from './users.js';

/** Answers an iq: the child of its result, undefined for an empty one. Throws a StanzaError to refuse. */
type Answer = Element | undefined;

/** Who answers what. */
export interface IqParts {
  readonly disco: Disco;
  readonly people: People;
  readonly admin: RoomAdmin;
  readonly owner: RoomOwner;
}

/** Requests to the gateway, its rooms and its users. Each ends in a result or an error. */
export class IqHandler {
  readonly #context: GatewayContext;
  readonly #users: Users;
  readonly #parts: IqParts;
  readonly #startedAt = monotonicMs();

  constructor(context: GatewayContext, users: Users, parts: IqParts) {
    this.#context = context;
    this.#users = users;
    this.#parts = parts;
  }

  /** The result for a request. @throws StanzaError to refuse it. */
  async handle(stanza: Element, from: Jid, to: Address): Promise<Element> {
    const [query] = stanza.getChildElements();
    if (query === undefined) throw new StanzaError('modify', 'bad-request', 'An iq has one child.');
    return iqResult(stanza, await this.#answer(stanza.attrs.type === 'set', query, from, to));
  }

  #answer(isSet: boolean, query: Element, from: Jid, to: Address): Answer | Promise<Answer> {
    const { disco, people, admin, owner } = this.#parts;
    const key = `${isSet ? 'set' : 'get'} ${query.getNS() ?? ''}`;
    switch (key) {
      case `get ${Namespace.discoInfo}`:
        return disco.info(query, from, to);
      case `get ${Namespace.discoItems}`:
        return disco.items(query, from, to);
      case `get ${Namespace.ping}`:
        return this.#ping(from, to);
      case `get ${Namespace.version}`:
        return this.#version(from, to);
      case `get ${NS_LAST_ACTIVITY}`:
        if (to.kind === 'gateway') return lastActivityQuery((monotonicMs() - this.#startedAt) / 1000);
        return people.lastActivity(from, to);
      case `get ${NS_VCARD}`:
        if (to.kind === 'gateway') return gatewayVcard(GATEWAY_NAME, 'Leads to channels and users of SILC.');
        return people.vcard(from, to);
      case `get ${NS_GATEWAY_PROMPT}`:
      case `set ${NS_GATEWAY_PROMPT}`:
        if (to.kind === 'gateway') return this.#prompt(isSet, query);
        break;
      case `get ${Namespace.mucAdmin}`:
      case `set ${Namespace.mucAdmin}`:
        if (to.kind === 'channel') return admin.handle(isSet, query, from, to);
        break;
      case `get ${Namespace.mucOwner}`:
      case `set ${Namespace.mucOwner}`:
        if (to.kind === 'channel') return owner.handle(isSet, query, from, to);
        break;
      default:
        break;
    }
    throw to.kind === 'user' || to.kind === 'occupant'
      ? new StanzaError('cancel', 'service-unavailable')
      : new StanzaError('cancel', 'feature-not-implemented');
  }

  /** XEP-0092. SILC does not tell what software others use. */
  async #version(from: Jid, to: Address): Promise<Answer> {
    if (to.kind === 'gateway' || to.kind === 'channel') return versionQuery('silc-xmpp-gateway', version);
    await this.#parts.people.find(from, to);
    return versionQuery('SILC client', 'unknown');
  }

  /** XEP-0199; of an own occupant XEP-0410: it tells a client whether it is still in the room. */
  async #ping(from: Jid, to: Address): Promise<Answer> {
    switch (to.kind) {
      case 'gateway':
      case 'channel':
        return undefined;
      case 'user':
        await this.#parts.people.find(from, to);
        return undefined;
      case 'occupant': {
        const room = this.#users.joinedRoom(from, to);
        if (room === undefined) {
          throw new StanzaError('cancel', 'not-acceptable', 'You are not in this room.');
        }
        const occupant = room.occupants.byName(to.occupant);
        if (occupant === undefined) {
          throw new StanzaError('cancel', 'item-not-found', `There is no ${to.occupant} in this room.`);
        }
        if (occupant.clientId !== room.self?.clientId) await this.#parts.people.find(from, to);
        return undefined;
      }
    }
  }

  #prompt(isSet: boolean, query: Element): Answer {
    const { addressing } = this.#context;
    if (!isSet) return promptQuery(addressing);
    const address = typedUser(promptText(query) ?? '', addressing);
    if (address.kind === 'user') return promptAnswer(address);
    throw new StanzaError(address.error.type, address.error.condition, address.error.text);
  }
}
