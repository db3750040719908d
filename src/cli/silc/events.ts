import { toHex } from '../../silc/bytes.js';
import type { Actor, Channel, DepartureCause, Message, SessionEvent } from '../../silc/client/types.js';
import { decodeText } from '../../silc/packets/text.js';
import { MessageFlag } from '../../silc/messages/message-flag.js';
import { errorText } from './error-text.js';
import type { Item, JsonObject } from './item.js';
import { channelModeText, memberModeText } from './mode-letters.js';
import { type People, shortId, userReference } from './people.js';
import { linesOf } from './visible.js';

/** Begins further lines of a message, so that none of them looks like a line of its own. */
const CONTINUED = '    | ';

/** What an event of a session is to the reader. */
export function describeEvent(event: SessionEvent, people: People): Item {
  switch (event.type) {
    case 'server-notice':
    case 'motd': {
      const { type, text } = event;
      return { type, fields: { text }, lines: linesOf(text).map((line) => `-!- ${line}`), tone: 'quiet' };
    }
    case 'channel-message': {
      const { type, channel, sender, message } = event;
      return {
        type,
        fields: { channel: channelFields(channel), sender: userReference(sender), ...messageFields(message) },
        lines: messageLines(`[${channel.name}] `, people.label(sender), message, ''),
      };
    }
    case 'private-message': {
      const { type, sender, message, protection } = event;
      return {
        type,
        fields: { sender: userReference(sender), protection, ...messageFields(message) },
        lines: messageLines('(private) ', people.label(sender), message, protection),
        tone: 'private',
      };
    }
    case 'channel-message-undecryptable': {
      const { type, channel, senderId, reason } = event;
      const text = `a message on ${channel.name} cannot be decrypted: ${reason}`;
      return note(type, text, { channel: channelFields(channel), senderId, reason });
    }
    case 'private-message-undecryptable':
      return note(event.type, `a message of ${people.label(event.sender)} cannot be decrypted`, {
        sender: userReference(event.sender),
      });
    case 'private-key-offered': {
      const { type, user, cipher, hmac } = event;
      const text = `${people.label(user)} has set a key of a passphrase for private messages`;
      return note(type, text, { user: userReference(user), cipher, hmac });
    }
    case 'key-agreement-offered': {
      const { type, user, host, port, transport } = event;
      const text = `${people.label(user)} offers a key agreement, which is declined`;
      return note(type, text, { user: userReference(user), host, port, transport });
    }
    case 'member-joined':
      return note(event.type, `${people.label(event.member.user)} joins ${event.channel.name}`, {
        channel: channelFields(event.channel),
        user: userReference(event.member.user),
        mode: event.member.mode,
      });
    case 'member-left': {
      const { type, channel, user, cause, self } = event;
      const fields = {
        channel: channelFields(channel),
        user: userReference(user),
        self,
        ...causeFields(cause),
      };
      return note(type, `${people.label(user)} ${causeText(cause, channel, people)}`, fields);
    }
    case 'user-resolved':
      return note(event.type, `${shortId(event.user.clientId)} is ${people.label(event.user)}`, {
        user: userReference(event.user),
      });
    case 'nick-changed': {
      const { type, user, oldClientId, oldNickname, self } = event;
      return note(type, `${oldNickname ?? shortId(oldClientId)} is now ${people.label(user)}`, {
        user: userReference(user),
        old: { clientId: oldClientId, nickname: oldNickname ?? null },
        self,
      });
    }
    case 'topic-changed': {
      const { type, channel, topic, by } = event;
      const fields = { channel: channelFields(channel), topic, by: actorFields(by) };
      return note(type, `topic of ${channel.name}${actorText(by, people)}: ${topic}`, fields);
    }
    case 'channel-mode-changed': {
      const { type, channel, oldMode, by } = event;
      const text = `modes of ${channel.name}${actorText(by, people)}: ${channelModeText(channel.mode) || 'none'}`;
      const fields = { channel: channelFields(channel), mode: channel.mode, oldMode, by: actorFields(by) };
      return note(type, text, fields);
    }
    case 'member-mode-changed': {
      const { type, channel, member, oldMode, by } = event;
      const mode = memberModeText(member.mode) || 'none';
      const text = `modes of ${people.label(member.user)} on ${channel.name}${actorText(by, people)}: ${mode}`;
      return note(type, text, {
        channel: channelFields(channel),
        user: userReference(member.user),
        mode: member.mode,
        oldMode,
        by: actorFields(by),
      });
    }
    case 'channel-id-changed':
      return note(event.type, `${event.channel.name} has another Channel ID`, {
        channel: channelFields(event.channel),
        oldId: event.oldId,
      });
    case 'invited':
      return note(event.type, `invited to ${event.channelName}${actorText(event.by, people)}`, {
        channel: { id: event.channelId, name: event.channelName },
        by: actorFields(event.by),
      });
    case 'delivery-failed': {
      const { type, clientId, channelId } = event;
      const text = `a message to ${shortId(clientId ?? channelId ?? '')} was not delivered`;
      return { ...note(type, text, { clientId, channelId }), tone: 'bad' };
    }
    case 'file-transfer':
      // What becomes of it, an offer or the answer to one, is told by the file commands.
      return { type: event.type, fields: { sender: userReference(event.sender) }, lines: [] };
    case 'rekeyed':
      return note(event.type, 'new session keys are in use', {});
    case 'closed': {
      const { type, error } = event;
      const text = error === undefined ? 'disconnected' : `disconnected: ${errorText(error)}`;
      const fields = { error: error && errorText(error), code: error?.code };
      return { type, fields, lines: [text], tone: error === undefined ? 'quiet' : 'bad', aside: true };
    }
    default: {
      // Events of features that have no commands here.
      const { type }: { readonly type: string } = event;
      return note(type, `event ${type}`, {});
    }
  }
}

export function channelFields({ id, name }: Channel): JsonObject {
  return { id, name };
}

function note(type: string, text: string, fields: JsonObject): Item {
  return { type, fields, lines: [`-!- ${text}`], tone: 'quiet' };
}

function messageFields({ kind, text, data, flags, signature, digest }: Message): JsonObject {
  return { kind, text: text ?? null, data: toHex(data), flags, signature, digest };
}

function messageLines(
  place: string,
  sender: string,
  message: Message,
  protection: 'session' | 'static-key' | 'negotiated-key' | '',
): readonly string[] {
  const { kind, text, data } = message;
  const [first = '', ...more] = linesOf(text ?? `(${mimeType(data)}, ${data.length} octets)`);
  const said =
    kind === 'action'
      ? `* ${sender} ${first}`
      : kind === 'notice'
        ? `-${sender}- ${first}`
        : `<${sender}> ${first}`;
  const marks = [
    ...signatureMark(message),
    ...(protection === '' || protection === 'session' ? [] : [protection]),
  ];
  // In front: behind it, anybody could write the same.
  const mark = marks.length === 0 ? '' : `(${marks.join(', ')}) `;
  return [`${place}${mark}${said}`, ...more.map((line) => CONTINUED + line)];
}

function signatureMark({ signature, flags }: Message): readonly string[] {
  if (signature === 'verified') return ['signed'];
  if (signature === 'failed') return ['SIGNATURE IS WRONG'];
  if (signature === 'unknown-key') return ['signed with an unknown key'];
  return (flags & MessageFlag.signed) === 0 ? [] : ['signature not checked'];
}

/** What a MIME entity says it is. */
function mimeType(data: Uint8Array): string {
  const head = decodeText(data.subarray(0, 512));
  return /^content-type:[ \t]*([^\r\n;]+)/im.exec(head)?.[1] ?? 'MIME';
}

function causeFields(cause: DepartureCause): JsonObject {
  switch (cause.kind) {
    case 'signoff':
      return { cause: cause.kind, message: cause.message };
    case 'kicked':
    case 'killed':
      return { cause: cause.kind, message: cause.comment, by: actorFields(cause.by) };
    default:
      return { cause: cause.kind };
  }
}

function causeText(cause: DepartureCause, channel: Channel, people: People): string {
  const because = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);
  switch (cause.kind) {
    case 'leave':
      return `leaves ${channel.name}`;
    case 'signoff':
      return `has quit${because(cause.message)}`;
    case 'kicked':
      return `was kicked from ${channel.name}${actorText(cause.by, people)}${because(cause.comment)}`;
    case 'killed':
      return `was killed${actorText(cause.by, people)}${because(cause.comment)}`;
    case 'server-signoff':
      return 'is lost with its server';
    case 'vanished':
      return `is no longer on ${channel.name}`;
  }
}

function actorFields(actor: Actor): JsonObject | null {
  return actor === undefined ? null : userReference(actor);
}

function actorText(actor: Actor, people: People): string {
  return actor === undefined ? '' : ` by ${people.label(actor)}`;
}
