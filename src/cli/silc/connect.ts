import { fromHex } from '../../silc/bytes.js';
import { connectSession } from '../../silc/client/connect.js';
import type { DetachedSession } from '../../silc/client/detached-session.js';
import type { AlgorithmProposal, ConnectionAuth, KeyPair, SilcSession } from '../../silc/client/types.js';
import { displayFingerprint } from '../../silc/crypto/fingerprint.js';
import { SilcError } from '../../silc/errors.js';
import { errorText } from './error-text.js';
import type { ServerKeys } from './known-servers.js';
import { userReference } from './people.js';
import type { Printer } from './printer.js';

export interface ConnectingOptions {
  readonly host: string;
  readonly port: number;
  readonly nickname: string;
  readonly username: string;
  readonly keyPair: KeyPair;
  readonly auth: ConnectionAuth | undefined;
  readonly serverKey: ServerKeyPolicy;
  readonly proposal: Partial<AlgorithmProposal>;
  /** Begin key exchanges for private messages. */
  readonly negotiate: boolean;
  /** A session to be taken up. */
  readonly resume: DetachedSession | undefined;
  /** Of connecting, and of each command. */
  readonly timeoutMs: number;
}

/** Which key of the server is the right one. */
export interface ServerKeyPolicy {
  /** 40 hex digits: no other key will do. It is not remembered. */
  readonly fingerprint: string | undefined;
  /** Keys of earlier runs. */
  readonly known: ServerKeys;
  /** Take another key than the known one, and remember it. */
  readonly trust: boolean;
}

/** How it came that the server's key was taken. */
const verdicts = {
  given: 'as given',
  known: 'as before',
  new: 'NEW: not seen before, and remembered from now on; compare it with what the operator of the server publishes',
  changed: 'CHANGED: another one than before, trusted as asked, and remembered from now on',
} as const;
type Verdict = keyof typeof verdicts;

/** Connects, and tells what was agreed on. @throws SilcError; LineError for the file of known servers */
export async function connect(
  options: ConnectingOptions,
  printer: Printer,
  interrupted: Promise<unknown>,
): Promise<SilcSession> {
  const { host, port, serverKey, auth, resume, timeoutMs, negotiate } = options;
  const { nickname, username, keyPair, proposal } = options;
  const expected = serverKey.fingerprint ?? (await serverKey.known.find(host, port));
  const stop = new AbortController();
  void interrupted.then(() => stop.abort());
  let shown = '';
  const verdict = (): Verdict | undefined => {
    if (expected === undefined) return 'new';
    if (shown === expected) return serverKey.fingerprint === undefined ? 'known' : 'given';
    return serverKey.trust && serverKey.fingerprint === undefined ? 'changed' : undefined;
  };
  try {
    const session = await connectSession({
      ...{ host, port, nickname, username, keyPair, proposal, timeoutMs },
      commandTimeoutMs: timeoutMs,
      negotiatePrivateKeys: negotiate,
      signal: stop.signal,
      ...(auth === undefined ? {} : { auth }),
      ...(resume === undefined ? {} : { resume }),
      verifyServerKey: (_key, fingerprint) => {
        shown = fingerprint;
        return verdict() !== undefined;
      },
    });
    const how = verdict() ?? 'given';
    if (how === 'new' || how === 'changed') await remember(options, shown, printer);
    tellConnected(session, shown, how, printer);
    return session;
  } catch (error) {
    if (!(error instanceof SilcError) || error.code !== 'server-key') throw error;
    throw new SilcError('server-key', changedKey(expected ?? '', shown, serverKey), { cause: error });
  }
}

/** A key that cannot be remembered is told: the next run would take any again. */
async function remember(
  { host, port, serverKey }: ConnectingOptions,
  shown: string,
  printer: Printer,
): Promise<void> {
  try {
    await serverKey.known.remember(host, port, shown);
  } catch (error) {
    printer.warn(`the server's key is not remembered: ${errorText(error)}`);
  }
}

function changedKey(expected: string, shown: string, { fingerprint }: ServerKeyPolicy): string {
  const [old, fresh] = [expected, shown].map((digits) => displayFingerprint(fromHex(digits)));
  const remedy =
    fingerprint === undefined ? '; where its operator confirms the change, give --trust once' : '';
  return `the server shows another key than the expected one: "${fresh}" and not "${old}"${remedy}`;
}

function tellConnected(session: SilcSession, fingerprint: string, verdict: Verdict, printer: Printer): void {
  const { self, serverVersion, algorithms } = session;
  const { cipher, hmac, hash, group } = algorithms;
  printer.print({
    type: 'connected',
    fields: {
      self: userReference(self),
      fingerprint,
      serverKey: verdict,
      serverVersion,
      algorithms: { cipher, hmac, hash, group },
    },
    lines: [
      `server key fingerprint "${displayFingerprint(fromHex(fingerprint))}" (${verdicts[verdict]})`,
      `connected as ${self.nickname ?? '?'}, Client ID ${self.clientId}; ${serverVersion}, ${cipher}, ${hmac}, ${group}`,
    ],
    aside: true,
  });
}
