import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { ClientId, ServerId } from '../ids.js';
import type { WatchingOptions } from './api/presence.js';
import type { SessionWatchdogOptions } from './session-watchdog.js';
import type { SessionSharing } from './shared/session-sharing.js';
import type { Registration } from './shared/shared-server.js';

/** What a session is made of. */
export interface SessionParts {
  /** Registered: the Client ID is the connection's own ID already. */
  readonly connection: SilcConnection;
  readonly backend: CryptoBackend;
  readonly serverId: ServerId;
  readonly clientId: ClientId;
  readonly sharing: SessionSharing;
  readonly registration: Registration;
  readonly nickname: string;
  readonly username: string;
  readonly realName: string;
  readonly fingerprint: string;
  readonly keyPair: KeyPair;
  readonly negotiatePrivateKeys: boolean;
  readonly answerAcknowledgements: boolean | 'by-application';
  readonly watching: WatchingOptions | undefined;
  readonly commandTimeoutMs: number | undefined;
  readonly liveness: SessionWatchdogOptions;
}
