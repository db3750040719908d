import { decodeReply, decodeStatus, encodeRequest } from '../../commands/command.js';
import type { Command, CommandMessage } from '../../commands/command.js';
import { SilcCommandError, SilcError } from '../../errors.js';
import type { CommandErrorObject } from '../../errors.js';
import { errorObjects } from '../../commands/error-objects.js';
import { statusText } from '../../status.js';

/** All that a command was answered with. */
export interface CommandAnswer<Reply> {
  readonly values: readonly Reply[];
  /** Errors inside a list. */
  readonly errors: readonly SilcCommandError[];
  /** False when the list was cut: it did not end, broke off with an error, or was longer than the local limit. */
  readonly complete: boolean;
}

/** What became of one more reply. */
export type Progress = 'done' | 'more';

/** A command from its call to its answer, as the queue sees it. */
export interface PendingCommand {
  readonly number: number;
  /** It waits for all that is ordered, and all that is ordered waits for it. */
  readonly alone: boolean;
  /** Of those in one lane one is under way at a time, in the order of their calls. */
  readonly lane: string | undefined;
  readonly priority: 'user' | 'background';
  readonly timeoutMs: number;
  /** The request as it goes out now. @throws SilcError `usage` or `limit` when it cannot be encoded. */
  encode(ident: number): CommandMessage;
  accept(message: CommandMessage): Progress;
  /** The list is over although no end was seen. */
  finish(): void;
  /** The deadline has passed: what came of a list is its answer. */
  expire(error: SilcError): void;
  fail(error: SilcError): void;
}

interface PendingOptions<Request, Reply> {
  readonly command: Command<Request, Reply>;
  /** Called at the moment of sending, so that the newest own Client ID goes in. */
  readonly request: () => Request;
  readonly lane: string | undefined;
  readonly priority: 'user' | 'background';
  readonly timeoutMs: number;
  readonly maxListItems: number;
  /** Octets kept of one list. */
  readonly maxListOctets: number;
  /** Called for each successful reply, before the packet that follows it is looked at. */
  readonly onReply: ((value: Reply) => void) | undefined;
  readonly resolve: (answer: CommandAnswer<Reply>) => void;
  readonly reject: (error: SilcError) => void;
}

/** Collects the replies of one command. */
export class PendingCall<Request, Reply> implements PendingCommand {
  readonly #options: PendingOptions<Request, Reply>;
  readonly #values: Reply[] = [];
  readonly #errors: SilcCommandError[] = [];
  #octets = 0;
  #cut = false;

  constructor(options: PendingOptions<Request, Reply>) {
    this.#options = options;
  }

  get number(): number {
    return this.#options.command.number;
  }

  get alone(): boolean {
    return this.#options.command.order === 'alone';
  }

  get lane(): string | undefined {
    return this.#options.lane;
  }

  get priority(): 'user' | 'background' {
    return this.#options.priority;
  }

  get timeoutMs(): number {
    return this.#options.timeoutMs;
  }

  encode(ident: number): CommandMessage {
    return encodeRequest(this.#options.command, ident, this.#options.request());
  }

  accept(message: CommandMessage): Progress {
    const { command, onReply } = this.#options;
    try {
      const { position, error } = decodeStatus(message);
      if (position === 'single' && error !== 0 && this.#values.length === 0) {
        this.fail(commandError(command, error, errorObjects(message.args)));
        return 'done';
      }
      // What came before an error that breaks a list off is kept.
      if (position === 'single' && error !== 0) this.#cut = true;
      try {
        const reply = decodeReply(command, message);
        const octets = message.args.reduce((sum, { data }) => sum + data.length, 0);
        if ('value' in reply) {
          this.#keep(reply.value, octets);
          onReply?.(reply.value);
        } else this.#keepError(commandError(command, reply.error, errorObjects(reply.args)), octets);
      } catch (cause) {
        // One entry that is not legible does not spoil the list around it.
        if (position === 'single') throw cause;
        this.#cut = true;
      }
      if (position !== 'single' && position !== 'end') return 'more';
      this.#resolve();
    } catch (cause) {
      this.fail(asSilcError(cause, `${command.name} reply`));
    }
    return 'done';
  }

  finish(): void {
    this.#cut = true;
    this.#resolve();
  }

  expire(error: SilcError): void {
    if (this.#values.length > 0) this.finish();
    else this.fail(error);
  }

  fail(error: SilcError): void {
    this.#options.reject(error);
  }

  #keep(value: Reply, octets: number): void {
    if (this.#hasRoom(this.#values.length, octets)) this.#values.push(value);
    else this.#cut = true;
  }

  /** Room for one more entry; the first one always fits. */
  #hasRoom(entries: number, octets: number): boolean {
    const { maxListItems, maxListOctets } = this.#options;
    if (entries >= maxListItems || (this.#octets > 0 && this.#octets + octets > maxListOctets)) return false;
    this.#octets += octets;
    return true;
  }

  #keepError(error: SilcCommandError, octets: number): void {
    if (this.#hasRoom(this.#errors.length, octets)) this.#errors.push(error);
    else this.#cut = true;
  }

  #resolve(): void {
    this.#options.resolve({ values: this.#values, errors: this.#errors, complete: !this.#cut });
  }
}

/** The error of a status that the server answered with. */
export function commandError(
  command: Command<unknown, unknown>,
  status: number,
  about: readonly CommandErrorObject[] = [],
): SilcCommandError {
  return new SilcCommandError(
    command.number,
    status,
    `${command.name}: ${statusText(status)} (status ${status})`,
    about,
  );
}

/** Anything thrown, as an error of the engine. */
export function asSilcError(cause: unknown, what: string): SilcError {
  if (cause instanceof SilcError) return cause;
  return new SilcError('malformed', `${what} could not be processed`, { cause });
}
