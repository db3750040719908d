import type { Element } from '../component/stanza.js';
import type { Addressing } from '../mapping/address.js';
import type { connectSession } from '../silc/client/connect.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { Repositories } from '../store/types.js';
import type { Access } from './access.js';
import type { BanMarks } from './ban-marks.js';
import type { GatewayConfig } from './config-types.js';
import type { Ids } from './ids.js';
import type { Log } from './log-types.js';
import type { GatewayMetrics } from './metrics-types.js';

/** How a SILC session is opened; a test brings its own. */
export type Connect = typeof connectSession;

/** What every part of the gateway may use. */
export interface GatewayContext {
  readonly config: GatewayConfig;
  /** The component's domain. */
  readonly domain: string;
  readonly addressing: Addressing;
  readonly access: Access;
  readonly store: Repositories;
  readonly backend: CryptoBackend;
  readonly connect: Connect;
  readonly ids: Ids;
  readonly bans: BanMarks;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  /** Queues a stanza. Never throws: what cannot be sent is counted and logged. */
  send(stanza: Element | undefined): void;
  /** Sends an iq and waits for its result. @throws StanzaError, ComponentError */
  request(iq: Element, timeoutMs: number): Promise<Element>;
}
