import { type Element, copyElement, xml } from '../component/stanza.js';
import { fromHex } from '../silc/bytes.js';
import { babbleprint, displayFingerprint } from '../silc/crypto/fingerprint.js';
import type { Words } from '../text/catalogue.js';
import { type Text, text } from '../text/text.js';
import { Namespace } from './namespaces.js';

/** What is told of a contact whose key is another one than before. Fingerprints are 40 hex digits. */
export interface KeyChange {
  /** Address of the contact. */
  readonly address: string;
  readonly gateway: string;
  readonly known: string;
  /** Undefined where the server does not tell it. */
  readonly now: string | undefined;
  readonly wasVerified: boolean;
}

/** As SILC clients show it. */
export const keyText = (fingerprint: string): string => displayFingerprint(fromHex(fingerprint));
export const babbleText = (fingerprint: string): string => babbleprint(fromHex(fingerprint));

function changeText({ address, known, now, wasVerified }: KeyChange, { trust }: Words): string {
  const before = wasVerified ? trust.verifiedKey(keyText(known)) : trust.knownKey(keyText(known));
  return now === undefined
    ? `${trust.noKeyNow(address)} ${before}`
    : `${trust.otherKey(address, keyText(now))} ${before} ${trust.maybeImpostor}`;
}

/** With how the user goes on. */
function wholeText(change: KeyChange, words: Words): string {
  const { address, gateway, now } = change;
  const wayOut =
    now === undefined
      ? words.trust.untilKnown
      : words.trust.untilAccepted(gateway, `trust ${address} ${now}`);
  return `${changeText(change, words)} ${wayOut}`;
}

/** Why a message was not sent. */
export const keyRefusalText = (change: KeyChange): Text =>
  text((words) => words.trust.notSent(wholeText(change, words)));

/** What a conversation says before the next message. */
export function keyChangePayload(change: KeyChange): readonly Element[] {
  return [
    xml(
      'body',
      {},
      text((words) => words.trust.warning(wholeText(change, words))),
    ),
    xml('silc', {
      xmlns: Namespace.silcMessage,
      kind: 'key-changed',
      known: change.known,
      fingerprint: change.now,
    }),
  ];
}

/** A message under another key than the remembered one: that its signature is right says nothing of the contact. */
export function underOtherKey(payload: readonly Element[]): readonly Element[] {
  return payload.map((part) => {
    if (!part.is('silc', Namespace.silcMessage) || part.attrs.signature !== 'verified') return part;
    const copy = copyElement(part);
    if (copy === undefined) return part;
    copy.setAttribute('signature', 'other-key');
    return copy;
  });
}

export const isFingerprint = (text: string): boolean => /^[0-9a-f]{40}$/i.test(text);

/** Whether a key is the one that somebody has typed, as fingerprint or babbleprint; undefined for what is neither. */
export function typedKey(typed: string): ((fingerprint: string) => boolean) | undefined {
  const digits = typed.replace(/[\s:]/g, '').toLowerCase();
  if (isFingerprint(digits)) return (fingerprint) => fingerprint === digits;
  const babble = typed.trim().toLowerCase();
  if (/^x[a-z]{4}(?:-[a-z]{5}){9}-[a-z]{4}x$/.test(babble)) {
    return (fingerprint) => babbleText(fingerprint) === babble;
  }
  return undefined;
}
