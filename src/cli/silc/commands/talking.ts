import type { MessageOptions, SentMessage } from '../../../silc/client/types.js';
import { channelFields } from '../events.js';
import type { JsonObject } from '../item.js';
import { firstWord, needed } from '../line.js';
import { userReference } from '../people.js';
import { currentChannel, type Command, type LineContext } from './command.js';

/** Says something on the current channel. */
export async function say(
  context: LineContext,
  text: string,
  kind: NonNullable<MessageOptions['kind']> = 'text',
): Promise<void> {
  const channel = currentChannel(context);
  const sent = await context.session.say(channel.id, text, { kind });
  tellSent(context, sent, { channel: channelFields(channel), kind, text });
}

/** One's own words are no news to whoever typed them: they are in the JSON lines only. */
function tellSent({ printer }: LineContext, { digest }: SentMessage, fields: JsonObject): void {
  printer.print({ type: 'sent', fields: { ...fields, digest }, lines: [] });
}

const me: Command = {
  name: 'me',
  usage: '/me TEXT',
  summary: 'say what you do',
  run: (context, rest) => say(context, needed(rest, me.usage), 'action'),
};

const notice: Command = {
  name: 'notice',
  usage: '/notice TEXT',
  summary: 'say it as a notice',
  run: (context, rest) => say(context, needed(rest, notice.usage), 'notice'),
};

const msg: Command = {
  name: 'msg',
  usage: '/msg NICK TEXT',
  summary: 'a private message',
  run: async (context, rest) => {
    const [nickname, words] = firstWord(rest);
    const text = needed(words, msg.usage);
    const user = await context.people.find(needed(nickname, msg.usage));
    const sent = await context.session.tell(user.clientId, text);
    tellSent(context, sent, { receiver: userReference(user), kind: 'text', text });
  },
};

export const talking: readonly Command[] = [msg, me, notice];
