import { PassThrough } from 'node:stream';
import type { ServerKeys } from '../../../src/cli/silc/known-servers.js';
import { runLineClient, type LineClientOptions, type Streams } from '../../../src/cli/silc/run.js';
import { keyPairNamed, type SilcWorld } from '../../support/silc-world.js';

/** A stream that keeps what was written to it. */
class Capture extends PassThrough {
  text = '';
  #wake: () => void = () => {};

  constructor() {
    super();
    this.setEncoding('utf8');
    this.on('data', (chunk: string) => {
      this.text += chunk;
      this.#wake();
    });
  }

  /** The first match, in what was written or will be. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match !== null) return match;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export type LineRunOptions = Partial<Omit<LineClientOptions, 'serverKey'>> &
  Partial<Pick<Streams, 'interactive' | 'colours'>> & {
    readonly fingerprint?: string;
    readonly trust?: boolean;
    /** Default: every server is new, and is remembered in vain. */
    readonly known?: ServerKeys;
  };

const forgetful: ServerKeys = {
  find: () => Promise.resolve(undefined),
  remember: () => Promise.resolve(),
};

/** The line client on a server of the tests, with streams in memory. */
export class LineRun {
  readonly input = new PassThrough();
  readonly output = new Capture();
  readonly errors = new Capture();
  readonly code: Promise<number>;
  interrupt: () => void = () => {};

  constructor(world: SilcWorld, nickname: string, options: LineRunOptions = {}) {
    const {
      interactive = false,
      colours = false,
      fingerprint,
      trust = false,
      known = forgetful,
      ...rest
    } = options;
    this.code = runLineClient(
      {
        ...{
          host: world.host,
          port: world.port,
          nickname,
          username: nickname,
          keyPair: keyPairNamed(nickname),
        },
        ...{ auth: { method: 'none' }, proposal: {}, channels: [], lines: undefined, resume: undefined },
        ...{ json: false, timeoutMs: 20_000, directory: '.', listen: undefined, anyAddress: false },
        ...{ negotiate: false, keyIsNew: false },
        serverKey: { fingerprint, known, trust },
        ...rest,
      },
      {
        ...{ input: this.input, output: this.output, errors: this.errors, interactive, colours },
        interrupted: new Promise<void>((resolve) => (this.interrupt = resolve)),
        now: () => new Date(0),
      },
    );
  }

  type(...lines: readonly string[]): void {
    for (const line of lines) this.input.write(`${line}\n`);
  }

  /** The JSON lines so far. */
  get items(): readonly Record<string, unknown>[] {
    return this.output.text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  of(type: string): readonly Record<string, unknown>[] {
    return this.items.filter((item) => item['type'] === type);
  }
}
