/** Shorter texts are in every other word. */
const LEAST_LENGTH = 7;
/** What a secret of the tests consists of that says no more than what it is, or is an address in the first place. */
const WORDS = /^(?:\S+@\S+|secrets?|password|passphrase|component|correct|another|something)$/i;
/** Shorter keys are no secrets, or in other numbers by chance. */
const LEAST_OCTETS = 12;
/** Different octets of a key: what is made of fewer is found in all that is empty. */
const LEAST_DIFFERENT = 2;
/** What is kept for one file of tests, in units of text. */
const MAX_UNITS = 32 << 20;
const MAX_KEYS = 200_000;

/**
 * Everything secret that the tests of this process use, and all that they log: both come in as it happens, and are compared at the
 * end of a file of tests.
 */
class SecretWatch {
  readonly #texts = new Map<string, string>();
  /** Keys by their first octets, as hex digits, and as base64 at each of the three places. */
  readonly #hex = new Map<string, string>();
  readonly #base64 = new Map<string, string>();
  #lines: string[] = [];
  #units = 0;

  /** A text that must be in no log. */
  text(what: string, secret: string | undefined): void {
    if (secret === undefined || secret.length < LEAST_LENGTH || WORDS.test(secret)) return;
    this.#texts.set(secret, what);
    this.#texts.set(JSON.stringify(secret).slice(1, -1), what);
  }

  /** A key that must be in no log, however it is written. */
  octets(what: string, secret: Uint8Array): void {
    if (secret.length < LEAST_OCTETS || this.#hex.size >= MAX_KEYS) return;
    const start = Buffer.from(secret.buffer, secret.byteOffset, LEAST_OCTETS);
    const hex = start.toString('hex');
    if (this.#hex.has(hex) || new Set(start).size < LEAST_DIFFERENT) return;
    this.#hex.set(hex, what);
    for (const skip of [0, 1, 2]) {
      // What stands before and behind has a part in the first and the last digit.
      const digits = start.subarray(skip, skip + 9).toString('base64');
      this.#base64.set(digits, what);
    }
  }

  /** Whatever a test has logged. */
  line(text: string): void {
    if (this.#units + text.length > MAX_UNITS) return;
    this.#units += text.length;
    this.#lines.push(text);
  }

  /** The same of what a log is called with, before anything is left out of it. */
  call(fields: object, text: string): void {
    this.line(`${text} ${written(fields)}`);
  }

  /** Forgets what was logged, and what is secret. @returns what was found, the secrets themselves left out */
  found(): readonly string[] {
    const lines = this.#lines;
    const found = lines.length === 0 ? [] : this.#foundIn(lines);
    this.#lines = [];
    this.#units = 0;
    for (const known of [this.#texts, this.#hex, this.#base64]) known.clear();
    return found;
  }

  #foundIn(lines: readonly string[]): readonly string[] {
    const log = lines.join('\n');
    const found = new Set<string>();
    for (const [secret, what] of this.#texts) {
      const at = log.indexOf(secret);
      if (at >= 0) found.add(`${what}: ${lineAt(log, at).replaceAll(secret, '[secret]')}`);
    }
    const digits = LEAST_OCTETS * 2;
    for (const { 0: run, index } of log.matchAll(/[0-9a-f]{24,}/gi)) {
      this.#slide(this.#hex, run.toLowerCase(), digits, (what) =>
        found.add(`${what}: ${lineAt(log, index)}`),
      );
    }
    for (const { 0: run, index } of log.matchAll(/[\w+/-]{12,}/g)) {
      const plain = run.replaceAll('-', '+').replaceAll('_', '/');
      this.#slide(this.#base64, plain, 12, (what) => found.add(`${what}: ${lineAt(log, index)}`));
    }
    // As arrays are written, and as Node shows a Buffer.
    for (const { 0: run, index } of log.matchAll(
      /(?:"?\d{1,5}"?:)?\d{1,3}(?:,(?:"?\d{1,5}"?:)?\d{1,3}){11,}/g,
    )) {
      const octets = run.split(',').map((one) => Number(one.split(':').at(-1)));
      const hex = Buffer.from(octets).toString('hex');
      this.#slide(this.#hex, hex, digits, (what) => found.add(`${what}: ${lineAt(log, index)}`));
    }
    for (const { 0: run, index } of log.matchAll(/[0-9a-f]{2}(?: [0-9a-f]{2}){11,}/g)) {
      const hex = run.replaceAll(' ', '');
      this.#slide(this.#hex, hex, digits, (what) => found.add(`${what}: ${lineAt(log, index)}`));
    }
    return [...found];
  }

  #slide(known: ReadonlyMap<string, string>, run: string, width: number, tell: (what: string) => void): void {
    if (known.size === 0) return;
    for (let at = 0; at + width <= run.length; at++) {
      const what = known.get(run.slice(at, at + width));
      if (what !== undefined) tell(what);
    }
  }
}

const lineAt = (log: string, at: number): string =>
  log.slice(log.lastIndexOf('\n', at) + 1, (log.indexOf('\n', at) + 1 || log.length + 1) - 1).slice(0, 300);

/** Errors with their texts and causes, octets as numbers, and no circle. */
function written(fields: object): string {
  const above = new Set<unknown>();
  return JSON.stringify(fields, (_, value: unknown) => {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (above.has(value)) return '[seen]';
    above.add(value);
    if (value instanceof Error) {
      const { message, stack, cause } = value;
      return { ...Object.fromEntries(Object.entries(value)), message, stack, cause };
    }
    return value instanceof Map || value instanceof Set ? [...value] : value;
  });
}

/** One in each process, also where files of tests share it. */
const here = globalThis as { secretsOfTests?: SecretWatch };
export const secrets: SecretWatch = (here.secretsOfTests ??= new SecretWatch());
