import type { CryptoBackend } from '../../../src/silc/crypto/backend.js';

/** One case of a vector file (test/vectors/README.md). `informative` says why its result need not be copied. */
export interface VectorCase {
  readonly id: string;
  readonly kind?: string;
  readonly note?: string;
  readonly informative?: string;
  readonly input: unknown;
  readonly expect: unknown;
}

/** What checks one case: it throws when the case fails. */
export type CaseCheck = (testCase: VectorCase, backend: CryptoBackend) => void | Promise<void>;

/**
 * How the cases of one file are checked. A case without `kind` looks up the kind `default`. Runners know kinds and
 * fields, never ids or values of single cases.
 */
export interface VectorRunner {
  readonly kinds: Readonly<Record<string, CaseCheck>>;
  /** False where no cryptography takes part: the cases then run once instead of once per backend. Default true. */
  readonly usesCrypto?: boolean;
}
