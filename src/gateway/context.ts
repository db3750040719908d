import type { Element } from '../component/stanza.js';
import type { Addressing } from '../mapping/address.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { Repositories } from '../store/types.js';
import type { BackoffOptions } from '../util/backoff.js';
import type { Emitter } from '../util/emitter.js';
import type { Access } from './access.js';
import type { Stays } from './always-on/stays.js';
import type { WaitingMessages } from './always-on/waiting-messages.js';
import type { ContactBook } from './contacts/contact-book.js';
import type { ContactSightings } from './contacts/sightings.js';
import type { RoomSettings } from './channels/room-settings.js';
import type { ChannelHookList } from './channels/hooks.js';
import type { GatewayConfig } from './config-types.js';
import type { Languages } from './clients/languages.js';
import type { UserActivity } from './clients/user-activity.js';
import type { FlowControl } from './flow-control.js';
import type { Ids } from './stable-ids.js';
import type { MessageReader } from './mime/message-reader.js';
import type { Log } from './log-types.js';
import type { GatewayMetrics } from './metrics-types.js';
import type { KeptChannelKeys } from './rooms/kept-channel-keys.js';
import type { ReservedNicknames } from './rooms/reserved-nicknames.js';
import type { StateChanges } from './restarts/state-keeper.js';
import type { ConnectedSession } from './sessions/connected-session.js';
import type { SaidPrivately } from './sessions/said-privately.js';
import type { SessionHost } from './sessions/chat-session.js';
import type { Registrations } from './registrations/registrations.js';
import type { WantedSessions } from './sessions/wanted-sessions.js';
import type { Quotas } from './quotas/quotas.js';
import type { Preferences } from './settings/preferences.js';
import type { KeyTrust } from './trust/key-trust.js';
import type { WantedKeys } from './trust/wanted-keys.js';

/** What every part of the gateway may use. */
export interface GatewayContext {
  readonly config: GatewayConfig;
  /** The component's domain. */
  readonly domain: string;
  readonly addressing: Addressing;
  readonly access: Access;
  readonly quotas: Quotas;
  readonly store: Repositories;
  readonly backend: CryptoBackend;
  readonly host: SessionHost;
  /** Pauses between attempts to restore a lost SILC link. */
  readonly reconnect: BackoffOptions;
  /** How long a client that is there after a break of the Jabber link may take to show that it is in its rooms. */
  readonly confirmMs: number;
  readonly ids: Ids;
  /** Reserved in rooms. */
  readonly nicknames: ReservedNicknames;
  readonly hooks: ChannelHookList;
  /** What messages from SILC are shown as. */
  readonly reader: MessageReader;
  /** Tells of each session that gets a link to SILC. */
  readonly connected: Emitter<ConnectedSession>;
  /** Tells of each private message that was handed to SILC. */
  readonly saidPrivately: Emitter<SaidPrivately>;
  readonly flows: FlowControl;
  readonly settings: RoomSettings;
  /** Told of what another process has to know to go on. */
  readonly changes: StateChanges;
  /** SILC users in the lists of users, and where they are. */
  readonly contacts: { readonly book: ContactBook; readonly sightings: ContactSightings };
  /** In which rooms users stay without a client. */
  readonly stays: Stays;
  /** Messages for users who have no client online. */
  readonly waiting: WaitingMessages;
  /** In which language users read the gateway's texts. */
  readonly languages: Languages;
  /** When users did something for the last time. */
  readonly activity: UserActivity;
  /** What users have set. */
  readonly preferences: Preferences;
  /** Private keys of channels that users have set. */
  readonly channelKeys: KeptChannelKeys;
  /** Who is registered. */
  readonly registrations: Registrations;
  /** Sessions that are wanted although they are in no room. */
  readonly wanted: WantedSessions;
  /** Keys of contacts. */
  readonly trust: KeyTrust;
  /** With whom users have set keys by hand. */
  readonly wantedKeys: WantedKeys;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  /** Queues a stanza. Never throws: what cannot be sent is counted and logged. @param flow by default the bare `from` */
  send(stanza: Element | undefined, flow?: string): void;
  /** Queues the same stanza, which has no `to`, for each addressee. Never throws. */
  sendToEach(stanza: Element, addressees: readonly string[]): void;
  /** Sends an iq and waits for its result. @throws StanzaError, ComponentError */
  request(iq: Element, timeoutMs: number): Promise<Element>;
}
