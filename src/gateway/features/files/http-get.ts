import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { checkedLookup, hostOf, isPublic } from './web-address.js';

/** Longest silence of the web server, in milliseconds. */
const SILENCE_MS = 10_000;

export interface GetOptions {
  /** A file that is larger is not fetched. */
  readonly maxOctets: number;
  readonly signal: AbortSignal;
  /** Addresses of own networks may be reached, too. */
  readonly mayBePrivate: boolean;
  /** Certificates beside those that Node trusts, in PEM. */
  readonly ca?: string | undefined;
}

/** A file from a web server. */
export interface FetchedFile {
  /** Media type without parameters. */
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Fetches what a stranger has named: by HTTPS with a checked certificate, from public addresses only (the address that is judged is the
 * one that is connected to), without redirects, and no more octets than are wanted.
 * @throws Error with the reason
 */
export async function getFile(
  url: URL,
  { maxOctets, signal, mayBePrivate, ca }: GetOptions,
): Promise<FetchedFile> {
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new Error('not an address that is fetched');
  const mayReach = (address: string): boolean => mayBePrivate || isPublic(address);
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host)) throw new Error('not a public address');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      ...{ signal, timeout: SILENCE_MS, agent: false, lookup: checkedLookup(mayReach) },
      headers: { accept: 'image/*', 'accept-encoding': 'identity' },
      ...(ca === undefined ? {} : { ca }),
    };
    const asked = request(url, options, resolve);
    asked.on('timeout', () => asked.destroy(new Error('the web server is silent')));
    asked.on('error', reject);
    asked.end();
  });
  try {
    const { statusCode, headers } = response;
    if (statusCode !== 200) throw new Error(`status ${statusCode ?? 0}`);
    if (headers['content-encoding'] !== undefined) throw new Error('an encoding that was not asked for');
    if (Number(headers['content-length'] ?? 0) > maxOctets) throw new Error('too large');
    const chunks: Buffer[] = [];
    let octets = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      octets += chunk.length;
      if (octets > maxOctets) throw new Error('too large');
      chunks.push(chunk);
    }
    const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
    return { type: type.trim().toLowerCase(), data: new Uint8Array(Buffer.concat(chunks)) };
  } finally {
    response.destroy();
  }
}
