import type { KeyAgreementOffer, SilcSession, User } from '../../silc/client/types.js';
import { publicAddresses } from '../../silc/peer/addresses.js';
import type { ListenOptions } from '../../silc/peer/listener.js';
import { LineError } from './item.js';
import { type People, userReference } from './people.js';
import type { Printer } from './printer.js';
import { LruMap } from '../../util/lru-map.js';

/** Offers that are remembered; beyond, the oldest is forgotten. */
const MAX_OFFERS = 32;

export interface AgreementsOptions {
  readonly session: SilcSession;
  readonly people: People;
  readonly printer: Printer;
  /** Where to listen; undefined: the other side has to. */
  readonly listen: ListenOptions | undefined;
  /** Connect to private and loopback addresses too. */
  readonly anyAddress: boolean;
  /** Commands wait for the other side. */
  readonly waits: boolean;
  readonly timeoutMs: number;
}

/** Key agreements over direct connections: those that others offer, and own ones. */
export class Agreements {
  readonly #options: AgreementsOptions;
  readonly #offers = new LruMap<User, KeyAgreementOffer>(MAX_OFFERS);

  constructor(options: AgreementsOptions) {
    this.#options = options;
  }

  note(offer: KeyAgreementOffer): void {
    this.#offers.set(offer.user, offer);
  }

  /** Listens, and tells the other where. */
  async offer(user: User): Promise<void> {
    const { session, listen, timeoutMs } = this.#options;
    if (listen === undefined) throw new LineError('no address to listen on: start with --listen');
    const { address, done } = await session.keyAgreements.offer(user.clientId, listen, { timeoutMs });
    this.#tell('key-agreement', user, `awaited on port ${address.port}`);
    await this.#follow(user, done);
  }

  /** Takes what the other has offered. */
  async accept(user: User, port: number | undefined): Promise<void> {
    const { session, listen, anyAddress, timeoutMs } = this.#options;
    const offer = this.#offers.get(user);
    if (offer === undefined) throw new LineError('there is no offer of a key agreement');
    this.#offers.delete(user);
    const accepted = session.keyAgreements.accept(offer, {
      timeoutMs,
      mayConnect: anyAddress ? () => true : publicAddresses,
      ...(listen === undefined ? {} : { listen }),
      ...(port === undefined ? {} : { port }),
    });
    await this.#follow(user, accepted);
  }

  async #follow(user: User, done: Promise<void>): Promise<void> {
    const { waits, printer } = this.#options;
    const told = done.then(() => this.#tell('key-agreed', user, 'done'));
    if (waits) await told;
    else told.catch((error: unknown) => printer.fail(error, '/key agree'));
  }

  #tell(type: string, user: User, what: string): void {
    const { printer, people } = this.#options;
    const text = `-!- key agreement with ${people.label(user)}: ${what}`;
    printer.print({ type, fields: { user: userReference(user) }, lines: [text], tone: 'good' });
  }
}
