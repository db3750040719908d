import type { MessageOptions, SentMessage } from '../../../silc/client/types.js';
import { UserMode } from '../../../silc/modes.js';
import { UsageError, type JsonObject } from '../item.js';
import { userReference } from '../people.js';
import { type Command, line, type LineContext, type Parameter } from './command.js';
import { choice, currentChannel, flag, optional, person, text } from './parameters.js';

type Kind = NonNullable<MessageOptions['kind']>;

/** Says something on the current channel. */
export async function say(
  context: LineContext,
  words: string,
  { kind = 'text', sign = false }: { readonly kind?: Kind; readonly sign?: Signing } = {},
): Promise<void> {
  const { id, name } = currentChannel(context);
  const options = { kind, sign: sign === false ? context.own.sign.channel : sign };
  const sent = await context.session.say(id, words, options);
  tellSent(context, sent, { channel: { id, name }, ...options, text: words });
}

/** One's own words are no news to whoever typed them: they are in the JSON lines only. */
export function tellSent({ printer }: LineContext, { digest }: SentMessage, fields: JsonObject): void {
  printer.print({ type: 'sent', fields: { ...fields, digest }, lines: [] });
}

type Signing = NonNullable<MessageOptions['sign']>;

/** `-sign`, or `-sign=key` which sends the key along. */
export const sign: Parameter<Signing> = {
  usage: '[-sign[=key]]',
  read: (words) => {
    const value = words.option('sign');
    if (value !== undefined && value !== '' && value !== 'key') throw new UsageError();
    return () => (value === 'key' ? 'with-key' : value !== undefined);
  },
};

const me = line('me')
  .takes(sign)
  .takes(text('TEXT'))
  .does('say what you do', (context, sign, words) => say(context, words, { kind: 'action', sign }));

const notice = line('notice')
  .takes(sign)
  .takes(text('TEXT'))
  .does('say it as a notice', (context, sign, words) => say(context, words, { kind: 'notice', sign }));

const signed = line('say')
  .takes(sign)
  .takes(text('TEXT'))
  .does('say it on the current channel, as a line without a slash', (context, sign, words) =>
    say(context, words, { sign }),
  );

const msg = line('msg')
  .takes(sign)
  .takes(flag('action'))
  .takes(flag('notice'))
  .takes(flag('noreply'))
  .takes(flag('ack'))
  .takes(person())
  .takes(text('TEXT'))
  .does('a private message', async (context, sign, action, notice, noReply, acknowledge, user, words) => {
    const kind = action ? 'action' : notice ? 'notice' : 'text';
    const options = {
      kind,
      sign: sign === false ? context.own.sign.msg : sign,
      noReply,
      acknowledge,
    } as const;
    const sent = await context.session.tell(user.clientId, words, options);
    tellSent(context, sent, { receiver: userReference(user), ...options, text: words });
  });

const signing = line('sign')
  .takes(optional(choice(['all', 'channel', 'msg'])))
  .takes(optional(choice(['on', 'off'])))
  .does('show or set whether messages are signed', ({ own, printer }, what = 'all', state) => {
    if (state !== undefined) {
      const is = (kind: 'channel' | 'msg'): boolean =>
        what === 'all' || what === kind ? state === 'on' : own.sign[kind];
      own.sign = { channel: is('channel'), msg: is('msg') };
    }
    const said = (on: boolean): string => (on ? 'signed' : 'not signed');
    printer.print({
      type: 'sign',
      fields: own.sign,
      lines: [`on channels: ${said(own.sign.channel)}; private messages: ${said(own.sign.msg)}`],
    });
  });

const away = line('away')
  .takes(optional(text('TEXT')))
  .does('be away, and answer private messages with the text; without one be back', async (context, words) => {
    const { session, printer } = context;
    session.setAutoReply(words);
    await session.setUserMode(words === undefined ? { clear: UserMode.gone } : { set: UserMode.gone });
    printer.print({
      type: 'away',
      fields: { text: words ?? null },
      lines: [words === undefined ? 'back' : 'away'],
      tone: 'good',
    });
  });

export const talking: readonly Command[] = [msg, signed, me, notice, signing, away];
