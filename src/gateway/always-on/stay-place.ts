import { fromUtf8, utf8 } from '../../silc/bytes.js';

/** What is needed to enter a room again without a client that asks for it. */
export interface StayPlace {
  /** Display form. */
  readonly nickname: string;
  readonly passphrase: string | undefined;
}

export function encodePlace({ nickname, passphrase }: StayPlace): Uint8Array {
  return utf8(JSON.stringify({ nickname, passphrase }));
}

/** Who has written it is certain, since it was sealed. */
export function decodePlace(octets: Uint8Array): StayPlace {
  const { nickname, passphrase } = JSON.parse(fromUtf8(octets)) as StayPlace;
  return { nickname, passphrase };
}
