import { Deferred } from '../../../util/deferred.js';
import type { Command, CommandMessage } from '../../commands/command.js';
import { commands } from '../../commands/index.js';
import { SilcError } from '../../errors.js';
import { asSilcError, PendingCall } from './pending-command.js';
import type { CommandAnswer, PendingCommand } from './pending-command.js';
import { comparableName } from '../names.js';

export type { CommandAnswer } from './pending-command.js';

export interface CommandQueueOptions {
  /** Hands a request to the connection. Failures of the connection are reported by `close`. */
  readonly send: (message: CommandMessage) => void;
  /** Deadline of a command, counted from its sending. Default 40,000 ms, as libsilcclient. */
  readonly timeoutMs?: number;
  /** Commands waiting or under way. Default 256. */
  readonly maxLength?: number;
  /** Entries kept of one list. Default 10,000. */
  readonly maxListItems?: number;
  /** Octets of arguments kept of one list. Default 4 MiB. */
  readonly maxListOctets?: number;
}

export interface RunOptions<Reply> {
  /** Name of the channel, for a command that is ordered by its channel. */
  readonly channel?: string;
  /** Goes before all that waits, because what waits counts on its outcome. */
  readonly first?: boolean;
  /** Background commands wait while others do, and never fill the window. Default `user`. */
  readonly priority?: 'user' | 'background';
  readonly timeoutMs?: number;
  /** Takes a waiting command out; one under way is no longer waited for, but its reply is still processed. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each successful reply synchronously, before the packet that follows it is looked at. */
  readonly onReply?: (value: Reply) => void;
}

/**
 * Commands under way at most, and how many of them may be background. From the sixth in quick succession on a silcd holds
 * each back for up to two seconds, whatever else it holds back: so those that wait cost less together than one by one.
 */
const MAX_UNDER_WAY = 50;
const MAX_BACKGROUND = 12;
/** Some lists never end: they are over after so much silence. */
const LIST_SILENCE_MS = 3_000;

/** Most reads until the reply to one of them: notifies and keys may come before it, packet by packet. A silcd sends up to ten on a JOIN. */
export const HURRIED_READS = 16;
/** JOIN and NICK: somebody waits for their reply. */
export const isHurried = (command: number): boolean =>
  command === commands.join.number || command === commands.nick.number;

interface UnderWay {
  readonly ident: number;
  readonly command: PendingCommand;
  readonly deadline: NodeJS.Timeout;
  silence: NodeJS.Timeout | undefined;
}

/**
 * The commands of one session. It paces itself by the answers: at most some tens are under way, of those about one channel
 * one after the other, and nothing at all while a NICK is, because it changes the own Client ID. So a throttled server
 * slows the queue down without a clock of its own.
 */
export class CommandQueue {
  readonly #options: CommandQueueOptions;
  readonly #waiting: PendingCommand[] = [];
  /** In the order of sending. */
  readonly #underWay: UnderWay[] = [];
  #lastIdent = 0;
  #closed: SilcError | undefined;
  #draining = false;
  #drained: Deferred | undefined;

  constructor(options: CommandQueueOptions) {
    this.#options = options;
  }

  /** Commands waiting and under way. */
  get length(): number {
    return this.#waiting.length + this.#underWay.length;
  }

  /** Whether the reply to a hurried command is awaited. */
  get hurries(): boolean {
    return this.#underWay.some(({ command }) => isHurried(command.number));
  }

  /**
   * Runs a command for one answer. Of a list the first entry.
   * @throws SilcCommandError when the server refuses; SilcError `timeout`, `overflow`, `closed`, `malformed`, `usage`.
   */
  async run<Request, Reply>(
    command: Command<Request, Reply>,
    request: () => Request,
    options: RunOptions<Reply> = {},
  ): Promise<Reply> {
    const { values, errors } = await this.runList(command, request, options);
    const [value] = values;
    if (value !== undefined) return value;
    const [error] = errors;
    if (error !== undefined) throw error;
    throw new SilcError('malformed', `${command.name} was answered with nothing`);
  }

  /** Runs a command whose answer may be a list. A single error rejects, errors inside a list are in the answer. */
  runList<Request, Reply>(
    command: Command<Request, Reply>,
    request: () => Request,
    options: RunOptions<Reply> = {},
  ): Promise<CommandAnswer<Reply>> {
    const { signal } = options;
    return new Promise((resolve, reject: (error: SilcError) => void) => {
      if (this.#closed !== undefined) {
        reject(this.#closed);
        return;
      }
      if (signal?.aborted) {
        reject(aborted(command, signal));
        return;
      }
      if (this.length >= (this.#options.maxLength ?? 256)) {
        reject(new SilcError('overflow', `${command.name}: too many commands are waiting`));
        return;
      }
      const pending = new PendingCall({
        command,
        request,
        lane: laneOf(command, options.channel),
        priority: options.priority ?? 'user',
        timeoutMs: options.timeoutMs ?? this.#options.timeoutMs ?? 40_000,
        maxListItems: this.#options.maxListItems ?? 10_000,
        maxListOctets: this.#options.maxListOctets ?? 4 << 20,
        onReply: options.onReply,
        resolve: (answer) => {
          signal?.removeEventListener('abort', onAbort);
          resolve(answer);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      });
      const onAbort = (): void => {
        const index = this.#waiting.indexOf(pending);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(aborted(command, signal));
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      if (options.first === true) this.#waiting.unshift(pending);
      else this.#waiting.push(pending);
      this.#pump();
    });
  }

  /** Takes a COMMAND_REPLY. False when no command under way has its number and identifier. */
  receive(message: CommandMessage): boolean {
    const entry = this.#find(message.ident);
    if (entry?.command.number !== message.command) return false;
    clearTimeout(entry.silence);
    if (entry.command.accept(message) === 'more') {
      entry.silence = setTimeout(() => {
        this.#remove(message.ident);
        entry.command.finish();
        this.#pump();
      }, LIST_SILENCE_MS);
      return true;
    }
    this.#remove(message.ident);
    this.#pump();
    return true;
  }

  /**
   * Starts nothing any more: what waits goes on waiting until `close`. Resolves when all that is under way has been
   * answered, or was given up.
   */
  drain(): Promise<void> {
    this.#draining = true;
    if (this.#underWay.length === 0) return Promise.resolve();
    return (this.#drained ??= new Deferred()).promise;
  }

  /** Rejects everything, now and later. */
  close(error: SilcError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    const open = [...this.#underWay.map(({ command }) => command), ...this.#waiting];
    for (const { ident } of [...this.#underWay]) this.#remove(ident);
    this.#waiting.length = 0;
    for (const command of open) command.fail(error);
  }

  #pump(): void {
    for (;;) {
      const command = this.#takeNext();
      if (command === undefined) return;
      this.#start(command);
    }
  }

  /**
   * The oldest waiting command that may start now, user commands first. None overtakes another one of its lane, and none
   * that is ordered a NICK.
   */
  #takeNext(): PendingCommand | undefined {
    if (this.#closed !== undefined || this.#draining) return undefined;
    if (this.#underWay.length >= MAX_UNDER_WAY) return undefined;
    const running = this.#underWay.map(({ command }) => command);
    if (running.some(({ alone }) => alone)) return undefined;
    const taken = new Set(running.map(({ lane }) => lane));
    const isOrdered = running.some(({ lane }) => lane !== undefined);
    const hasRoom = running.filter(({ priority }) => priority === 'background').length < MAX_BACKGROUND;
    let background: PendingCommand | undefined;
    let isBarred = false;
    for (const command of this.#waiting) {
      const { alone, lane, priority } = command;
      const mayStart = alone ? !isOrdered && !isBarred : lane === undefined || !(isBarred || taken.has(lane));
      if (mayStart && priority === 'user') return this.#take(command);
      if (mayStart && hasRoom) background ??= command;
      if (alone) isBarred = true;
      if (lane !== undefined) taken.add(lane);
    }
    return background && this.#take(background);
  }

  #take(command: PendingCommand): PendingCommand {
    this.#waiting.splice(this.#waiting.indexOf(command), 1);
    return command;
  }

  #start(command: PendingCommand): void {
    const ident = this.#nextIdent();
    try {
      const message = command.encode(ident);
      const deadline = setTimeout(() => {
        this.#remove(ident);
        command.expire(new SilcError('timeout', `command ${command.number} was not answered in time`));
        this.#pump();
      }, command.timeoutMs);
      this.#underWay.push({ ident, command, deadline, silence: undefined });
      this.#options.send(message);
    } catch (cause) {
      this.#remove(ident);
      command.fail(asSilcError(cause, `command ${command.number}`));
    }
  }

  /** 1 to 65535 in turn: 0 is ignored by clients, and those under way are left out. */
  #nextIdent(): number {
    do this.#lastIdent = (this.#lastIdent % 0xffff) + 1;
    while (this.#find(this.#lastIdent) !== undefined);
    return this.#lastIdent;
  }

  #remove(ident: number): void {
    const entry = this.#find(ident);
    if (entry === undefined) return;
    clearTimeout(entry.deadline);
    clearTimeout(entry.silence);
    this.#underWay.splice(this.#underWay.indexOf(entry), 1);
    if (this.#underWay.length > 0) return;
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  #find(ident: number): UnderWay | undefined {
    return this.#underWay.find((entry) => entry.ident === ident);
  }
}

/** @throws SilcError `usage` where a command is ordered by its channel and none is named */
function laneOf({ name, order }: Command<unknown, unknown>, channel: string | undefined): string | undefined {
  switch (order) {
    case 'free':
      return undefined;
    case 'channel':
      if (channel === undefined) throw new SilcError('usage', `${name} without the name of its channel`);
      return `#${comparableName(channel)}`;
    case 'alone':
    case 'own-kind':
      return name;
  }
}

function aborted(command: Command<unknown, unknown>, signal: AbortSignal | undefined): SilcError {
  return new SilcError('timeout', `${command.name} was given up by the caller`, { cause: signal?.reason });
}
