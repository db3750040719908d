import { toHex } from '../../bytes.js';
import { SilcError } from '../../errors.js';
import { encodeMime, fragmentMime, MessageFlag } from '../../messages/index.js';
import type { MimeEntity } from '../../messages/index.js';
import type { SessionContext } from '../context.js';
import type { MimeDestination, MimeOptions, SentMessage } from '../api/messages.js';
import {
  acknowledgeWithin,
  checkUnacknowledged,
  exchangeFlags,
  sendToChannel,
  sendToUser,
  signerOf,
} from './outgoing.js';
import type { OutgoingGate } from './outgoing.js';

/** Octets of the whole in one fragment; its header and a signature come on top. */
const FRAGMENT = 59_000;
/** As much as a receiver with this engine puts together. */
const MAX_MIME = 4 << 20;

/**
 * Sends a MIME message, in fragments where it is long: in order, because toolkit clients only put those together.
 * @returns the digest of the last fragment, which is the one that receivers tell
 * @throws SilcError `limit`; otherwise as `say` and `tell`. Fragments before a failure are sent.
 */
export async function sendMime(
  context: SessionContext,
  gate: OutgoingGate,
  destination: MimeDestination,
  entity: MimeEntity,
  options: MimeOptions,
): Promise<SentMessage> {
  const encoded = encodeMime(entity);
  if (encoded.length > MAX_MIME) throw new SilcError('limit', `MIME message of ${encoded.length} octets`);
  const { exchange, noReply = false } = options;
  if ('channel' in destination) checkUnacknowledged(options);
  const acknowledgeMs = acknowledgeWithin(options);
  const flags =
    MessageFlag.data |
    (exchange === undefined ? 0 : exchangeFlags[exchange]) |
    (noReply ? MessageFlag.noreply : 0);
  const signer = signerOf(context, options.sign);
  // Toolkit clients tell messages apart by this alone, whoever sends them.
  const id = toHex(context.backend.randomBytes(16));
  let sent: SentMessage | undefined;
  const fragments = fragmentMime(encoded, FRAGMENT, id);
  for (const [i, data] of fragments.entries()) {
    const message = { flags, data, signer };
    const last = i + 1 === fragments.length;
    const asked = last ? acknowledgeMs : undefined;
    const onSending = last ? options.onSending : undefined;
    sent =
      'channel' in destination
        ? await sendToChannel(context, gate, destination.channel, message, onSending)
        : await sendToUser(context, destination.user, message, asked, onSending);
  }
  if (sent === undefined) throw new SilcError('usage', 'a MIME message of nothing');
  return sent;
}
