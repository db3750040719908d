import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { ComponentError } from './errors.js';
import type { ParserLimits } from './parser.js';
import { askForTls } from './starttls.js';

/** How the link to the Jabber server is encrypted, and what its certificate must be. */
export interface LinkTls {
  /** `direct`: TLS from the first octet. `starttls`: after the server has offered it in its stream features. */
  readonly mode: 'direct' | 'starttls';
  /** Certificates (PEM) that are trusted in place of those that Node trusts. */
  readonly ca?: string | undefined;
  /** SHA-256 of the server's certificate, 64 hexadecimal digits: then nothing else of it counts. */
  readonly fingerprint?: string | undefined;
  /** The name that the certificate must have; the host where there is none. */
  readonly serverName?: string | undefined;
}

/** Where a link goes. */
export interface LinkTarget {
  readonly host: string;
  readonly port: number;
  /** The component's own domain. */
  readonly domain: string;
  readonly tls?: LinkTls | undefined;
  readonly limits: ParserLimits;
}

const NO_CONNECTION = 'no connection to the Jabber server';

/** Whether what goes there stays on this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (isIP(name) === 4) return name.startsWith('127.');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name === '::ffff:127.0.0.1';
}

/**
 * Connects by TCP, and has the connection encrypted where that is wanted: what comes back can carry the stream.
 * @param signal gives it up
 * @throws ComponentError `connect`, `tls`, `certificate`; what the server said where it refuses before TLS
 */
export async function openSocket(target: LinkTarget, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls } = target;
  const socket = connectTcp({ host, port });
  // Between those who await something of it nobody else listens.
  socket.on('error', () => undefined);
  const drop = (): void => void socket.destroy();
  signal.addEventListener('abort', drop, { once: true });
  try {
    await once(socket, 'connect', { signal }).catch((error: unknown) => {
      throw new ComponentError('connect', `${NO_CONNECTION}: ${describe(error)}`, { cause: error });
    });
    if (tls === undefined) return socket;
    if (tls.mode === 'starttls') await askForTls(socket, target, signal);
    return await secured(socket, target, tls, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', drop);
  }
}

async function secured(
  socket: Socket,
  { host, port }: LinkTarget,
  { ca, fingerprint, serverName = host }: LinkTls,
  signal: AbortSignal,
): Promise<Socket> {
  const encrypted = connectTls({
    socket,
    host: serverName,
    ...(isIP(serverName) === 0 && { servername: serverName }),
    ...(ca !== undefined && { ca }),
    minVersion: 'TLSv1.2',
    // It is looked at below, before anything is said: so the error can tell the fingerprint of what was presented.
    rejectUnauthorized: false,
  });
  encrypted.on('error', () => undefined);
  await once(encrypted, 'secureConnect', { signal }).catch((error: unknown) => {
    const text = `no TLS with the Jabber server: ${describe(error)}; does port ${port} speak it?`;
    throw new ComponentError('tls', text, { cause: error });
  });
  checkCertificate(encrypted, fingerprint, serverName);
  return encrypted;
}

/** @throws ComponentError `certificate` */
function checkCertificate(socket: TLSSocket, wanted: string | undefined, name: string): void {
  const shown = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
  if (wanted === undefined ? socket.authorized : shown === wanted) return;
  const why =
    wanted === undefined
      ? `${String(socket.authorizationError)} (looked for the name ${name})`
      : `its fingerprint is not ${wanted}`;
  throw new ComponentError(
    'certificate',
    `the certificate of the Jabber server is not accepted: ${why}; the SHA-256 fingerprint of what it has shown is ${shown ?? 'none'}`,
  );
}

/** The message, or the code of an error that has none (node:net, when every address of a name has failed). */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message !== '') return error.message;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
