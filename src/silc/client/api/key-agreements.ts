import type { ClientId } from '../../ids.js';
import type { AddressPolicy } from '../../peer/addresses.js';
import type { ListenOptions } from '../../peer/listener.js';
import type { MeetingOptions, PeerAddress } from '../../peer/meeting.js';
import type { SessionEventOf } from './events.js';

/** How keys are agreed on over a direct connection. */
export interface KeyAgreementOptions extends Pick<MeetingOptions, 'proposal' | 'verifyPeer'> {
  /** How long the other side has to come, in milliseconds; default 120,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** How an offer is taken, and what its sender may make this side do. */
export interface AcceptKeyAgreementOptions extends KeyAgreementOptions {
  /** Addresses that the other may make this side connect to; default `publicAddresses`. */
  readonly mayConnect?: AddressPolicy;
  /** The port, where it was told as 0: clients of the toolkit do, and their users have to say it. */
  readonly port?: number;
  /** Where to listen, if the other has named no address. */
  readonly listen?: ListenOptions;
}

/** What somebody wants, as the event `key-agreement-offered` tells it. */
export type KeyAgreementOffer = Pick<
  SessionEventOf<'key-agreement-offered'>,
  'user' | 'host' | 'port' | 'transport'
>;

/** An offer of this side that stands: it listens. */
export interface StandingKeyAgreement {
  /** What the other was told. */
  readonly address: PeerAddress;
  /**
   * Resolves when both have the keys. Rejects with SilcPeerError, whose `reason` tells why not; a rejection that nobody
   * awaits does no harm.
   */
  readonly done: Promise<void>;
  /** Stops listening; `done` rejects with `aborted`. */
  abort(): void;
}

/**
 * Keys for private messages, made over a direct TCP connection between two users (KEY_AGREEMENT; draft pp-09,
 * 2.3.20). Nothing of it happens unless the application asks: each side shows its address to the other, and
 * clients of the toolkit may fail when the connection closes. Negotiation inside private messages does the same without.
 */
export interface KeyAgreementControl {
  /**
   * Listens, and tells a user where. The other has to prove the key that the server tells of it.
   * @throws SilcError `usage` for oneself or an address that nobody can connect to, `overflow` when one is under way with
   *   this user or too many are, SilcPeerError `no-listener`
   */
  offer(user: ClientId, listen: ListenOptions, options?: KeyAgreementOptions): Promise<StandingKeyAgreement>;
  /** Asks a user to listen: the answer comes as the event `key-agreement-offered`. @throws SilcError `usage` for oneself */
  ask(user: ClientId): Promise<void>;
  /**
   * Takes an offer: connects to where the other listens, or listens and tells where. Resolves when both have the keys.
   * Whoever does not want it does nothing, which declines it.
   * @throws as `offer`; SilcError `unsupported` for UDP, `usage` without a port or an address to listen on; SilcPeerError
   */
  accept(offer: KeyAgreementOffer, options?: AcceptKeyAgreementOptions): Promise<void>;
}
