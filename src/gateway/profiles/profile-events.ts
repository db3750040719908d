import type { BareJid } from '../../component/jid.js';
import { eventMessage, isTold, toldItem, type ToldNode, TOLD_NODES } from '../../mapping/profile/pep.js';
import type { Profile } from '../../mapping/profile/profile.js';
import type { GatewayContext } from '../context.js';
import type { ClientFeatures, ClientKind } from './client-features.js';

/** What a contact tells, at its address. */
export interface ToldContact {
  readonly address: string;
  readonly profile: Profile | undefined;
}

/** Tells clients what contacts tell of themselves, as their servers would of other Jabber users (XEP-0163). */
export class ProfileEvents {
  readonly #context: Pick<GatewayContext, 'send'>;
  readonly #clients: ClientFeatures;

  constructor(context: Pick<GatewayContext, 'send'>, clients: ClientFeatures) {
    this.#context = context;
    this.#clients = clients;
  }

  /** A contact tells something else than before: to all clients of a user that want to know. */
  changed(user: BareJid, contact: ToldContact, before: Profile | undefined): void {
    for (const node of TOLD_NODES) {
      const [now, then] = [contact.profile, before].map((profile) =>
        toldItem(node, profile).payload.toString(),
      );
      if (now === then) continue;
      for (const [client, { wants }] of this.#clients.of(user)) {
        if (wants.has(node)) this.#tell(client, node, contact);
      }
    }
  }

  /** A contact has come: what it tells, is told to all clients of a user that want to know. */
  came(user: BareJid, contact: ToldContact): void {
    for (const [client, kind] of this.#clients.of(user)) this.arrived(client, kind, [contact]);
  }

  /** A client has come: what there is, is told to it. */
  arrived(client: string, { wants }: ClientKind, contacts: Iterable<ToldContact>): void {
    for (const contact of contacts) {
      for (const node of wants) {
        if (isTold(node, contact.profile)) this.#tell(client, node, contact);
      }
    }
  }

  #tell(client: string, node: ToldNode, { address, profile }: ToldContact): void {
    this.#context.send(eventMessage(address, client, node, toldItem(node, profile)));
  }
}
