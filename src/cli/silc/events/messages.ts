import type { ChannelProtection, Message, MultimediaAbout, Protection } from '../../../silc/client/types.js';
import { MessageFlag } from '../../../silc/messages/message-flag.js';
import { channelFields, contentsOf, messageFields } from '../fields.js';
import type { JsonObject } from '../item.js';
import { type People, shortId, userReference } from '../people.js';
import { linesOf } from '../visible.js';
import { note, type Rows, type Told } from './row.js';

/** Begins further lines of a message, so that none of them looks like a line of its own. */
const CONTINUED = '    | ';

/** Messages, and what belongs to their protection. */
export const messageRows: Rows<
  | 'channel-message'
  | 'channel-message-undecryptable'
  | 'private-message'
  | 'private-message-undecryptable'
  | 'private-key-offered'
  | 'key-agreement-offered'
  | 'delivery-failed'
  | 'acknowledged'
  | 'unacknowledged'
  | 'file-transfer'
  | 'multimedia-offer'
  | 'multimedia-answer'
  | 'multimedia-ended'
> = {
  'channel-message': ({ channel, sender, message, protection }, people) => ({
    fields: {
      channel: channelFields(channel),
      sender: userReference(sender),
      protection,
      ...messageFields(message),
    },
    lines: messageLines(`[${channel.name}] `, people.label(sender), message, protection),
  }),
  'private-message': ({ sender, message, protection }, people) => ({
    fields: { sender: userReference(sender), protection, ...messageFields(message) },
    lines: messageLines('(private) ', people.label(sender), message, protection),
    tone: 'private',
  }),
  'channel-message-undecryptable': ({ channel, senderId, reason }) =>
    note(`a message of ${shortId(senderId)} on ${channel.name} cannot be decrypted: ${reason}`, {
      channel: channelFields(channel),
      senderId,
      reason,
    }),
  'private-message-undecryptable': ({ sender }, people) =>
    note(`a message of ${people.label(sender)} cannot be decrypted`, { sender: userReference(sender) }),
  'private-key-offered': ({ user, cipher, hmac }, people) =>
    note(
      `${people.label(user)} has set a key of a passphrase for private messages; /key msg set answers it`,
      {
        user: userReference(user),
        cipher,
        hmac,
      },
    ),
  'key-agreement-offered': ({ user, host, port, transport }, people) =>
    note(`${people.label(user)} offers a key agreement; /key agree accept takes it`, {
      user: userReference(user),
      host,
      port,
      transport,
    }),
  'delivery-failed': ({ clientId, channelId }) => ({
    ...note(`a message to ${shortId(clientId ?? channelId ?? '')} was not delivered`, {
      clientId,
      channelId,
    }),
    tone: 'bad',
  }),
  acknowledged: ({ user, digest }, people) =>
    note(`${people.label(user)} has the message`, { user: userReference(user), digest }),
  unacknowledged: ({ user, digest, reason }, people) =>
    note(`no acknowledgement of ${people.label(user)} is awaited any more: ${reason}`, {
      user: userReference(user),
      digest,
      reason,
    }),
  // What becomes of it, an offer or the answer to one, is told by the file commands.
  'file-transfer': ({ sender }) => ({ fields: { sender: userReference(sender) }, lines: [] }),
  'multimedia-offer': (event, people) =>
    multimedia(event, people, `offers a multimedia session: ${mediaOf(event.offer.sdp)}; it is declined`, {
      sdp: event.offer.sdp,
      sdpDigest: event.offer.sdpDigest,
    }),
  'multimedia-answer': (event, people) =>
    multimedia(event, people, `answers an offer of a multimedia session: ${mediaOf(event.sdp)}`, {
      sdp: event.sdp,
    }),
  'multimedia-ended': (event, people) =>
    multimedia(event, people, `declines or ends the multimedia session ${event.sdpDigest}`, {
      sdpDigest: event.sdpDigest,
      whose: event.whose,
    }),
};

function multimedia(
  { sender, channel, message, protection }: MultimediaAbout,
  people: People,
  what: string,
  fields: JsonObject,
): Told {
  const { flags, signature, digest } = message;
  const place = channel === undefined ? '' : `[${channel.name}] `;
  return note(`${place}${people.label(sender)} ${what}`, {
    sender: userReference(sender),
    channel: channel === undefined ? null : channelFields(channel),
    ...{ protection, flags, signature, digest, ...fields },
  });
}

/** The media of a session description. */
function mediaOf(sdp: string): string {
  const media = linesOf(sdp).filter((line) => line.startsWith('m='));
  return media.map((line) => line.slice(2)).join('; ') || 'no media';
}

function messageLines(
  place: string,
  sender: string,
  message: Message,
  protection: Protection | ChannelProtection,
): readonly string[] {
  const { kind, text } = message;
  const [first = '', ...more] = linesOf(text ?? mimeText(message));
  const said =
    kind === 'action'
      ? `* ${sender} ${first}`
      : kind === 'notice'
        ? `-${sender}- ${first}`
        : `<${sender}> ${first}`;
  const usual = protection === 'session' || protection === 'channel-key';
  const marks = [...messageMarks(message), ...(usual ? [] : [protection])];
  // In front: behind it, anybody could write the same.
  const mark = marks.length === 0 ? '' : `(${marks.join(', ')}) `;
  return [`${place}${mark}${said}`, ...more.map((line) => CONTINUED + line)];
}

/** The plain texts of a MIME message, and what stands for everything else in it. */
function mimeText(message: Message): string {
  const contents = contentsOf(message);
  if (contents.length === 0) return `(MIME, ${message.data.length} octets)`;
  return contents
    .map(({ type, filename, data, text }) => {
      if (type === 'text/plain' && text !== undefined && filename === undefined) return text;
      const name = filename === undefined ? '' : ` "${filename}"`;
      return `(${type}${name}, ${data.length} octets)`;
    })
    .join('\n');
}

const signatureMarks = {
  verified: 'signed',
  failed: 'SIGNATURE IS WRONG',
  'unknown-key': 'signed with an unknown key',
} as const;

function messageMarks({ signature, flags }: Message): readonly string[] {
  const automatic = (flags & MessageFlag.autoreply) === 0 ? [] : ['automatic'];
  if (signature !== 'none') return [...automatic, signatureMarks[signature]];
  return (flags & MessageFlag.signed) === 0 ? automatic : [...automatic, 'signature not checked'];
}
