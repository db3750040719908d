import type { Element } from '../../../component/stanza.js';
import type { MimeContent } from '../../../mapping/message.js';
import { linkedFile, type LinkedFile } from '../../../mapping/mime/linked-file.js';
import type { SentMessage } from '../../../silc/client/types.js';
import { mimeEntity } from '../../../silc/messages/mime-content.js';
import { LruMap } from '../../../util/lru-map.js';
import { Semaphore } from '../../../util/semaphore.js';
import { TokenBucket } from '../../../util/token-bucket.js';
import type { ChannelLine } from '../../channels/line.js';
import type { GatewayContext } from '../../context.js';
import type { UserRoom } from '../../rooms/user-room.js';
import { handOver } from '../../sessions/hand-over.js';
import type { SaidPrivately } from '../../sessions/said-privately.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import { type OpenLink, readWhole } from './http-get.js';
import { nameOfLink } from './linked-names.js';

/** Largest picture that is sent: in fragments of a MIME message it is about 20 of them. */
const MAX_OCTETS = 1 << 20;
/** So long one may take, and so many are fetched at once; others stay links. */
const [FETCH_MS, FETCHES] = [20_000, 4];
/** Pictures of one user: so many at once, then one in so many seconds. */
const RATE = { burst: 5, perSecond: 0.1 };
const MAX_USERS = 1_000;
const PICTURES = /^image\/(?:png|jpeg|gif|webp)$/;

/**
 * Pictures whose links Jabber users post in rooms or send to SILC users go there as MIME messages, after the link, where the operator wants
 * that and the user has not said otherwise. What cannot be fetched, is too large or is no picture stays the link that it is.
 */
export class LinkedPictures {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #open: OpenLink;
  readonly #turns = new Semaphore(FETCHES);
  readonly #rates = new LruMap<string, TokenBucket>(MAX_USERS);
  readonly #stopped = new AbortController();
  #underway = 0;

  constructor(context: GatewayContext, sessions: SessionRegistry, open: OpenLink) {
    this.#context = context;
    this.#sessions = sessions;
    this.#open = open;
  }

  /** A line was said in a room. */
  said(line: ChannelLine): void {
    if (line.origin !== 'jabber') return;
    const file = this.#wanted(line.payload);
    const room = file && this.#roomOf(line);
    if (file === undefined || room === undefined) return;
    this.#follow(room.user, file, async (content) => {
      const { link } = room;
      // The users of the gateway have the link; the copies that their sessions get are none of their business.
      const known = ({ digest }: SentMessage): void => room.channel.recognise(digest);
      if (link !== undefined) await handOver(link.silc, { channel: link.silcChannel.id }, content, known);
    });
  }

  /** A private message was sent to a SILC user. */
  saidPrivately({ session: { user }, silc, to, payload }: SaidPrivately): void {
    const file = this.#wanted(payload);
    if (file === undefined) return;
    this.#follow(user, file, async (content) => {
      await handOver(silc, { user: to.clientId }, content, () => undefined);
    });
  }

  stop(): void {
    this.#stopped.abort(new Error('the gateway stops'));
  }

  #wanted(payload: readonly Element[]): LinkedFile | undefined {
    const { pictures_to_silc, max_octets } = this.#context.config.files;
    if (!pictures_to_silc || this.#underway >= FETCHES) return undefined;
    const file = linkedFile(payload);
    return (file?.octets ?? 0) > Math.min(MAX_OCTETS, max_octets) ? undefined : file;
  }

  #follow(user: string, file: LinkedFile, send: (content: MimeContent) => Promise<void>): void {
    if (this.#context.preferences.get(user, 'files') === 'link' || !this.#mayFetch(user)) return;
    this.#underway++;
    this.#fetched(file)
      .then((content) => content && send(content))
      .catch((error: unknown) => {
        this.#context.log.debug({ user, err: error }, 'a linked picture stays a link');
      })
      .finally(() => this.#underway--);
  }

  /** Undefined for what is no picture. @throws Error */
  async #fetched(file: LinkedFile): Promise<MimeContent | undefined> {
    const { max_octets } = this.#context.config.files;
    const { type, data } = await this.#turns.run(async () => {
      const maxOctets = Math.min(MAX_OCTETS, max_octets);
      const signal = AbortSignal.any([AbortSignal.timeout(FETCH_MS), this.#stopped.signal]);
      return readWhole(await this.#open(file.url, { maxOctets, signal, accept: 'image/*' }));
    });
    if (!PICTURES.test(type) || data.length === 0) return undefined;
    return { kind: 'mime', entity: mimeEntity({ type, filename: nameOfLink(file), data }) };
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
