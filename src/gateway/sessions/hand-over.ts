import type { SilcContent } from '../../mapping/message.js';
import type { MessageOptions, MimeDestination, SentMessage } from '../../silc/client/types.js';
import type { ChatSession } from './chat-session.js';

/**
 * Hands a message to the link: a text, or a MIME message, in fragments where it is long.
 * @param sign - with the user's key @param acknowledge - whether its receiver is asked to acknowledge it: no channel
 * @throws as `say`, `tell` and `sendMime`
 */
export function handOver(
  silc: ChatSession,
  to: MimeDestination,
  content: SilcContent,
  onSending: (sent: SentMessage) => void,
  sign = false,
  acknowledge: MessageOptions['acknowledge'] = false,
): Promise<SentMessage> {
  if (content.kind === 'mime') return silc.sendMime(to, content.entity, { onSending, sign, acknowledge });
  const { text, kind } = content;
  return 'channel' in to
    ? silc.say(to.channel, text, { kind, onSending, sign })
    : silc.tell(to.user, text, { kind, onSending, sign, acknowledge });
}
