import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { checkedLookup, hostOf, isPublic } from './web-address.js';

/** Longest silence of the web server before it answers, in milliseconds. */
const SILENCE_MS = 10_000;

/** What is wanted of a web server. */
export interface Wanted {
  /** A file that is larger is not fetched. */
  readonly maxOctets: number;
  readonly signal: AbortSignal;
  /** Media types, default all. */
  readonly accept?: string;
}

export interface GetOptions extends Wanted {
  /** Addresses of own networks may be reached, too. */
  readonly mayBePrivate: boolean;
  /** Certificates beside those that Node trusts, in PEM. */
  readonly ca?: string | undefined;
}

/** A file that a web server has begun to give. */
export interface OpenedFile {
  /** Media type without parameters. */
  readonly type: string;
  /** As the server has told it. */
  readonly octets: number | undefined;
  /** Ends the connection with it. @throws Error when there is more than is wanted */
  readonly content: AsyncIterable<Uint8Array>;
  close(): void;
}

/** Opens what somebody has linked to. @throws Error with the reason */
export type OpenLink = (url: URL, wanted: Wanted) => Promise<OpenedFile>;

/** A file from a web server. */
export interface FetchedFile {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Opens what a stranger has named: by HTTPS with a checked certificate, from public addresses only (the address that is judged is the
 * one that is connected to), without redirects, and no more octets than are wanted. Whoever reads it bounds the time.
 * @throws Error with the reason
 */
export async function openFile(url: URL, options: GetOptions): Promise<OpenedFile> {
  const { maxOctets, signal, mayBePrivate, ca, accept = '*/*' } = options;
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new Error('not an address that is fetched');
  const mayReach = (address: string): boolean => mayBePrivate || isPublic(address);
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayReach(host)) throw new Error('not a public address');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(
      url,
      {
        ...{ signal, timeout: SILENCE_MS, agent: false, lookup: checkedLookup(mayReach) },
        headers: { accept, 'accept-encoding': 'identity' },
        ...(ca === undefined ? {} : { ca }),
      },
      (answer) => {
        // From here on silence may be that of who reads it.
        asked.setTimeout(0);
        resolve(answer);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('the web server is silent')));
    asked.on('error', reject);
    asked.end();
  });
  // It may break while nobody reads.
  response.on('error', () => undefined);
  try {
    return opened(response, maxOctets);
  } catch (error) {
    response.destroy();
    throw error;
  }
}

function opened(response: IncomingMessage, maxOctets: number): OpenedFile {
  const { statusCode, headers } = response;
  if (statusCode !== 200) throw new Error(`status ${statusCode ?? 0}`);
  if (headers['content-encoding'] !== undefined) throw new Error('an encoding that was not asked for');
  const length = headers['content-length'];
  const octets = length === undefined ? undefined : Number(length);
  if ((octets ?? 0) > maxOctets) throw new Error('too large');
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  return {
    type: type.trim().toLowerCase(),
    octets,
    content: bounded(response, maxOctets),
    close: () => void response.destroy(),
  };
}

async function* bounded(response: IncomingMessage, maxOctets: number): AsyncIterable<Uint8Array> {
  let octets = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      octets += chunk.length;
      if (octets > maxOctets) throw new Error('too large');
      yield chunk;
    }
  } finally {
    response.destroy();
  }
}

/** All of it. @throws Error with the reason */
export async function readWhole({ type, content }: OpenedFile): Promise<FetchedFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return { type, data: new Uint8Array(Buffer.concat(chunks)) };
}
