import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { Deferred } from '../util/deferred.js';
import type { Element } from './element.js';
import { ComponentError } from './errors.js';
import { GuardedParser, NS_STREAM, type ParserLimits } from './parser.js';
import { parseStreamError } from './stream-error.js';

const NS_TLS = 'urn:ietf:params:xml:ns:xmpp-tls';

/** How long after its header a server may take to tell its features: most servers have none for components, milliseconds. */
const FEATURES_MS = 5_000;

/**
 * Has the server begin TLS on a connection that carries nothing yet (RFC 6120, 5.4). Whatever else it says before that is
 * thrown away with the parser: nothing of it gets into the stream that follows.
 * @throws ComponentError `tls` when it has no TLS for us; what a stream error says
 */
export async function askForTls(
  socket: Socket,
  { domain, limits }: { readonly domain: string; readonly limits: ParserLimits },
  signal: AbortSignal,
): Promise<void> {
  const agreed = new Deferred();
  const fail = (error: ComponentError): void => agreed.reject(error);
  const refuse = (why: string): void => fail(new ComponentError('tls', `the Jabber server ${why}`));
  const parser = new GuardedParser(limits, {
    onElement: (element) => take(element),
    onEnd: () => refuse('closed the stream before TLS'),
    onViolation: fail,
  });
  let isProceeding = false;
  const take = (element: Element): void => {
    const name = element.getName();
    // Whatever is in clear behind the consent was put there by somebody else.
    if (isProceeding) refuse(`is followed by <${name}/> in clear`);
    else if (element.getNS() === NS_STREAM && name === 'error') fail(parseStreamError(element));
    else if (element.getNS() === NS_STREAM && name === 'features') {
      if (element.getChild('starttls', NS_TLS) === undefined) refuse(NOT_OFFERED);
      else socket.write(`<starttls xmlns='${NS_TLS}'/>`);
    } else if (element.getNS() === NS_TLS && name === 'proceed') isProceeding = true;
    else refuse(`answered StartTLS with <${name}/>`);
  };
  let patience: NodeJS.Timeout | undefined;
  parser.once('start', () => {
    patience = setTimeout(() => refuse(NOT_OFFERED), FEATURES_MS);
  });
  const decoder = new StringDecoder('utf8');
  const onData = (octets: Buffer): void => {
    parser.write(decoder.write(octets));
    if (isProceeding) agreed.resolve();
  };
  const onClose = (): void => refuse('dropped the connection before TLS');
  const onAbort = (): void => fail(new ComponentError('stopped', 'given up'));
  socket.on('data', onData).once('close', onClose);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    socket.write(
      `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='${NS_STREAM}' to='${domain}' version='1.0'>`,
    );
    await agreed.promise;
  } finally {
    clearTimeout(patience);
    socket.off('data', onData).off('close', onClose);
    socket.pause();
    signal.removeEventListener('abort', onAbort);
  }
}

const NOT_OFFERED =
  'offers no StartTLS to components; use `component.tls.mode: direct` where it has a port for that';
