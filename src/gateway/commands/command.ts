import type { Jid } from '../../component/jid.js';
import type { ChannelAddress, GatewayAddress } from '../../mapping/address.js';
import type { Form, FormValues, ResultForm } from '../../mapping/data-form.js';
import type { AnyText } from '../../text/text.js';

/** Who asks for a command, and where: a command at a room's address is about that room. */
export interface CommandCall {
  readonly from: Jid;
  readonly to: GatewayAddress | ChannelAddress;
  readonly signal: AbortSignal;
}

/** How good what a note tells is (XEP-0050, 4.3). */
export type NoteType = 'info' | 'warn' | 'error';

/** A form that is to be filled in. */
export interface FormStep {
  readonly kind: 'form';
  readonly form: Form;
  /** Told with the form. */
  readonly note?: { readonly type: NoteType; readonly text: AnyText };
  /** Another form follows. */
  readonly hasMore?: true;
  /** Goes on with the values of that form and no others. @throws StanzaError, SilcError, StoreError */
  next(values: FormValues, call: CommandCall): CommandStep | Promise<CommandStep>;
}

/** The end, with what is to be told. */
export interface DoneStep {
  readonly kind: 'done';
  readonly text: AnyText;
  readonly type?: NoteType;
  /** What was asked for, where it is more than a line; in words it is left out, so `text` says it too. */
  readonly result?: ResultForm;
}

/** A step of a command. */
export type CommandStep = FormStep | DoneStep;

/**
 * Something that users do by name: with a form as ad-hoc command, or in words to the gateway's address. One file each; a feature
 * lists those that belong to it.
 */
export interface Command {
  /** Its node and its word: lower case, hyphens. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly title: AnyText;
  /** What it does at greater length, and what it does not: `help NAME` tells it. */
  readonly details?: AnyText;
  /** Its node, where another specification has given it one; otherwise it is the name. */
  readonly node?: string;
  /** For administrators only. */
  readonly isAdmin?: true;
  readonly at: readonly ('gateway' | 'channel')[];
  /** What it asks for is secret: it is not there in words, which clients and servers keep. */
  readonly isFormOnly?: true;
  /** What it does in words, where that is more than the values of its forms in their order. @throws as `begin` */
  inWords?(call: CommandCall, words: readonly string[]): CommandStep | Promise<CommandStep>;
  /** Whether it is shown to this user here, and may be carried out. Asked again with each step. */
  isOffered(call: CommandCall): boolean;
  /** The first step. @throws StanzaError, SilcError, StoreError */
  begin(call: CommandCall): CommandStep | Promise<CommandStep>;
}

/** The command is over: what is so now. */
export const done = (text: AnyText, type: NoteType = 'info'): DoneStep => ({ kind: 'done', text, type });

export const nodeOf = ({ name, node = name }: Pick<Command, 'name' | 'node'>): string => node;
