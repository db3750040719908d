import type { SignatureState } from '../api/messages.js';

/** The state of a signature, which may become another one until `ready` settles. */
export interface JudgedSignature {
  readonly state: SignatureState;
  readonly ready: Promise<unknown> | undefined;
}
