import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { UploadSlot } from '../../../mapping/mime/upload-slot.js';
import { UploadError } from './upload-error.js';
import { checkedLookup, hostOf, isLoopback, isPublic } from './web-address.js';
import { text } from '../../../text/text.js';

/** Longest silence of the web server, in milliseconds. */
const SILENCE_MS = 20_000;

/** Octets of a file: at once, or as they come. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** How a file is put on a web server. */
export interface PutOptions {
  readonly signal: AbortSignal;
  /** The operator has named the service, or trusts the domain that it belongs to: it may be in the own network. */
  readonly isTrusted: boolean;
  /** Certificates beside those that Node trusts, in PEM. */
  readonly ca?: string | undefined;
}

/**
 * Puts a file where an upload service has made room for it, and nowhere else: redirects are not followed. HTTPS with a checked
 * certificate; without it only to a web server on this host, which a trusted service named. What is not trusted leads to public
 * addresses only: the address that is judged is the one that is connected to.
 * @throws UploadError
 */
export async function putFile(
  { put, headers }: UploadSlot,
  file: { readonly type: string; readonly octets: number; readonly content: Content },
  { signal, isTrusted, ca }: PutOptions,
): Promise<void> {
  const isSecure = put.protocol === 'https:';
  const mayReach = (address: string): boolean =>
    isSecure ? isTrusted || isPublic(address) : isTrusted && isLoopback(address);
  const host = hostOf(put);
  if (isIP(host) !== 0 && !mayReach(host)) throw new UploadError(text(({ files }) => files.badUploadAddress));
  const options: RequestOptions & { ca?: string } = {
    method: 'PUT',
    headers: { ...headers, 'content-type': file.type, 'content-length': file.octets },
    lookup: checkedLookup(mayReach),
    signal,
    timeout: SILENCE_MS,
    agent: false,
    ...(ca === undefined ? {} : { ca }),
  };
  const request = isSecure ? httpsRequest(put, options) : httpRequest(put, options);
  request.on('timeout', () => request.destroy(new Error('the web server is silent')));
  try {
    const [status] = await Promise.all([statusOf(request), send(request, file.content)]);
    if (status < 200 || status > 204) throw new Error(`status ${status}`);
  } catch (cause) {
    request.destroy();
    if (cause instanceof UploadError) throw cause;
    throw new UploadError(
      text(({ files }) => files.uploadFailed),
      { cause },
    );
  }
}

function statusOf(request: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('close', () => reject(new Error('the web server has closed')));
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      // What it says beside that does not matter.
      response.on('error', () => undefined);
      response.destroy();
    });
  });
}

async function send(request: ClientRequest, content: Content): Promise<void> {
  if (content instanceof Uint8Array) request.end(content);
  else await pipeline(Readable.from(content, { objectMode: false }), request);
}
