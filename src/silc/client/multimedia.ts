import { fromHex, toHex } from '../bytes.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { MessageFlag, mimeField } from '../messages/index.js';
import type { MimeEntity } from '../messages/index.js';
import { decodeText } from '../packets/text.js';
import type { SessionContext } from './context.js';
import type { MimeDestination, MultimediaEvent, MultimediaOffer } from './mime-types.js';
import type { Channel, Message } from './types.js';
import type { UserRecord } from './users.js';

const DIGEST_LENGTH = 16;

/** What a message of the multimedia session protocol tells; undefined for every other message. */
export function multimediaEvent(
  context: SessionContext,
  sender: UserRecord,
  channel: Channel | undefined,
  message: Message,
): MultimediaEvent | undefined {
  const { flags, mime } = message;
  if (mime === undefined) return undefined;
  const about = { sender, channel, message };
  if ((flags & MessageFlag.stop) !== 0) {
    const sdpDigest = digestOf(mime);
    return sdpDigest === undefined ? undefined : { type: 'multimedia-ended', sdpDigest, ...about };
  }
  if (!isSdp(mime)) return undefined;
  if ((flags & MessageFlag.request) !== 0) {
    return { type: 'multimedia-offer', offer: offerOf(context, sender, channel, message, mime), ...about };
  }
  if ((flags & MessageFlag.reply) === 0) return undefined;
  return { type: 'multimedia-answer', sdp: decodeText(mime.body), ...about };
}

const isSdp = (entity: MimeEntity): boolean =>
  /^application\/sdp\b/i.test(mimeField(entity, 'Content-Type') ?? '');

/** The digest of an ended session. The draft does not say how it is written: as octets, bare or in an entity, or as digits. */
function digestOf(entity: MimeEntity): string | undefined {
  if (entity.fields.length > 0 && !isSdp(entity)) return undefined;
  const { body } = entity;
  if (body.length === DIGEST_LENGTH) return toHex(body);
  const text = body.length === 2 * DIGEST_LENGTH ? decodeText(body).toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}

/** MD5 of a session description: what names it in its end. */
export function sdpDigest(backend: CryptoBackend, sdp: Uint8Array): string {
  return toHex(backend.hash('md5', sdp));
}

function offerOf(
  context: SessionContext,
  sender: UserRecord,
  channel: Channel | undefined,
  { flags }: Message,
  { body }: MimeEntity,
): MultimediaOffer {
  const digest = sdpDigest(context.backend, body);
  let state: 'open' | 'taken' | 'declined' = 'open';
  const decline = async (): Promise<void> => {
    state = 'declined';
    const to: MimeDestination = channel === undefined ? { user: sender.clientId } : { channel: channel.id };
    const fields = [
      { name: 'MIME-Version', value: '1.0' },
      { name: 'Content-Type', value: 'application/sdp' },
    ];
    await context.sendMime(to, { fields, body: fromHex(digest) }, { exchange: 'stop' });
  };
  const answerable = channel === undefined && (flags & MessageFlag.noreply) === 0;
  // When the event has been told to everybody.
  queueMicrotask(() => {
    if (state !== 'open') return;
    state = 'declined';
    // Whether the other hears of it makes no difference here.
    if (answerable) decline().catch(() => undefined);
  });
  return {
    sdp: decodeText(body),
    sdpDigest: digest,
    take: () => {
      if (state === 'declined') return false;
      state = 'taken';
      return true;
    },
    decline,
  };
}
