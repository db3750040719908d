import type { SessionEvent } from '../../../silc/client/types.js';
import { publicAddresses } from '../../../silc/peer/addresses.js';
import { FileTransfers } from '../../../silc/transfer/file-transfers.js';
import type { IncomingOffer } from '../../../silc/transfer/types.js';
import type { GatewayContext } from '../../context.js';
import { reportInternalError } from '../../failures.js';
import type { ChatSession } from '../../sessions/chat-session.js';
import type { ConnectedSession } from '../../sessions/connected-session.js';
import type { Identities } from '../../sessions/identities.js';

/** Transfers of one session at a time, by direction. */
export const MAX_PER_SESSION = { receive: 2, send: 4 } as const;
/** Sizes are judged when they are known, and nothing beyond the size that was told is taken. */
const LIMITS = {
  maxOctets: 2 ** 40,
  stallTimeoutMs: 20_000,
  maxDurationMs: 900_000,
  minOctetsPerSecond: 1_024,
} as const;

interface Made {
  readonly transfers: FileTransfers;
  readonly tell: (event: SessionEvent) => void;
}

/** What takes the offers of SILC users. */
export type OfferTaker = (
  connected: ConnectedSession,
  offer: IncomingOffer,
  transfers: FileTransfers,
) => void;

/** The file transfers of sessions, both directions: what a session has of them is made when the first file is offered. */
export class SessionTransfers {
  readonly #context: GatewayContext;
  readonly #identities: Pick<Identities, 'keyPair'>;
  readonly #onOffer: OfferTaker;
  readonly #bySession = new WeakMap<ChatSession, () => Promise<Made>>();
  readonly #open = new Set<FileTransfers>();

  constructor(context: GatewayContext, identities: Pick<Identities, 'keyPair'>, onOffer: OfferTaker) {
    this.#context = context;
    this.#identities = identities;
    this.#onOffer = onOffer;
  }

  /** Listens to a session. */
  watch(connected: ConnectedSession): void {
    let made: Promise<Made> | undefined;
    const make = (): Promise<Made> =>
      (made ??= this.#make(connected).catch((error: unknown) => {
        // The store may be there for the next one.
        made = undefined;
        throw error;
      }));
    this.#bySession.set(connected.silc, make);
    const remove = connected.silc.subscribe((event) => {
      if (event.type === 'closed') {
        remove();
        this.#bySession.delete(connected.silc);
      }
      if (event.type === 'file-transfer') void make();
      made
        ?.then(({ tell }) => tell(event))
        .catch((error: unknown) => {
          const { user } = connected.session;
          reportInternalError(this.#context, error, 'an offer of a file was not handled', { user });
        });
    });
  }

  /** Those of a session; undefined where it has ended. @throws StoreError */
  async of(silc: ChatSession): Promise<FileTransfers | undefined> {
    return (await this.#bySession.get(silc)?.())?.transfers;
  }

  stop(): void {
    for (const transfers of this.#open) transfers.close();
  }

  async #make(connected: ConnectedSession): Promise<Made> {
    const { silc, session } = connected;
    const { transfers: config } = this.#context.config.files;
    let tell: (event: SessionEvent) => void = () => undefined;
    const transfers = new FileTransfers(
      {
        subscribe: (listener) => {
          tell = listener;
          return () => (tell = () => undefined);
        },
        sendFileTransfer: (to, agreement) => silc.sendFileTransfer(to, agreement),
        whoisById: (id) => silc.whoisById(id),
        getKey: (id) => silc.getKey(id),
      },
      {
        keyPair: await this.#identities.keyPair(session.user),
        backend: this.#context.backend,
        maxTransfers: MAX_PER_SESSION.receive + MAX_PER_SESSION.send,
        limits: LIMITS,
        ...(config.listen === undefined ? {} : { listen: listenOptions(config.listen, config) }),
        mayConnect: config.private_addresses ? (_, port) => port >= 1_024 : publicAddresses,
      },
    );
    this.#open.add(transfers);
    transfers.subscribe((event) => {
      if (event.type === 'offer') this.#onOffer(connected, event.offer, transfers);
    });
    return {
      transfers,
      tell: (event) => {
        tell(event);
        if (event.type !== 'closed') return;
        const last = Promise.allSettled(transfers.transfers.map(({ done }) => done));
        void last.then(() => this.#open.delete(transfers));
      },
    };
  }
}

/** Whether a session has as many transfers of a direction as it may. */
export const isBusy = ({ transfers }: FileTransfers, direction: keyof typeof MAX_PER_SESSION): boolean =>
  transfers.filter((transfer) => transfer.direction === direction).length >= MAX_PER_SESSION[direction];

function listenOptions(
  host: string,
  { public_host: publicHost, ports }: GatewayContext['config']['files']['transfers'],
) {
  const [first, last] = (ports ?? '').split('-').map(Number);
  return {
    host,
    ...(publicHost === undefined ? {} : { publicHost }),
    ...(first === undefined || last === undefined || ports === undefined ? {} : { ports: { first, last } }),
  };
}
