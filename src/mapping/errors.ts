import { StanzaError, type StanzaErrorCondition, type StanzaErrorType } from '../component/stanza.js';
import {
  SilcCommandError,
  SilcDisconnectError,
  SilcError,
  type SilcErrorCode,
  SilcKilledError,
} from '../silc/errors.js';
import { Status, statusText } from '../silc/status.js';

/** An error as a stanza carries it (RFC 6120, 8.3). */
export interface XmppError {
  readonly type: StanzaErrorType;
  readonly condition: StanzaErrorCondition;
  readonly text: string;
}

/** What the Jabber user was doing when SILC refused. */
export type ErrorContext =
  'join' | 'nick' | 'message' | 'topic' | 'invite' | 'kick' | 'role' | 'configuration' | 'query';

type Kind = readonly [StanzaErrorType, StanzaErrorCondition];
type Table = Readonly<Record<number, Kind>>;

const conflict: Kind = ['cancel', 'conflict'];
const forbidden: Kind = ['auth', 'forbidden'];
const internal: Kind = ['cancel', 'internal-server-error'];
const malformedJid: Kind = ['modify', 'jid-malformed'];
const networkTrouble: Kind = ['wait', 'remote-server-timeout'];
const notAcceptable: Kind = ['modify', 'not-acceptable'];
const notAllowed: Kind = ['cancel', 'not-allowed'];
const notAuthorized: Kind = ['auth', 'not-authorized'];
const notFound: Kind = ['cancel', 'item-not-found'];
const resources: Kind = ['wait', 'resource-constraint'];
const unsupported: Kind = ['cancel', 'feature-not-implemented'];

/** What a status means wherever no narrower table below says otherwise. */
const anywhere: Table = {
  [Status.noSuchNick]: notFound,
  [Status.noSuchChannel]: notFound,
  [Status.noSuchServer]: notFound,
  [Status.noSuchClientId]: notFound,
  [Status.noSuchChannelId]: notFound,
  [Status.noSuchServerId]: notFound,
  [Status.noSuchService]: notFound,
  [Status.noSuchPublicKey]: notFound,
  [Status.badServer]: notFound,
  [Status.userNotOnChannel]: notFound,
  [Status.notOnChannel]: notAcceptable,
  [Status.userOnChannel]: conflict,
  [Status.nicknameInUse]: conflict,
  [Status.badNickname]: malformedJid,
  [Status.badChannel]: malformedJid,
  [Status.badUsername]: malformedJid,
  [Status.wildcards]: malformedJid,
  [Status.permDenied]: forbidden,
  [Status.noChannelPriv]: forbidden,
  [Status.noChannelFounderPriv]: forbidden,
  [Status.noServerPriv]: forbidden,
  [Status.noRouterPriv]: forbidden,
  [Status.bannedFromServer]: forbidden,
  [Status.bannedFromChannel]: forbidden,
  [Status.authFailed]: forbidden,
  [Status.notYou]: notAllowed,
  [Status.operationNotAllowed]: notAllowed,
  [Status.badPassword]: notAuthorized,
  [Status.notInvited]: ['auth', 'registration-required'],
  [Status.channelIsFull]: ['wait', 'service-unavailable'],
  [Status.resourceLimit]: resources,
  [Status.unknownCommand]: unsupported,
  [Status.unknownMode]: unsupported,
  [Status.unknownAlgorithm]: unsupported,
  [Status.unsupportedPublicKey]: unsupported,
  [Status.timedOut]: networkTrouble,
  [Status.keyExchangeFailed]: networkTrouble,
  [Status.badVersion]: networkTrouble,
  [Status.notRegistered]: networkTrouble,
  [Status.notAuthenticated]: networkTrouble,
};

/** The differences that the context makes. */
const inContext: Readonly<Record<ErrorContext, Table>> = {
  join: {
    // A channel whose key list (mode C) does not hold the joiner's key answers so, and a wrong founder key too.
    [Status.permDenied]: notAuthorized,
    [Status.authFailed]: notAuthorized,
  },
  nick: {},
  message: {
    // The channel is gone, or never was joined: the sender is no occupant.
    [Status.noSuchChannel]: notAcceptable,
    [Status.noSuchChannelId]: notAcceptable,
  },
  topic: {},
  invite: {},
  // XEP-0045, 8.2 and 9.1: somebody of higher standing cannot be touched.
  kick: { [Status.noChannelFounderPriv]: notAllowed },
  role: { [Status.noChannelFounderPriv]: notAllowed },
  configuration: {},
  query: {},
};

/** Texts that say more to a user than the name of the status does. */
const texts: Readonly<Record<number, string>> = {
  [Status.badPassword]: 'The channel wants a passphrase, and this one is not it',
  [Status.notInvited]: 'The channel is for invited users only',
  [Status.bannedFromChannel]: 'You are banned from this channel',
  [Status.bannedFromServer]: 'The SILC server has banned this gateway',
  [Status.channelIsFull]: 'The channel is full',
  [Status.badNickname]: 'This is no nickname that SILC can carry',
  [Status.badChannel]: 'This is no channel name that SILC can carry',
  [Status.resourceLimit]:
    'The SILC server grants no more (e.g. channels for one user, or connections for this gateway)',
  [Status.noChannelPriv]: 'Only an operator of the channel may do this',
  [Status.noChannelFounderPriv]:
    'Only the founder of the channel may do this, and nobody can change the founder',
  [Status.noSuchNick]: 'Nobody of that name is on the SILC network',
  [Status.noSuchClientId]: 'This user is no longer on the SILC network',
};

const joinTexts: Readonly<Record<number, string>> = {
  [Status.permDenied]: 'The channel admits only holders of a key on its list',
  [Status.authFailed]: 'The channel did not accept the authentication',
};

function make([type, condition]: Kind, text: string): XmppError {
  return { type, condition, text };
}

/**
 * The XMPP error of a SILC status (contract section 3 for `join`).
 * @param subject the name it is about, appended to the text, e.g. the bad nickname.
 */
export function statusError(status: number, context: ErrorContext, subject?: string): XmppError {
  const kind = inContext[context][status] ?? anywhere[status] ?? ['cancel', 'undefined-condition'];
  const own = context === 'join' ? joinTexts[status] : undefined;
  const text = own ?? texts[status] ?? `SILC: ${statusText(status)}`;
  return make(kind, subject === undefined ? text : `${text}: ${subject}`);
}

/** Errors of the engine that are not a command's status. */
function engineError(code: SilcErrorCode, context: ErrorContext): XmppError {
  switch (code) {
    case 'server-key':
      return make(
        ['cancel', 'policy-violation'],
        'The key of the SILC server is not the one that is known: the connection was refused',
      );
    case 'auth-failed':
      // Not `not-authorized`: clients would ask for a room password, which does not help here.
      return make(forbidden, 'The SILC network does not let this gateway in');
    case 'timeout':
      return make(networkTrouble, 'The SILC network did not answer in time');
    case 'key-exchange':
      return make(networkTrouble, 'The key exchange with the SILC server failed');
    case 'closed':
    case 'disconnected':
      return make(networkTrouble, 'The connection to the SILC network is lost');
    case 'malformed':
    case 'authentication':
      return make(networkTrouble, 'The SILC server sent something that cannot be trusted');
    case 'overflow':
      return make(resources, 'Too much is waiting to be sent to the SILC network');
    case 'limit':
      return make(notAcceptable, 'This is longer than SILC can carry');
    case 'bad-string':
      return make(
        context === 'join' || context === 'nick' || context === 'query' ? malformedJid : notAcceptable,
        'This holds characters that SILC does not allow',
      );
    case 'usage':
      return make(notAcceptable, 'SILC cannot do this here');
    case 'unsupported':
      return make(unsupported, 'The SILC network does not offer this');
    case 'command':
      // A SilcCommandError carries its status and is treated by it; without one nothing is known.
      return make(['cancel', 'undefined-condition'], 'The SILC network refused');
  }
}

/** Statuses with which a server ends a connection for a reason that the user should know. */
const tellingDisconnects: ReadonlySet<number> = new Set([Status.bannedFromServer, Status.resourceLimit]);

/**
 * The XMPP error for whatever was thrown: total, and without a word of what the gateway did not expect.
 * @param subject the name it is about, e.g. the bad nickname; used with a command's status only.
 */
export function xmppError(cause: unknown, context: ErrorContext, subject?: string): XmppError {
  if (cause instanceof StanzaError) {
    return { type: cause.type, condition: cause.condition, text: cause.text };
  }
  if (cause instanceof SilcCommandError) return statusError(cause.status, context, subject);
  if (cause instanceof SilcKilledError) {
    const reason = cause.text === '' ? '' : `: ${cause.text}`;
    return make(notAllowed, `You were removed from the SILC network${reason}`);
  }
  if (cause instanceof SilcDisconnectError && tellingDisconnects.has(cause.status)) {
    return statusError(cause.status, context);
  }
  if (cause instanceof SilcError) {
    const error = engineError(cause.code, context);
    const about = cause.code === 'bad-string' && subject !== undefined ? `: ${subject}` : '';
    return { ...error, text: error.text + about };
  }
  return make(internal, 'The gateway failed to do this');
}
