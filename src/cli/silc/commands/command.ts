import type { Channel, KeyPair, SilcSession } from '../../../silc/client/types.js';
import type { Files } from '../files.js';
import type { People } from '../people.js';
import type { Printer } from '../printer.js';
import { LineError } from '../item.js';

/** What commands work on. */
export interface LineContext {
  readonly session: SilcSession;
  readonly keyPair: KeyPair;
  readonly people: People;
  readonly printer: Printer;
  readonly files: Files;
  /** Where plain text goes. */
  current: Channel | undefined;
  /** Ends the run; the message goes with QUIT. */
  quit(message: string | undefined): void;
}

/** A command of a line. */
export interface Command {
  readonly name: string;
  /** With its arguments. */
  readonly usage: string;
  readonly summary: string;
  /** @throws what is told to the user; the client goes on */
  run(context: LineContext, rest: string): Promise<void> | void;
}

/** @throws LineError when no channel is joined */
export function currentChannel({ current }: LineContext): Channel {
  if (current === undefined) throw new LineError('not on a channel; /join NAME first');
  return current;
}
