import { StanzaError, type StanzaErrorCondition, type StanzaErrorType } from '../component/stanza.js';
import {
  SilcCommandError,
  SilcDisconnectError,
  SilcError,
  type SilcErrorCode,
  SilcKilledError,
} from '../silc/errors.js';
import { Status } from '../silc/status.js';
import { type Words, words } from '../text/catalogue.js';
import { type AnyText, type Text, text, textIn } from '../text/text.js';

/** An error as a stanza carries it (RFC 6120, 8.3). */
export interface XmppError {
  readonly type: StanzaErrorType;
  readonly condition: StanzaErrorCondition;
  readonly text: AnyText;
}

/** What the Jabber user was doing when SILC refused. */
export type ErrorContext =
  'join' | 'nick' | 'message' | 'topic' | 'invite' | 'kick' | 'role' | 'configuration' | 'query';

/** Entries of the catalogue without values. */
type PlainEntry = {
  [Name in keyof Words['errors']]: Words['errors'][Name] extends string ? Name : never;
}[keyof Words['errors']];

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
const texts: Readonly<Record<number, PlainEntry>> = {
  [Status.badPassword]: 'wrongPassphrase',
  [Status.notInvited]: 'notInvited',
  [Status.bannedFromChannel]: 'bannedFromChannel',
  [Status.bannedFromServer]: 'bannedFromServer',
  [Status.channelIsFull]: 'channelIsFull',
  [Status.badNickname]: 'badNickname',
  [Status.badChannel]: 'badChannel',
  [Status.resourceLimit]: 'resourceLimit',
  [Status.noChannelPriv]: 'operatorsOnly',
  [Status.noChannelFounderPriv]: 'founderOnly',
  [Status.noSuchNick]: 'noSuchNick',
  [Status.noSuchClientId]: 'userIsGone',
};

const joinTexts: Readonly<Record<number, PlainEntry>> = {
  [Status.permDenied]: 'keyNotListed',
  [Status.authFailed]: 'channelAuthFailed',
};

/** Name of a status that has no text of its own. */
function nameIn(names: Words['status'], status: number): string {
  const name = statusNames.get(status);
  return name === undefined ? names.other(status) : names[name];
}

type StatusName = Exclude<keyof Words['status'], 'other'>;

const statusNames: ReadonlyMap<number, StatusName> = new Map(
  Object.entries(Status).flatMap(([name, code]) => (isNamed(name) ? [[code, name] as const] : [])),
);

function isNamed(name: string): name is StatusName {
  return name !== 'other' && Object.hasOwn(words.en.status, name);
}

function make([type, condition]: Kind, said: PlainEntry | Text): XmppError {
  return {
    type,
    condition,
    text: typeof said === 'string' ? text(({ errors }) => errors[said]) : said,
  };
}

function withSubject(error: XmppError, subject: string | undefined): XmppError {
  if (subject === undefined) return error;
  const about = text(({ errors }, language) => errors.about(textIn(language, error.text), subject));
  return { ...error, text: about };
}

/** An error that was thrown, as it is sent. */
export const asXmppError = ({ type, condition, anyText }: StanzaError): XmppError => ({
  type,
  condition,
  text: anyText,
});

/**
 * The XMPP error of a SILC status (contract section 3 for `join`).
 * @param subject the name it is about, appended to the text, e.g. the bad nickname.
 */
export function statusError(status: number, context: ErrorContext, subject?: string): XmppError {
  const kind = inContext[context][status] ?? anywhere[status] ?? ['cancel', 'undefined-condition'];
  const own = context === 'join' ? joinTexts[status] : undefined;
  const entry = own ?? texts[status];
  const said = entry ?? text(({ errors, status: names }) => errors.silcStatus(nameIn(names, status)));
  return withSubject(make(kind, said), subject);
}

/** Errors of the engine that are not a command's status. */
function engineError(code: SilcErrorCode, context: ErrorContext): XmppError {
  switch (code) {
    case 'server-key':
      return make(['cancel', 'policy-violation'], 'serverKeyChanged');
    case 'auth-failed':
      // Not `not-authorized`: clients would ask for a room password, which does not help here.
      return make(forbidden, 'networkRefusesGateway');
    case 'timeout':
      return make(networkTrouble, 'silcTimeout');
    case 'key-exchange':
      return make(networkTrouble, 'keyExchangeFailed');
    case 'closed':
    case 'disconnected':
      return make(networkTrouble, 'connectionLost');
    case 'malformed':
    case 'authentication':
      return make(networkTrouble, 'untrustworthy');
    case 'overflow':
      return make(resources, 'tooMuchWaiting');
    case 'limit':
      return make(notAcceptable, 'tooLong');
    case 'bad-string':
      return make(
        context === 'join' || context === 'nick' || context === 'query' ? malformedJid : notAcceptable,
        'badCharacters',
      );
    case 'usage':
      return make(notAcceptable, 'impossibleHere');
    case 'unsupported':
      return make(unsupported, 'notOffered');
    case 'command':
      // A SilcCommandError carries its status and is treated by it; without one nothing is known.
      return make(['cancel', 'undefined-condition'], 'refused');
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
    return asXmppError(cause);
  }
  if (cause instanceof SilcCommandError) return statusError(cause.status, context, subject);
  if (cause instanceof SilcKilledError) {
    return withSubject(make(notAllowed, 'killed'), cause.text === '' ? undefined : cause.text);
  }
  if (cause instanceof SilcDisconnectError && tellingDisconnects.has(cause.status)) {
    return statusError(cause.status, context);
  }
  if (cause instanceof SilcError) {
    return withSubject(engineError(cause.code, context), cause.code === 'bad-string' ? subject : undefined);
  }
  return make(internal, 'internal');
}
