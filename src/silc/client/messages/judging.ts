import { toHex } from '../../bytes.js';
import type { CryptoBackend } from '../../crypto/backend.js';
import { MessageFlag, messageKind, messageText } from '../../messages/index.js';
import type { MessagePayload } from '../../messages/index.js';
import type { Message, SignatureState } from '../api/messages.js';
import { within } from '../context.js';
import type { UserRecord } from '../people/users.js';
import type { SeatHolder } from '../shared/shared-channel.js';
import type { WholeMessage } from './mime-inbox.js';
import type { SignatureJudge } from '../ports.js';
import type { JudgedSignature } from './judged-signature.js';

/** So long a signed message waits for its signer's key; after that it is shown as it is. */
const SIGNATURE_HOLD_MS = 1_500;

const UNSIGNED: JudgedSignature = Object.freeze({ state: 'none', ready: undefined });

/** @param knownBy the session that keeps the sender's record; default the checker's */
export function judge(
  signatures: SignatureJudge,
  sender: UserRecord,
  message: MessagePayload,
  knownBy?: SeatHolder,
): JudgedSignature {
  if ((message.flags & MessageFlag.signed) === 0) return UNSIGNED;
  if (message.signature === undefined) return { state: 'failed', ready: undefined };
  const state = signatures.check(sender, message.signature, knownBy);
  if (typeof state === 'string') return { state, ready: undefined };
  const found = state.then((known) => {
    judged.state = known;
  });
  const judged: { state: SignatureState; readonly ready: Promise<void> } = {
    state: 'unknown-key',
    ready: within(found, SIGNATURE_HOLD_MS),
  };
  return judged;
}

/** Settles when all of these are judged, and what else is waited for; undefined where nothing is. */
export function whenJudged(
  parts: readonly { readonly judged: JudgedSignature }[],
  named?: Promise<void>,
): Promise<unknown> | undefined {
  if (named === undefined && parts.every(({ judged }) => judged.ready === undefined)) return undefined;
  return Promise.all([...parts.map(({ judged }) => judged.ready), named]);
}

/** The weakest state first: what is made of fragments is no better than each of them. */
const states: readonly SignatureState[] = ['failed', 'none', 'unknown-key', 'verified'];

function signatureOf(parts: readonly { readonly judged: JudgedSignature }[]): SignatureState {
  return states.find((state) => parts.some(({ judged }) => judged.state === state)) ?? 'none';
}

/**
 * Makes the application's message, as soon as the signature is judged; the same object each time.
 * @param payload the last one, of fragments
 */
export function messageBuilder(
  backend: CryptoBackend,
  { flags, data, mime, tags }: WholeMessage<{ readonly judged: JudgedSignature }>,
  payload: Uint8Array,
): () => Message {
  const digest = toHex(backend.hash('sha256', payload));
  const kind = messageKind(flags);
  const text = kind === 'mime' ? undefined : messageText(flags, data);
  const fields = mime === undefined ? {} : { mime };
  let message: Message | undefined;
  return () => (message ??= { flags, kind, text, data, signature: signatureOf(tags), digest, ...fields });
}
