import type { ChannelId, ClientId, ServerId } from './ids.js';

/**
 * Every failure of the SILC engine is a {@link SilcError} with a stable `code`. Texts never contain secrets.
 */
export type SilcErrorCode =
  /** Bytes from outside do not follow the layout: truncated, trailing bytes, a length that lies. */
  | 'malformed'
  /** A length or count is beyond a protocol or local limit. */
  | 'limit'
  /** A type, name or version this engine does not know. */
  | 'unsupported'
  /** A MAC or a signature does not verify, or a key cannot be decrypted. */
  | 'authentication'
  /** Key exchange refused or failed; `SilcKeyExchangeError` carries the status. */
  | 'key-exchange'
  /** The server's public key is not the one expected. */
  | 'server-key'
  /** Connection authentication refused by the server. */
  | 'auth-failed'
  /** The peer sent DISCONNECT; `SilcDisconnectError` carries status and text. */
  | 'disconnected'
  /** The stream ended or broke. */
  | 'closed'
  /** A deadline passed. */
  | 'timeout'
  /** A queue or table is full. */
  | 'overflow'
  /** A command was answered with an error status; `SilcCommandError` carries it. */
  | 'command'
  /** A string is not legal in SILC (string preparation, length). */
  | 'bad-string'
  /** The caller used the interface out of order, or with values SILC cannot carry. */
  | 'usage';

/** Base class of all errors of the engine. */
export class SilcError extends Error {
  readonly code: SilcErrorCode;

  constructor(code: SilcErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'SilcError';
    this.code = code;
  }
}

/** The peer closed with DISCONNECT (packet 1). `status` is a command status code, 0 when none (draft pp-09, 2.3.3). */
export class SilcDisconnectError extends SilcError {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    const told = text === '' ? '' : `, ${inMessage(text)}`;
    super('disconnected', `disconnected by peer: status ${status}${told}`);
    this.name = 'SilcDisconnectError';
    this.status = status;
    this.text = text;
  }
}

/**
 * This client was taken off the network (KILLED, which the end of the connection follows). It is not for a program to come
 * back from that by itself. `text` is the comment.
 */
export class SilcKilledError extends SilcDisconnectError {
  constructor(text: string) {
    super(0, text);
    this.name = 'SilcKilledError';
  }
}

/** The stream broke while it was being written to: the peer has what was sent, or has not. */
export class SilcInDoubtError extends SilcError {
  constructor(code: SilcErrorCode, cause: Error) {
    super(code, cause.message, { cause });
    this.name = 'SilcInDoubtError';
  }
}

/** The stream was over before it was written to: nothing of it was taken. */
export class SilcStreamOverError extends SilcError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('closed', message, options);
    this.name = 'SilcStreamOverError';
  }
}

/** Key exchange failed with a FAILURE status, ours or the peer's (draft ke-auth-09, 2.4). */
export class SilcKeyExchangeError extends SilcError {
  readonly status: number;

  constructor(status: number, message: string, options?: { cause?: unknown }) {
    super('key-exchange', message, options);
    this.name = 'SilcKeyExchangeError';
    this.status = status;
  }
}

/** What an error reply is about: a user, channel or server by its ID, a name as it was asked for, or else octets. */
export type CommandErrorObject =
  | { readonly kind: 'client'; readonly clientId: ClientId }
  | { readonly kind: 'channel'; readonly channelId: ChannelId }
  | { readonly kind: 'server'; readonly serverId: ServerId }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'octets'; readonly octets: Uint8Array };

/** A command reply carried an error status (draft commands-07, 2.2; names in `status.ts`). */
export class SilcCommandError extends SilcError {
  readonly command: number;
  readonly status: number;
  /**
   * The objects that the reply names (its arguments 2 and 3), in order; mostly one, none where the server names none. Of
   * status 26 and 27 the user first, then the channel.
   */
  readonly about: readonly CommandErrorObject[];

  constructor(command: number, status: number, message: string, about: readonly CommandErrorObject[] = []) {
    super('command', message);
    this.name = 'SilcCommandError';
    this.command = command;
    this.status = status;
    this.about = about;
  }
}

/** Longest part of a stranger's text in the message of an error, in UTF-16 units. */
const MAX_TOLD = 200;

/** A stranger's text as it may go to a log or a terminal: short, and with nothing in it that is not seen. */
function inMessage(text: string): string {
  const shown = text.slice(0, MAX_TOLD).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return text.length > MAX_TOLD ? `${shown}…` : shown;
}

/** Reports what a listener of the application threw. */
export function warnOfListener(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : 'a SILC event listener threw', 'SilcListenerWarning');
}
