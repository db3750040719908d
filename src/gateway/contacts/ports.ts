import type { Element } from '../../component/stanza.js';
import type { GatewayContext } from '../context.js';
import type { ContactProfiles } from '../profiles/contact-profiles.js';
import type { ProfileEvents } from '../profiles/profile-events.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { OnlineClients } from './online-clients.js';

/** What the contacts of a user need of the gateway. */
export interface ContactPorts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  readonly online: OnlineClients;
  readonly profiles: ContactProfiles;
  readonly events: ProfileEvents;
  /** Capabilities of a SILC user (XEP-0115). @param mode - `UserMode` mask */
  capsOf(mode: number): Element | undefined;
  /** The process has just begun: which clients are online is not known yet. */
  readonly isStarting: boolean;
}
