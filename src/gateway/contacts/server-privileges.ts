import { type Jid, tryParseJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { grantsPubsub } from '../../mapping/privileged-iq.js';
import { rosterRights, type RosterRights } from '../../mapping/privileged-roster.js';
import { LruMap } from '../../util/lru-map.js';

/** Servers that are remembered. */
const MAX_SERVERS = 1_000;

interface Rights {
  readonly roster: RosterRights | undefined;
  readonly mayPubsub: boolean;
}

/** What servers let the gateway do for their users (XEP-0356). */
export class ServerPrivileges {
  readonly #servers = new LruMap<string, Rights>(MAX_SERVERS);

  /** A server says what it grants: for its own users, whoever it is. */
  granted({ domain }: Jid, message: Element): void {
    this.#servers.set(domain, { roster: rosterRights(message), mayPubsub: grantsPubsub(message) });
  }

  /** @param user - bare address */
  rosterOf(user: string): RosterRights | undefined {
    return this.#of(user)?.roster;
  }

  /** Whether nodes of a user (PEP) can be read and written. @param user - bare address */
  mayPubsub(user: string): boolean {
    return this.#of(user)?.mayPubsub === true;
  }

  #of(user: string): Rights | undefined {
    return this.#servers.get(tryParseJid(user)?.domain ?? '');
  }
}
