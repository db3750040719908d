import { linkedFile, type LinkedFile } from '../../../mapping/mime/linked-file.js';
import { mimeEntity } from '../../../silc/messages/mime-content.js';
import { safeFileName } from '../../../silc/transfer/file-name.js';
import { LruMap } from '../../../util/lru-map.js';
import { Semaphore } from '../../../util/semaphore.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { ChannelLine } from '../../channels/line.js';
import type { GatewayContext } from '../../context.js';
import type { UserRoom } from '../../rooms/user-room.js';
import { handOver } from '../../sessions/hand-over.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import { getFile } from './http-get.js';

/** Largest picture that is sent: in fragments of a MIME message it is about 20 of them. */
const MAX_OCTETS = 1 << 20;
/** So long one may take, and so many are fetched at once; others stay links. */
const [FETCH_MS, FETCHES] = [20_000, 4];
/** Pictures of one user: so many at once, then one in so many seconds. */
const RATE = { burst: 5, perSecond: 0.1 };
const MAX_USERS = 1_000;
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/**
 * Pictures whose links Jabber users post in rooms go to SILC users as MIME messages, after the link, where the operator wants that. What
 * cannot be fetched, is too large or is no picture stays the link that it is. Left out: private messages, and offers of files (SFTP).
 */
export class LinkedPictures {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #certificates: () => string | undefined;
  readonly #turns = new Semaphore(FETCHES);
  readonly #rates = new LruMap<string, TokenBucket>(MAX_USERS);
  readonly #stopped = new AbortController();
  #underway = 0;

  /** @param certificates - beside those that Node trusts, in PEM */
  constructor(context: GatewayContext, sessions: SessionRegistry, certificates: () => string | undefined) {
    this.#context = context;
    this.#sessions = sessions;
    this.#certificates = certificates;
  }

  /** A line was said in a room. */
  said(line: ChannelLine): void {
    const { pictures_to_silc, max_octets } = this.#context.config.files;
    if (!pictures_to_silc || line.origin !== 'jabber' || this.#underway >= FETCHES) return;
    const file = linkedFile(line.payload);
    if (file === undefined || (file.octets ?? 0) > Math.min(MAX_OCTETS, max_octets)) return;
    const room = this.#roomOf(line);
    if (room === undefined || !this.#mayFetch(room.user)) return;
    this.#underway++;
    this.#follow(room, file)
      .catch((error: unknown) => {
        this.#context.log.debug({ room: room.jid, err: error }, 'a linked picture stays a link');
      })
      .finally(() => this.#underway--);
  }

  stop(): void {
    this.#stopped.abort(new Error('the gateway stops'));
  }

  async #follow(room: UserRoom, file: LinkedFile): Promise<void> {
    const { config } = this.#context;
    const { type, data } = await this.#turns.run(() =>
      getFile(file.url, {
        maxOctets: Math.min(MAX_OCTETS, config.files.max_octets),
        signal: AbortSignal.any([AbortSignal.timeout(FETCH_MS), this.#stopped.signal]),
        mayBePrivate: config.files.transfers.private_addresses,
        ca: this.#certificates(),
      }),
    );
    if (!PICTURES.test(type) || data.length === 0) return;
    const { link } = room;
    if (link === undefined) return;
    const filename = safeFileName(file.name ?? nameIn(file.url));
    const entity = mimeEntity({ type, filename, data });
    // The users of the gateway have the link; the copies that their sessions get are none of their business.
    await handOver(link.silc, { channel: link.silcChannel.id }, { kind: 'mime', entity }, ({ digest }) =>
      room.channel.recognise(digest),
    );
  }

  #mayFetch(user: string): boolean {
    const rate = this.#rates.get(user) ?? new TokenBucket(RATE);
    this.#rates.set(user, rate);
    if (rate.waitMs > 0) return false;
    rate.take();
    return true;
  }

  #roomOf({ room: jid, from }: ChannelLine): UserRoom | undefined {
    for (const session of this.#sessions.all()) {
      const room = session.rooms.get(jid);
      if (room?.self?.jid === from) return room;
    }
    return undefined;
  }
}

/** The last part of the path. */
function nameIn(url: URL): string {
  const name = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
