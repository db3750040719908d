import { SilcError } from '../../errors.js';
import { openWithAny } from '../../messages/index.js';
import type { MessageKey, MessageParties, OpenedMessage } from '../../messages/index.js';
import { ChannelMode } from '../../modes.js';
import type { ChannelKeyRef, ChannelProtection, UndecryptableReason } from '../api/messages.js';
import type { SessionContext } from '../context.js';
import type { ChannelRecord } from '../channel-record.js';
import type { SharedKey } from '../shared/shared-keys.js';

/** Octets that are hashed to find the private key of one message, and keys that are tried in any case. */
const SEARCH_OCTETS = 1 << 20;
const LEAST_TRIED = 4;

/** A channel message out of its protection. */
export interface OpenedChannelMessage extends OpenedMessage {
  readonly protection: ChannelProtection;
  readonly key: ChannelKeyRef;
  readonly messageKey: MessageKey;
  /** The server's key, where it is under one. */
  readonly shared: SharedKey | undefined;
}

/**
 * Opens a channel message under the server's keys or the private ones: the MAC tells which. Both are tried, whatever the
 * mode, because messages cross a change of it.
 * @returns why not, where it cannot be read; that is counted
 */
export function openChannelMessage(
  context: SessionContext,
  channel: ChannelRecord,
  parties: MessageParties,
  payload: Uint8Array,
): OpenedChannelMessage | UndecryptableReason {
  const opened = open(context, channel, parties, payload);
  if (typeof opened === 'string') context.channelControl.count(opened);
  return opened;
}

function open(
  { backend }: SessionContext,
  { keys, privateKeys, mode }: ChannelRecord,
  parties: MessageParties,
  payload: Uint8Array,
): OpenedChannelMessage | UndecryptableReason {
  const isPrivate = (mode & ChannelMode.privateKey) !== 0;
  const most = Math.max(LEAST_TRIED, Math.floor(SEARCH_OCTETS / Math.max(1, payload.length)));
  const openPrivate = (): OpenedChannelMessage | undefined => {
    const opened = openWithAny(backend, privateKeys.candidates().slice(0, most), parties, payload);
    if (opened === undefined) return undefined;
    const { message, macForm, key: messageKey } = opened;
    const key = privateKeys.refOf(messageKey);
    return { message, macForm, protection: 'private-key', key, messageKey, shared: undefined };
  };
  const openPublic = (): OpenedChannelMessage | undefined => {
    const opened = keys.open(parties, payload);
    if (opened === undefined) return undefined;
    const { message, macForm, key, messageKey } = opened;
    return { message, macForm, protection: 'channel-key', key, messageKey, shared: key };
  };
  try {
    const opened = isPrivate ? (openPrivate() ?? openPublic()) : (openPublic() ?? openPrivate());
    if (opened !== undefined) return opened;
  } catch (error) {
    if (error instanceof SilcError && error.code === 'malformed') return 'malformed';
    throw error;
  }
  if (isPrivate) return privateKeys.size === 0 ? 'no-private-key' : 'other-private-key';
  if (keys.unusable) return 'unsupported-cipher';
  return keys.size === 0 ? 'no-key' : 'wrong-key';
}
