import type { BackoffOptions } from '../util/backoff.js';
import { DEFAULT_MAX_REQUESTS } from './iq-tracker.js';
import { DEFAULT_WATCHDOG, type WatchdogOptions } from './stream-watchdog.js';
import { DEFAULT_OUTBOX_LIMITS, type Outbox, type OutboxLimits } from './outbox.js';
import { DEFAULT_MAX_STANZA_OCTETS } from './outgoing.js';
import { DEFAULT_PARSER_LIMITS, type ParserLimits } from './parser.js';
import type { LinkTls } from './socket.js';
import type { ComponentLink } from './types.js';

/** Where the link reports; a pino logger fits. */
export type LinkLog = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (fields: object, text: string) => void>
>;

/** Every bound and deadline of the link, in milliseconds and octets where not said otherwise. */
export interface LinkLimits {
  readonly parser: ParserLimits;
  readonly outbox: OutboxLimits;
  readonly watchdog: WatchdogOptions;
  /** Own requests that may wait for an answer at once. */
  readonly requests: number;
  /** How long an own request waits, where the caller does not say. */
  readonly requestMs: number;
  /** One attempt to attach, from TCP to the handshake's answer. */
  readonly attemptMs: number;
  /** Largest stanza sent. */
  readonly stanzaOctets: number;
}

export const DEFAULT_LIMITS: LinkLimits = {
  parser: DEFAULT_PARSER_LIMITS,
  outbox: DEFAULT_OUTBOX_LIMITS,
  watchdog: DEFAULT_WATCHDOG,
  requests: DEFAULT_MAX_REQUESTS,
  requestMs: 30_000,
  attemptMs: 15_000,
  stanzaOctets: DEFAULT_MAX_STANZA_OCTETS,
};

/**
 * Waits between attempts to attach, milliseconds. An attempt costs a connection, so a server that is away is tried often: what is said
 * while it is back and we are not is refused to everybody.
 */
export interface RetryOptions extends BackoffOptions {
  /** Longest wait after the server refused secret or domain, which somebody has to mend. */
  readonly refusedMs: number;
  /** Shortest step after `conflict`: another gateway holds the domain, and trying often will not move it. */
  readonly conflictMs: number;
}

export const DEFAULT_RETRY: RetryOptions = {
  minMs: 500,
  maxMs: 4_000,
  stableMs: 5_000,
  refusedMs: 60_000,
  conflictMs: 30_000,
};

export interface ComponentLinkOptions {
  /** The component's own host name, as it is configured in the Jabber server. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** Absent: the link is not encrypted. */
  readonly tls?: LinkTls | undefined;
  readonly secret: string;
  readonly log?: LinkLog;
  /** `start()` rejects when the server refuses secret or domain, instead of trying on. */
  readonly failFast?: boolean;
  /** Something was written to the server, after it has waited so many milliseconds. */
  readonly onWritten?: (waitedMs: number) => void;
  readonly backoff?: Partial<RetryOptions>;
  readonly limits?: Partial<LinkLimits>;
}

/** Figures for metrics. */
export interface LinkStats {
  readonly online: boolean;
  /** What the server takes this component for, where that is not its domain: then nothing that is said arrives. */
  readonly foreignDomain: string | undefined;
  /** Attempts to attach so far. */
  readonly attempts: number;
  /** Stanzas of others that were dropped, since they were over a limit or nobody could read them. */
  readonly unread: number;
  /** Pings sent so far. */
  readonly pings: number;
  readonly outbox: Outbox['stats'];
  /** Own requests that wait for an answer. */
  readonly requests: number;
}

/** The link with its figures. */
export interface SupervisedLink extends ComponentLink {
  stats(): LinkStats;
}

/** The log of a link that has none. */
export const SILENT: LinkLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
