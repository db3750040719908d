import type { Channel, Message, Protection, User } from '../../../silc/client/types.js';
import { MessageFlag } from '../../../silc/messages/message-flag.js';
import { mimeField } from '../../../silc/messages/mime.js';
import { channelFields, messageFields } from '../fields.js';
import type { JsonObject } from '../item.js';
import { shortId, userReference } from '../people.js';
import { linesOf } from '../visible.js';
import { note, type Rows } from './row.js';

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
  'channel-message': ({ channel, sender, message }, people) => ({
    fields: { channel: channelFields(channel), sender: userReference(sender), ...messageFields(message) },
    lines: messageLines(`[${channel.name}] `, people.label(sender), message, 'session'),
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
  'multimedia-offer': ({ sender, channel, message, offer: { sdp, sdpDigest } }, people) =>
    note(
      `${people.label(sender)} offers a multimedia session${on(channel)}, which is declined: ${subject(sdp)}`,
      { ...about(sender, channel, message), sdp, sdpDigest },
    ),
  'multimedia-answer': ({ sender, channel, message, sdp }, people) =>
    note(`${people.label(sender)} answers an offer of a multimedia session${on(channel)}: ${subject(sdp)}`, {
      ...about(sender, channel, message),
      sdp,
    }),
  'multimedia-ended': ({ sender, channel, message, sdpDigest }, people) =>
    note(`${people.label(sender)} declines or ends the multimedia session ${sdpDigest}${on(channel)}`, {
      ...about(sender, channel, message),
      sdpDigest,
    }),
};

function about(
  sender: User,
  channel: Channel | undefined,
  { flags, signature, digest }: Message,
): JsonObject {
  return {
    sender: userReference(sender),
    channel: channel === undefined ? null : channelFields(channel),
    ...{ flags, signature, digest },
  };
}

const on = (channel: Channel | undefined): string => (channel === undefined ? '' : ` on ${channel.name}`);

/** The media of a session description. */
function subject(sdp: string): string {
  const media = linesOf(sdp).filter((line) => line.startsWith('m='));
  return media.length === 0 ? 'no media' : media.map((line) => line.slice(2)).join('; ');
}

function messageLines(
  place: string,
  sender: string,
  message: Message,
  protection: Protection,
): readonly string[] {
  const { kind, text, data, mime } = message;
  const type = (mime && mimeField(mime, 'Content-Type')) ?? 'MIME';
  const [first = '', ...more] = linesOf(text ?? `(${type}, ${data.length} octets)`);
  const said =
    kind === 'action'
      ? `* ${sender} ${first}`
      : kind === 'notice'
        ? `-${sender}- ${first}`
        : `<${sender}> ${first}`;
  const marks = [...messageMarks(message), ...(protection === 'session' ? [] : [protection])];
  // In front: behind it, anybody could write the same.
  const mark = marks.length === 0 ? '' : `(${marks.join(', ')}) `;
  return [`${place}${mark}${said}`, ...more.map((line) => CONTINUED + line)];
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
