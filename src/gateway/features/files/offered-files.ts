import { xml } from '../../../component/stanza.js';
import { bracketed } from '../../../mapping/mime/file-payload.js';
import type { SessionEvent, SessionEventOf, User } from '../../../silc/client/types.js';
import { publicAddresses } from '../../../silc/peer/addresses.js';
import { FileTransfers } from '../../../silc/transfer/file-transfers.js';
import type { IncomingOffer } from '../../../silc/transfer/types.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { GatewayContext } from '../../context.js';
import { reportInternalError } from '../../failures.js';
import type { ConnectedSession } from '../../sessions/connected-session.js';
import type { Identities } from '../../sessions/identities.js';
import { ArrivingFile } from './incoming-file.js';
import { failureText } from './transfer-failure.js';
import type { Uploads } from './uploads.js';
import { silcWords } from '../../../text/silc.js';
import { type AnyText, text, textIn } from '../../../text/text.js';

/** Transfers at a time: in all, and of one session. */
const [MAX_TRANSFERS, MAX_PER_SESSION] = [16, 2];
/** Offers of one SILC user that are answered: so many at once, then one in a minute. The others are dropped without a word. */
const OFFERS = { burst: 5, perSecond: 1 / 60 } as const;
const MAX_SENDERS = 1_000;
const A_FILE = text(({ files }) => files.aFile);
/** The size is judged when the name is known, and nothing beyond the size that was told is taken. */
const LIMITS = {
  maxOctets: 2 ** 40,
  stallTimeoutMs: 20_000,
  maxDurationMs: 900_000,
  minOctetsPerSecond: 1_024,
} as const;

/** Files that SILC users offer to Jabber users (SFTP between clients): each is taken within limits, uploaded, and told as a link. */
export class OfferedFiles {
  readonly #context: GatewayContext;
  readonly #identities: Pick<Identities, 'keyPair'>;
  readonly #uploads: Uploads;
  readonly #rates = new LruMap<string, TokenBucket>(MAX_SENDERS);
  readonly #open = new Set<FileTransfers>();
  #running = 0;

  constructor(context: GatewayContext, identities: Pick<Identities, 'keyPair'>, uploads: Uploads) {
    this.#context = context;
    this.#identities = identities;
    this.#uploads = uploads;
  }

  /** Listens to a session. What belongs to file transfers is made when the first file is offered. */
  watch(connected: ConnectedSession): void {
    let transfers: Promise<(event: SessionEvent) => void> | undefined;
    const remove = connected.silc.subscribe((event) => {
      if (event.type === 'closed') remove();
      if (event.type === 'file-transfer' && transfers === undefined) {
        if (!this.#context.config.files.transfers.accept) {
          this.#refuse(connected, event);
          return;
        }
        transfers = this.#transfersOf(connected);
      }
      transfers
        ?.then((tell) => tell(event))
        .catch((error: unknown) => {
          reportInternalError(this.#context, error, 'an offer of a file was not handled', {
            user: connected.session.user,
          });
        });
    });
  }

  stop(): void {
    for (const transfers of this.#open) transfers.close();
  }

  async #transfersOf(connected: ConnectedSession): Promise<(event: SessionEvent) => void> {
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
        maxTransfers: MAX_PER_SESSION,
        limits: LIMITS,
        ...(config.listen === undefined ? {} : { listen: listenOptions(config.listen, config) }),
        mayConnect: config.private_addresses ? (_, port) => port >= 1_024 : publicAddresses,
      },
    );
    this.#open.add(transfers);
    transfers.subscribe((event) => {
      if (event.type === 'offer') this.#offered(connected, event.offer);
    });
    return (event) => {
      tell(event);
      if (event.type !== 'closed') return;
      const last = Promise.allSettled(transfers.transfers.map(({ done }) => done));
      void last.then(() => this.#open.delete(transfers));
    };
  }

  #offered(connected: ConnectedSession, offer: IncomingOffer): void {
    const { sender } = offer;
    const { session } = connected;
    if (!this.#mayOffer(connected, sender)) {
      offer.reject();
      return;
    }
    const refusal =
      this.#running >= MAX_TRANSFERS ? text(({ files }) => files.tooManyCome) : this.#uploads.refusal(0);
    if (refusal !== undefined) {
      offer.reject();
      this.#failed(connected, sender, A_FILE, refusal);
      return;
    }
    // The session may be over before the file is there.
    const { direct } = session;
    const file = new ArrivingFile(this.#uploads, {
      audience: [session.user],
      sender: { network: session.network.name, key: sender.fingerprint ?? sender.clientId },
      note: (said) => this.#tell(connected, sender, said),
      shown: (payload) => direct.tell(sender, payload),
      failed: (words, reason) => this.#failed(connected, sender, words, reason),
    });
    try {
      const transfer = offer.accept((incoming) => file.open(incoming));
      this.#running++;
      file.follow(transfer);
      void transfer.done.catch(() => undefined).finally(() => this.#running--);
    } catch (error) {
      offer.reject();
      this.#failed(connected, sender, A_FILE, failureText(error));
    }
  }

  #refuse(connected: ConnectedSession, { sender }: SessionEventOf<'file-transfer'>): void {
    if (this.#mayOffer(connected, sender))
      this.#failed(
        connected,
        sender,
        A_FILE,
        text(({ files }) => files.notTakenHere),
      );
  }

  #mayOffer({ session: { network } }: ConnectedSession, { fingerprint, clientId }: User): boolean {
    const key = `${network.name} ${fingerprint ?? clientId}`;
    const rate = this.#rates.get(key) ?? new TokenBucket(OFFERS);
    this.#rates.set(key, rate);
    return rate.take();
  }

  /** SILC has no word for a refusal: the sender is told in a message. */
  #failed(connected: ConnectedSession, sender: User, words: AnyText, reason: AnyText): void {
    this.#context.log.info(
      { user: connected.session.user, reason: String(reason) },
      'an offered file does not arrive',
    );
    const said = text(({ files }, language) =>
      files.notArriving(textIn(language, words), textIn(language, reason)),
    );
    this.#tell(connected, sender, said);
    connected.silc
      .tell(sender.clientId, silcWords.fileDoesNotArrive(String(reason)), { noReply: true })
      .catch(() => undefined);
  }

  #tell({ session }: ConnectedSession, sender: User, said: AnyText): void {
    session.direct.tell(sender, [xml('body', {}, bracketed(said, undefined))]);
  }
}

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
