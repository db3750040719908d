import { xml } from '../../../component/stanza.js';
import { bracketed } from '../../../mapping/mime/file-payload.js';
import type { User } from '../../../silc/client/types.js';
import type { FileTransfers } from '../../../silc/transfer/file-transfers.js';
import type { IncomingOffer } from '../../../silc/transfer/types.js';
import { LruMap } from '../../../util/lru-map.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { GatewayContext } from '../../context.js';
import type { ConnectedSession } from '../../sessions/connected-session.js';
import { ArrivingFile } from './incoming-file.js';
import { isBusy } from './session-transfers.js';
import { failureText } from './transfer-failure.js';
import type { Uploads } from './uploads.js';
import { silcWords } from '../../../text/silc.js';
import { type AnyText, type Text, text, textIn } from '../../../text/text.js';

/** Files that come at a time. */
const MAX_TRANSFERS = 16;
/** Offers of one SILC user that are answered: so many at once, then one in a minute. The others are dropped without a word. */
const OFFERS = { burst: 5, perSecond: 1 / 60 } as const;
const MAX_SENDERS = 1_000;
const A_FILE = text(({ files }) => files.aFile);

/** Files that SILC users offer to Jabber users (SFTP between clients): each is taken within limits, uploaded, and told as a link. */
export class OfferedFiles {
  readonly #context: GatewayContext;
  readonly #uploads: Uploads;
  readonly #rates = new LruMap<string, TokenBucket>(MAX_SENDERS);
  #running = 0;

  constructor(context: GatewayContext, uploads: Uploads) {
    this.#context = context;
    this.#uploads = uploads;
  }

  offered(connected: ConnectedSession, offer: IncomingOffer, transfers: FileTransfers): void {
    const { sender } = offer;
    const { session } = connected;
    if (!this.#mayOffer(connected, sender)) {
      offer.reject();
      return;
    }
    const refusal = this.#refusal(transfers);
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

  #refusal(transfers: FileTransfers): Text | undefined {
    if (!this.#context.config.files.transfers.accept) return text(({ files }) => files.notTakenHere);
    const tooMany = this.#running >= MAX_TRANSFERS || isBusy(transfers, 'receive');
    return tooMany ? text(({ files }) => files.tooManyCome) : this.#uploads.refusal(0);
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
