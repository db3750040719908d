import type { Jid } from '../../component/jid.js';
import type { ChannelAddress, GatewayAddress } from '../../mapping/address.js';
import type { Form, FormValues } from '../../mapping/data-form.js';
import type { AnyText } from '../../text/text.js';

/** Who asks for a command, and where: a command at a room's address is about that room. */
export interface CommandCall {
  readonly from: Jid;
  readonly to: GatewayAddress | ChannelAddress;
  readonly signal: AbortSignal;
}

/** A step of a command: a form to be filled in, or the end with what is to be told. */
export type CommandStep =
  | {
      readonly kind: 'form';
      readonly form: Form;
      /** Goes on with the values of that form and no others. @throws StanzaError, SilcError, StoreError */
      next(values: FormValues, call: CommandCall): CommandStep | Promise<CommandStep>;
    }
  | { readonly kind: 'done'; readonly text: AnyText };

/**
 * Something that users do by name: with a form as ad-hoc command, or in words to the gateway's address. One file each; a feature
 * lists those that belong to it.
 */
export interface Command {
  /** Its node and its word: lower case, hyphens. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly title: AnyText;
  readonly at: readonly ('gateway' | 'channel')[];
  /** Whether it is shown to this user here, and may be carried out. Asked again with each step. */
  isOffered(call: CommandCall): boolean;
  /** The first step. @throws StanzaError, SilcError, StoreError */
  begin(call: CommandCall): CommandStep | Promise<CommandStep>;
}

export const done = (text: AnyText): CommandStep => ({ kind: 'done', text });
