import type { MimeDestination } from '../../../silc/client/mime-types.js';
import type { MessageOptions, SentMessage, User } from '../../../silc/client/types.js';
import { UserMode } from '../../../silc/modes.js';
import { channelFields } from '../fields.js';
import { UsageError, type JsonObject } from '../item.js';
import { contentOf } from '../local-files.js';
import { userReference } from '../people.js';
import { type Command, line, type LineContext, type Parameter } from './command.js';
import { choice, currentChannel, flag, optional, path, person, text, word } from './parameters.js';

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
function tellSent({ printer }: LineContext, { digest }: SentMessage, fields: JsonObject): void {
  printer.print({ type: 'sent', fields: { ...fields, digest }, lines: [] });
}

type Signing = NonNullable<MessageOptions['sign']>;

/** `-sign`, or `-sign=key` which sends the key along. */
const sign: Parameter<Signing> = {
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

/** Types of files by the ends of their names. */
const types: ReadonlyMap<string, string> = new Map([
  ['gif', 'image/gif'],
  ['html', 'text/html'],
  ['jpeg', 'image/jpeg'],
  ['jpg', 'image/jpeg'],
  ['pdf', 'application/pdf'],
  ['png', 'image/png'],
  ['txt', 'text/plain'],
]);

/** `*` is the current channel. */
const receiver: Parameter<User | undefined> = {
  usage: 'NICK|*',
  completes: 'person',
  read: (words) => {
    const typed = words.next();
    if (typed === undefined) throw new UsageError();
    return ({ people }) => (typed === '*' ? undefined : people.find(typed));
  },
};

const mmsg = line('mmsg')
  .takes(sign)
  .takes(receiver)
  .takes(path('FILE'))
  .takes(optional(word('TYPE', [...types.values()])))
  .does(
    'a file as a MIME message, to somebody or to the channel',
    async (context, sign, user, file, type) => {
      const channel = user === undefined ? currentChannel(context) : undefined;
      const to: MimeDestination | undefined =
        user === undefined ? channel && { channel: channel.id } : { user: user.clientId };
      if (to === undefined) return;
      const body = await contentOf(file);
      const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
      const contentType = type ?? types.get(ending) ?? 'application/octet-stream';
      const fields = [
        { name: 'MIME-Version', value: '1.0' },
        { name: 'Content-Type', value: contentType },
        { name: 'Content-Transfer-Encoding', value: 'binary' },
      ];
      const both = context.own.sign;
      const signs = sign !== false || (user === undefined ? both.channel : both.msg);
      const sent = await context.session.sendMime(to, { fields, body }, { sign: signs });
      tellSent(context, sent, {
        ...(user === undefined ? {} : { receiver: userReference(user) }),
        ...(channel === undefined ? {} : { channel: channelFields(channel) }),
        ...{ kind: 'mime', sign: signs, contentType, octets: body.length },
      });
    },
  );

const signing = line('sign')
  .takes(optional(choice('all', 'channel', 'msg')))
  .takes(optional(choice('on', 'off')))
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

export const talking: readonly Command[] = [msg, mmsg, signed, me, notice, signing, away];
