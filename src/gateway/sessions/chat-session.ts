import type { ChannelControl, ConnectOptions, SilcSession } from '../../silc/client/types.js';

/** What the gateway needs of a SILC session: the seam for tests and for sessions in another thread or process. */
export type ChatSession = Pick<
  SilcSession,
  | 'state'
  | 'self'
  | 'algorithms'
  | 'serverPublicKey'
  | 'lastHeardAt'
  | 'messagesRead'
  | 'subscribe'
  | 'quit'
  | 'detach'
  | 'killDetached'
  | 'channels'
  | 'channelByName'
  | 'setReadPaused'
  | 'join'
  | 'leave'
  | 'say'
  | 'tell'
  | 'sendMime'
  | 'sendFileTransfer'
  | 'holdsKey'
  | 'sendingPrivateKey'
  | 'leads'
  | 'nick'
  | 'setTopic'
  | 'setAutoReply'
  | 'invite'
  | 'kick'
  | 'setChannelMode'
  | 'setMemberMode'
  | 'setUserMode'
  | 'whois'
  | 'whoisById'
  | 'getKey'
  | 'list'
  | 'watch'
  | 'unwatch'
  | 'setAttributes'
  | 'setPrivateKey'
  | 'removePrivateKey'
  | 'privateKeyList'
> & {
  readonly channelControl: Pick<
    ChannelControl,
    | 'claimFounder'
    | 'entries'
    | 'editEntries'
    | 'settings'
    | 'setPrivateKey'
    | 'removePrivateKey'
    | 'privateKeys'
  >;
};

/** Where SILC sessions run. */
export interface SessionHost {
  /** @throws as `connectSession` of the engine */
  connect(options: ConnectOptions): Promise<ChatSession>;
}
