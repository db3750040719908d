import { StanzaError } from '../../component/stanza.js';
import type { Addressing, ChannelAddress, UserAddress } from '../../mapping/address.js';
import type { FormField, FormValues } from '../../mapping/data-form.js';
import { type AnyText, text } from '../../text/text.js';
import type { CommandCall, CommandStep, FormStep } from './command.js';

/** A form, and what is done with its values. */
export function ask(
  form: FormStep['form'],
  next: FormStep['next'],
  more: Pick<FormStep, 'hasMore' | 'note'> = {},
): FormStep {
  return { kind: 'form', form, next, ...more };
}

/** Asks whether something that cannot be undone shall be done. */
export function confirm(
  title: AnyText,
  instructions: AnyText,
  label: AnyText,
  deed: (call: CommandCall) => CommandStep | Promise<CommandStep>,
): FormStep {
  const fields = [{ name: 'sure', type: 'boolean', label, value: '0' }] as const;
  return ask({ title, instructions, fields }, (values, call) =>
    values.get('sure') === 'true'
      ? deed(call)
      : { kind: 'done', type: 'warn', text: text(({ asking }) => asking.notConfirmed) },
  );
}

export const value = (values: FormValues, name: string): string => (values.get(name) ?? '').trim();

/** The field for one of the networks; there is none where there is only one. */
export function networkField(names: readonly string[], chosen = names[0]): readonly FormField[] {
  if (names.length < 2) return [];
  const options = names.map((name) => ({ value: name, label: name }));
  const label = text(({ asking }) => asking.network);
  return [
    {
      name: 'network',
      type: 'list-single',
      label,
      value: chosen,
      options,
      isRequired: true,
    },
  ];
}

export const contactField: FormField = {
  name: 'contact',
  type: 'text-single',
  label: text(({ asking }) => asking.contact),
  isRequired: true,
};

export const roomField: FormField = {
  name: 'room',
  type: 'text-single',
  label: text(({ asking }) => asking.room),
  isRequired: true,
};

/** A SILC user, by address or by nickname on the default network. @throws StanzaError modify/jid-malformed */
export function userAddress({ parse, userToJid, defaultNetwork }: Addressing, typed: string): UserAddress {
  const isBare = !typed.includes('@') && defaultNetwork !== undefined;
  const address = parse(isBare ? userToJid(defaultNetwork, typed) : typed);
  if (address.kind === 'user') return address;
  throw new StanzaError(
    'modify',
    'jid-malformed',
    text(({ asking }) => asking.noUser(typed)),
  );
}

/** A room, by address or by name on the default network. @throws StanzaError modify/jid-malformed */
export function roomAddress(
  { parse, channelToJid, defaultNetwork }: Addressing,
  typed: string,
): ChannelAddress {
  const isBare = !typed.includes('@') && defaultNetwork !== undefined;
  const address = parse(isBare ? channelToJid(defaultNetwork, typed.replace(/^#/, '')) : typed);
  if (address.kind === 'channel') return address;
  throw new StanzaError(
    'modify',
    'jid-malformed',
    text(({ asking }) => asking.noRoom(typed)),
  );
}
