/** What the process' exit code says; the values follow sysexits(3) where it has one. */
export const ExitCode = {
  ok: 0,
  /** Something failed at run time; the text says what. A restart may help. */
  failure: 1,
  /** The command line is wrong. */
  usage: 64,
  /** The configuration is wrong, or something it names cannot be used. A restart does not help. */
  config: 78,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure whose text is all that the user needs: no stack is shown. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
