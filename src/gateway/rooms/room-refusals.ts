import { StanzaError } from '../../component/stanza.js';
import { type Text, text } from '../../text/text.js';

/** Why a room does not do what its user wants. */
const texts = {
  notIn: text(({ errors }) => errors.notInRoom),
  destroyed: text(({ rooms }) => rooms.destroyed),
  left: text(({ rooms }) => rooms.leftMeanwhile),
  lost: text(({ errors }) => errors.linkLost),
} as const satisfies Readonly<Record<string, Text>>;

export const roomRefusals = {
  notIn: () => new StanzaError('modify', 'not-acceptable', texts.notIn),
  destroyed: () => new StanzaError('cancel', 'gone', texts.destroyed),
  left: () => new StanzaError('wait', 'remote-server-timeout', texts.left),
  linkLost: () => new StanzaError('wait', 'recipient-unavailable', texts.lost),
} as const;
