import type { Element } from './element.js';
import { ComponentError, type ComponentErrorCode } from './errors.js';

/** Namespace of the stream error conditions (RFC 6120, 4.9.2). */
export const NS_STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams';

const CODES: ReadonlyMap<string, ComponentErrorCode> = new Map([
  ['not-authorized', 'not-authorized'],
  ['host-unknown', 'host-unknown'],
  // ejabberd and Openfire, when the domain may not be had.
  ['host-gone', 'host-unknown'],
  ['conflict', 'conflict'],
]);

const ADVICE: Partial<Record<ComponentErrorCode, string>> = {
  'not-authorized': 'the secret is wrong, or the Jabber server does not know this component',
  'host-unknown': "the Jabber server has no component of this name; set it up there, or correct 'domain'",
  conflict: 'another connection holds this domain: is a second gateway running?',
};

/** Longest text of the peer that is repeated in an error, UTF-16 units. */
const MAX_TEXT = 200;

/** Reads a stream error of the peer (RFC 6120, 4.9). */
export function parseStreamError(element: Element): ComponentError {
  const elements = element.getChildElements();
  const condition = elements
    .find((child) => child.getNS() === NS_STREAM_ERRORS && child.getName() !== 'text')
    ?.getName();
  const said = element.getChildText('text', NS_STREAM_ERRORS)?.slice(0, MAX_TEXT);
  const code = CODES.get(condition ?? '') ?? 'stream-error';
  const advice = ADVICE[code];
  const parts = [
    `the Jabber server closed the stream: ${condition?.slice(0, MAX_TEXT) ?? 'no condition given'}`,
    said === undefined || said === '' ? undefined : `"${said}"`,
    advice,
  ];
  return new ComponentError(code, parts.filter((part) => part !== undefined).join('; '));
}

/** The text that tells the peer why we close, with the end of our stream (RFC 6120, 4.9.1). */
export function streamErrorText(error: ComponentError): string {
  const condition =
    error.code === 'restricted-xml' || error.code === 'not-well-formed' || error.code === 'policy-violation'
      ? error.code
      : error.code === 'timeout'
        ? 'connection-timeout'
        : 'undefined-condition';
  return `<stream:error><${condition} xmlns='${NS_STREAM_ERRORS}'/></stream:error></stream:stream>`;
}
