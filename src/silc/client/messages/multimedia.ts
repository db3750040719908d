import { fromHex, toHex, utf8 } from '../../bytes.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import type { ClientId } from '../../ids.js';
import { MessageFlag, mimeField } from '../../messages/index.js';
import type { MimeEntity } from '../../messages/index.js';
import { decodeText } from '../../packets/text.js';
import type { SessionContext } from '../context.js';
import type {
  MimeDestination,
  MultimediaAbout,
  MultimediaEvent,
  MultimediaOffer,
  OwnMultimediaOffer,
} from '../api/messages.js';
import type { MultimediaMessages } from '../ports.js';
import type { UserRecord } from '../people/users.js';
import { LruMap } from '../../../util/lru-map.js';

/*
 * Multimedia sessions (draft multimedia-session-00, 3): a description (SDP) in a MIME message asks for one with REQUEST, the
 * answer is another description with REPLY, and the MD5 of the first one with STOP declines it or ends it. What the
 * descriptions say is the application's.
 */

const DIGEST_LENGTH = 16;
/** Offers of others, and own ones, that are remembered. */
const MAX_OFFERS = 256;

/** The multimedia offers of one session, in both directions. */
export class Multimedia implements MultimediaMessages {
  readonly #context: SessionContext;
  /** By sender and digest, least recently heard of first. */
  readonly #theirs = new LruMap<string, TheirOffer>(MAX_OFFERS);
  /** Digests, oldest first. */
  readonly #own = new LruMap<string, true>(MAX_OFFERS);

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** What a message tells, when it is its turn to be told; undefined for every message that belongs to no session. */
  event(sender: UserRecord, about: Omit<MultimediaAbout, 'sender'>): MultimediaEvent | undefined {
    const { flags, mime } = about.message;
    if (sender === this.#context.network.self || (flags & MessageFlag.data) === 0) return undefined;
    const all = { sender, ...about };
    if ((flags & MessageFlag.stop) !== 0) return this.#ended(sender, all);
    if (mime === undefined || !isSdp(mime)) return undefined;
    if ((flags & MessageFlag.request) !== 0) return this.#offered(sender, mime.body, all);
    if ((flags & MessageFlag.reply) === 0) return undefined;
    return { type: 'multimedia-answer', sdp: decodeText(mime.body), ...all };
  }

  /** Offers a session of this side. @throws as `sendMime` */
  async offer(destination: MimeDestination, sdp: string): Promise<OwnMultimediaOffer> {
    const body = utf8(sdp);
    const digest = sdpDigest(this.#context.backend, body);
    this.#own.set(digest, true);
    await this.#context.sendMime(destination, sdpEntity(body), { exchange: 'request' });
    return { sdpDigest: digest, end: () => this.#stop(destination, digest) };
  }

  #offered(sender: UserRecord, body: Uint8Array, about: MultimediaAbout): MultimediaEvent {
    const digest = sdpDigest(this.#context.backend, body);
    const key = `${sender.orderingKey} ${digest}`;
    // Whoever gets no answer sends it again: it is the same offer, and stays taken.
    const offer = this.#theirs.get(key) ?? new TheirOffer(decodeText(body), digest, this.#answers(sender));
    this.#theirs.set(key, offer);
    offer.open();
    const answerable = about.channel === undefined && (about.message.flags & MessageFlag.noreply) === 0;
    // When the event has been told to everybody.
    queueMicrotask(() => {
      if (!offer.close() || !answerable || !this.#context.answerLimit.take(sender)) return;
      // Whether the other hears of it makes no difference here.
      offer.decline().catch(() => undefined);
    });
    return { type: 'multimedia-offer', offer, ...about };
  }

  /** To the sender alone, of an offer on a channel too: the others would take the end for theirs. */
  #answers(sender: UserRecord): Answers {
    const to = (): { readonly user: ClientId } => ({ user: sender.clientId });
    return {
      answer: async (sdp) => {
        await this.#context.sendMime(to(), sdpEntity(utf8(sdp)), { exchange: 'reply' });
      },
      stop: (digest) => this.#stop(to(), digest),
    };
  }

  #ended(sender: UserRecord, about: MultimediaAbout): MultimediaEvent | undefined {
    const digest = digestOf(about.message.mime, about.message.data);
    if (digest === undefined) return undefined;
    const key = `${sender.orderingKey} ${digest}`;
    const whose = this.#theirs.has(key) ? 'sender' : this.#own.has(digest) ? 'own' : 'unknown';
    this.#theirs.delete(key);
    return { type: 'multimedia-ended', sdpDigest: digest, whose, ...about };
  }

  async #stop(to: MimeDestination, digest: string): Promise<void> {
    await this.#context.sendMime(to, sdpEntity(fromHex(digest)), { exchange: 'stop', noReply: true });
  }
}

interface Answers {
  answer(sdp: string): Promise<void>;
  stop(digest: string): Promise<void>;
}

/** An offer of somebody else. */
class TheirOffer implements MultimediaOffer {
  readonly sdp: string;
  readonly sdpDigest: string;
  readonly #answers: Answers;
  #state: 'open' | 'taken' | 'declined' = 'open';

  constructor(sdp: string, digest: string, answers: Answers) {
    this.sdp = sdp;
    this.sdpDigest = digest;
    this.#answers = answers;
  }

  take(): boolean {
    if (this.#state === 'declined') return false;
    this.#state = 'taken';
    return true;
  }

  async answer(sdp: string): Promise<void> {
    this.#state = 'taken';
    await this.#answers.answer(sdp);
  }

  async decline(): Promise<void> {
    this.#state = 'declined';
    await this.#answers.stop(this.sdpDigest);
  }

  /** It is told, perhaps again. */
  open(): void {
    if (this.#state === 'declined') this.#state = 'open';
  }

  /** It has been told. True where nobody has taken it, or declined it already. */
  close(): boolean {
    const untaken = this.#state === 'open';
    if (untaken) this.#state = 'declined';
    return untaken;
  }
}

function sdpEntity(body: Uint8Array): MimeEntity {
  const fields = [
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: 'application/sdp' },
  ];
  return { fields, body };
}

const isSdp = (entity: MimeEntity): boolean =>
  /^application\/sdp\b/i.test(mimeField(entity, 'Content-Type') ?? '');

/**
 * The digest of an ended session. The draft does not say how it is written: as octets, in an entity or bare (which may
 * not even look like an entity), or as digits.
 */
function digestOf(entity: MimeEntity | undefined, data: Uint8Array): string | undefined {
  if (data.length === DIGEST_LENGTH) return toHex(data);
  if (entity === undefined || (entity.fields.length > 0 && !isSdp(entity))) return undefined;
  const { body } = entity;
  if (body.length === DIGEST_LENGTH) return toHex(body);
  const text = body.length === 2 * DIGEST_LENGTH ? decodeText(body).toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

/** MD5 of a session description: what names it in its end. */
export function sdpDigest(backend: CryptoBackend, sdp: Uint8Array): string {
  return toHex(backend.hash('md5', sdp));
}
