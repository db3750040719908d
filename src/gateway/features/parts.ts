import type { People } from '../affiliations/people.js';
import type { AwayMarks } from '../always-on/away-marks.js';
import type { Bookmarks } from '../bookmarks/bookmarks.js';
import type { GatewayContext } from '../context.js';
import type { Caps } from '../contacts/caps.js';
import type { Contacts } from '../contacts/contacts.js';
import type { ServerPrivileges } from '../contacts/server-privileges.js';
import type { ClientProber } from '../clients/client-prober.js';
import type { ContactProfiles } from '../profiles/contact-profiles.js';
import type { OwnProfiles } from '../profiles/own-profiles.js';
import type { RegisteredUsers } from '../registrations/registered-users.js';
import type { Operator } from '../operator.js';
import type { Identities } from '../sessions/identities.js';
import type { ServiceSession } from '../sessions/service-session.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { UserLookup } from '../sessions/user-lookup.js';

/** What features are made with. */
export interface FeatureParts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  /** By network. */
  readonly services: ReadonlyMap<string, ServiceSession>;
  readonly lookup: UserLookup;
  readonly prober: ClientProber;
  readonly identities: Identities;
  readonly people: People;
  readonly away: AwayMarks;
  /** What can be done to the process; undefined where it is not the gateway's own. */
  readonly operator: Operator | undefined;
  readonly registered: RegisteredUsers;
  readonly contacts: Contacts;
  readonly caps: Caps;
  readonly privileges: ServerPrivileges;
  readonly bookmarks: Bookmarks;
  readonly profiles: ContactProfiles;
  readonly ownProfiles: OwnProfiles;
}

/** Name by which the gateway shows itself. */
export const GATEWAY_NAME = 'SILC gateway';
