import type { AnyText } from '../text/text.js';
import type { Element } from './element.js';

/** Why the XMPP edge refused or failed. Stable: logs, metrics and callers match on these words. */
export type ComponentErrorCode =
  /** An address that RFC 6122 does not allow: a bad character, an empty or too long part. */
  | 'jid-malformed'
  /** A stanza that must not go out: foreign or missing `from`, a name or text XML cannot carry. */
  | 'invalid-stanza'
  /** A stanza beyond the size bound. */
  | 'too-large'
  /** The outbox is full; what was in it is kept, the new stanza is refused. */
  | 'overflow'
  /** A queued stanza grew too old before the link came back. */
  | 'expired'
  /** The stream broke after a stanza was written, and before the peer had proven that it read it. */
  | 'in-doubt'
  /** `stop()` was called. */
  | 'stopped'
  /** A deadline passed: an attempt to connect, the answer to an iq, the peer's sign of life. */
  | 'timeout'
  /** TCP could not be established, or broke. */
  | 'connect'
  /** The stream was closed by the peer. */
  | 'closed'
  /** TLS was asked for and did not come about: the server offers none, or speaks something else there. */
  | 'tls'
  /** TLS came about, and the certificate is not what the configuration asks for. */
  | 'certificate'
  /** The server ended the connection without a word while it was opened; the text has the likely causes. */
  | 'refused'
  /** Handshake refused: the secret is wrong, or (ejabberd) the domain is unknown. */
  | 'not-authorized'
  /** The server does not host this component's domain. */
  | 'host-unknown'
  /** Another connection holds this component's domain. */
  | 'conflict'
  /** Another stream error; the text names the condition. */
  | 'stream-error'
  /** The peer sent XML features that XMPP forbids (RFC 6120, 11.1). */
  | 'restricted-xml'
  /** The peer sent something that is not well-formed XML. */
  | 'not-well-formed'
  /** The peer went beyond a limit of the parser (size, depth, attributes, children). */
  | 'policy-violation';

/** Base class of all errors of the XMPP edge. Never carries the component secret. */
export class ComponentError extends Error {
  readonly code: ComponentErrorCode;

  constructor(code: ComponentErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ComponentError';
    this.code = code;
  }
}

/** Error types of RFC 6120, 8.3.2. */
export type StanzaErrorType = 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';

/** Defined conditions of RFC 6120, 8.3.3. */
export type StanzaErrorCondition =
  | 'bad-request'
  | 'conflict'
  | 'feature-not-implemented'
  | 'forbidden'
  | 'gone'
  | 'internal-server-error'
  | 'item-not-found'
  | 'jid-malformed'
  | 'not-acceptable'
  | 'not-allowed'
  | 'not-authorized'
  | 'policy-violation'
  | 'recipient-unavailable'
  | 'redirect'
  | 'registration-required'
  | 'remote-server-not-found'
  | 'remote-server-timeout'
  | 'resource-constraint'
  | 'service-unavailable'
  | 'subscription-required'
  | 'undefined-condition'
  | 'unexpected-request';

/** An error stanza (type='error'), received as an answer or thrown by a handler to be sent as one. */
export class StanzaError extends Error {
  readonly type: StanzaErrorType;
  readonly condition: StanzaErrorCondition;
  /** Descriptive text in English, or as it was received; empty when none was given. */
  readonly text: string;
  /** The same, for an error that is to be sent: in whatever language its reader has. */
  readonly anyText: AnyText;
  /** Entity that raised the error, when it is not the addressee. */
  readonly by: string | undefined;
  /** Name of the application-specific condition, when there is one. */
  readonly appCondition: string | undefined;
  /** The same as a whole, in an error that is to be sent. */
  readonly appElement: Element | undefined;
  /** Where the addressee is to be found instead, as URI; for `gone` and `redirect` (RFC 6120, 8.3.3.5 and 8.3.3.14). */
  readonly address: string | undefined;

  constructor(
    type: StanzaErrorType,
    condition: StanzaErrorCondition,
    text: AnyText = '',
    detail: {
      readonly by?: string | undefined;
      readonly appCondition?: string | undefined;
      readonly appElement?: Element | undefined;
      readonly address?: string | undefined;
    } = {},
  ) {
    const english = String(text);
    super(`${type}/${condition}${english === '' ? '' : `: ${english}`}`);
    this.name = 'StanzaError';
    this.type = type;
    this.condition = condition;
    this.text = english;
    this.anyText = text;
    this.by = detail.by;
    this.appCondition = detail.appElement?.getName() ?? detail.appCondition;
    this.appElement = detail.appElement;
    this.address = detail.address;
  }
}
