/** Commands that wait for their answers and are remembered at most; beyond it the oldest ones prove nothing. */
const MAX_COMMANDS = 256;

/**
 * How far the server is known to have read what this session sent. It reads packets in their order and answers commands: once it
 * has answered one, whatever was sent before that one has reached it.
 */
export class ReadProof {
  #sent = 0;
  #read = 0;
  /** Commands under way, oldest first, each with the number of messages that were sent before it. */
  readonly #commands: { readonly ident: number; readonly behind: number }[] = [];

  /** So many messages were read for certain, from the first one on. */
  get read(): number {
    return this.#read;
  }

  /** So many messages were sent of which nobody knows whether they were read. */
  get unproven(): number {
    return this.#sent - this.#read;
  }

  /** Commands are under way, and nothing that was sent behind them was answered. */
  get isAwaited(): boolean {
    return this.#commands.length > 0;
  }

  /** A message is sent. @returns its place among the session's messages, from 1 */
  message(): number {
    return ++this.#sent;
  }

  /** A command is sent, with this identifier. */
  command(ident: number): void {
    this.#commands.push({ ident, behind: this.#sent });
    if (this.#commands.length > MAX_COMMANDS) this.#commands.shift();
  }

  /** The server has read all of it. */
  readAll(): void {
    this.#read = this.#sent;
    this.#commands.length = 0;
  }

  /** A command was answered, whatever the answer was. */
  answered(ident: number): void {
    const index = this.#commands.findIndex((command) => command.ident === ident);
    if (index < 0) return;
    // Those before it prove no more than this one.
    for (const { behind } of this.#commands.splice(0, index + 1)) this.#read = Math.max(this.#read, behind);
  }
}
