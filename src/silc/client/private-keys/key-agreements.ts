import type { SilcConnection } from '../../connection.js';
import { SilcError } from '../../errors.js';
import { clientId } from '../../ids.js';
import type { ClientId } from '../../ids.js';
import { encodePayload } from '../../packets/codec.js';
import { keyAgreementPayload } from '../../packets/key-agreement.js';
import { PacketType } from '../../packets/packet-type.js';
import { peerError, SilcPeerError } from '../../peer/errors.js';
import { PeerListener, type ListenOptions } from '../../peer/listener.js';
import { checkListen, Meeting, type PeerAddress, type PeerDirectory } from '../../peer/meeting.js';
import { within, type SessionContext } from '../context.js';
import type {
  AcceptKeyAgreementOptions,
  KeyAgreementControl,
  KeyAgreementOffer,
  KeyAgreementOptions,
  StandingKeyAgreement,
} from '../api/key-agreements.js';
import type { OutgoingGate } from '../messages/outgoing.js';
import type { AgreedKeys, PrivateKeys } from './private-keys.js';
import type { UserRecord } from '../people/users.js';

/** Agreements at a time; each may listen on a port. */
const MAX_RUNNING = 8;
/** The toolkit's client gives its user as long. */
const DEFAULT_TIMEOUT_MS = 120_000;
/** TCP connect and key exchange: people may have to accept a key. */
const CONNECT_TIMEOUT_MS = 60_000;
const WRITE_TIMEOUT_MS = 10_000;
/** The side that connects gets so long to close: libsilcclient does, and it does not get over the other way round. */
const LINGER_MS = 3_000;

type Parts = {
  readonly gate: OutgoingGate;
  readonly privateKeys: PrivateKeys;
  readonly session: PeerDirectory;
  /** @throws SilcError `closed` */
  readonly checkOpen: () => void;
};

/** One agreement, from its beginning until it is done or has failed. */
class Agreement {
  readonly user: UserRecord;
  readonly made: AgreedKeys[] = [];
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #failure: SilcPeerError | undefined;

  constructor(user: UserRecord, { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: KeyAgreementOptions) {
    this.user = user;
    const expired = (): void =>
      this.abort(new SilcPeerError('not-answered', 'nobody took up the key agreement'));
    this.#timer = setTimeout(expired, timeoutMs);
    this.#timer.unref();
    const aborted = (): void =>
      this.abort(new SilcPeerError('aborted', 'the key agreement was aborted', { cause: signal?.reason }));
    if (signal?.aborted === true) aborted();
    else signal?.addEventListener('abort', aborted, { once: true, signal: this.signal });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it was ended on this side. */
  get failure(): SilcPeerError | undefined {
    return this.#failure;
  }

  abort(error: SilcPeerError): void {
    clearTimeout(this.#timer);
    if (this.signal.aborted) return;
    this.#failure = error;
    this.#controller.abort(error);
  }

  /** The keys of this connection are those to use. Undefined: of none, what was made is of no use. */
  settle(connection: SilcConnection | undefined): void {
    for (const { hash, confirm, drop } of this.made) {
      if (hash === connection?.exchange.hash) confirm();
      else drop();
    }
  }
}

/** The key agreements of one session, in both roles: whoever listens is the responder of the key exchange. */
export class KeyAgreements implements KeyAgreementControl {
  readonly #context: SessionContext;
  readonly #parts: Parts;
  readonly #running = new Set<Agreement>();

  constructor(context: SessionContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  async offer(
    user: ClientId,
    listen: ListenOptions,
    options: KeyAgreementOptions = {},
  ): Promise<StandingKeyAgreement> {
    checkListen(listen);
    const agreement = this.#begin(user, options);
    let listener: PeerListener | undefined;
    try {
      const meeting = this.#meeting(agreement, options);
      listener = await PeerListener.open(listen, agreement.signal);
      const address = { host: listen.publicHost ?? listen.host, port: listener.port };
      // Whoever is quick connects before the packet is known to be sent.
      const done = this.#finish(agreement, meeting.listen(listener));
      done.catch(() => undefined);
      await this.#send(agreement.user, address);
      const abort = (): void =>
        agreement.abort(new SilcPeerError('aborted', 'the key agreement was aborted'));
      return { address, done, abort };
    } catch (error) {
      listener?.close();
      this.#end(agreement);
      throw error;
    }
  }

  async ask(user: ClientId): Promise<void> {
    this.#parts.checkOpen();
    await this.#send(this.#other(user), { host: '', port: 0 });
  }

  async accept(offer: KeyAgreementOffer, options: AcceptKeyAgreementOptions = {}): Promise<void> {
    const { user, host, transport } = offer;
    const { listen, port = offer.port } = options;
    if (transport === 'udp') throw new SilcError('unsupported', 'key agreement over UDP');
    if (host === '') {
      if (listen === undefined) throw new SilcError('usage', 'the other has no address: one is needed here');
      return (await this.offer(user.clientId, listen, options)).done;
    }
    if (!Number.isInteger(port) || port < 1 || port > 0xffff) {
      throw new SilcError('usage', 'the port that the other listens on is not known');
    }
    const agreement = this.#begin(user.clientId, options);
    const meeting = this.#meeting(agreement, options);
    return this.#finish(agreement, meeting.connect({ host, port }));
  }

  /** Ends all that is under way. */
  close(): void {
    const error = new SilcPeerError('aborted', 'the session has ended');
    for (const agreement of [...this.#running]) agreement.abort(error);
  }

  #begin(id: ClientId, options: KeyAgreementOptions): Agreement {
    this.#parts.checkOpen();
    const user = this.#other(id);
    if ([...this.#running].some((running) => running.user === user)) {
      throw new SilcError('overflow', 'a key agreement with this user is under way');
    }
    if (this.#running.size >= MAX_RUNNING) throw new SilcError('overflow', 'too many key agreements go on');
    const agreement = new Agreement(user, options);
    this.#running.add(agreement);
    this.#context.network.users.retain(user);
    return agreement;
  }

  #end(agreement: Agreement): void {
    if (!this.#running.delete(agreement)) return;
    this.#context.network.users.release(agreement.user);
    agreement.abort(new SilcPeerError('aborted', 'the key agreement is over'));
  }

  #other(id: ClientId): UserRecord {
    const { users, self } = this.#context.network;
    const user = users.ensure(id);
    if (user === self) throw new SilcError('usage', 'no key agreement with oneself');
    return user;
  }

  #meeting(agreement: Agreement, options: AcceptKeyAgreementOptions): Meeting {
    const { keyPair, backend } = this.#context;
    const { privateKeys, session } = this.#parts;
    const { proposal, verifyPeer, mayConnect } = options;
    const { user, signal, made } = agreement;
    return new Meeting(
      session,
      {
        ...{ keyPair, backend },
        ...(proposal === undefined ? {} : { proposal }),
        ...(verifyPeer === undefined ? {} : { verifyPeer }),
        ...(mayConnect === undefined ? {} : { mayConnect }),
      },
      {
        get peer() {
          return user.clientId;
        },
        ...{ signal, connectTimeoutMs: CONNECT_TIMEOUT_MS, writeTimeoutMs: WRITE_TIMEOUT_MS },
        gone: (peer, error) => {
          if (peer === user.clientId) agreement.abort(error);
        },
        onExchange: (exchange) => {
          if (!signal.aborted) made.push(privateKeys.agree(user, exchange));
        },
      },
    );
  }

  async #finish(agreement: Agreement, meeting: Promise<SilcConnection>): Promise<void> {
    let connection: SilcConnection | undefined;
    try {
      connection = await meeting;
    } catch (error) {
      const failure = peerError(error);
      // What ends it comes before what follows from that; but a peer with another key is the better reason.
      throw failure.reason === 'peer-key' ? failure : peerError(agreement.failure ?? failure);
    } finally {
      agreement.settle(connection);
      this.#end(agreement);
    }
    void closeAfterPeer(connection);
  }

  #send(user: UserRecord, { host, port }: PeerAddress): Promise<void> {
    const payload = encodePayload(keyAgreementPayload, { host, protocol: 0, port });
    return this.#parts.gate.pass(() =>
      this.#context.connection.send({
        type: PacketType.keyAgreement,
        payload,
        destination: clientId(user.clientId),
      }),
    );
  }
}

/** Nothing comes over the connection any more; whatever does is not looked at. */
async function closeAfterPeer(connection: SilcConnection): Promise<void> {
  const ended = (async () => {
    while ((await connection.receive()) !== undefined);
  })();
  await within(ended, LINGER_MS);
  await connection.close();
}
