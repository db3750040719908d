import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ejabberd } from './ejabberd.js';
import { jabberd2 } from './jabberd2.js';
import { prosody } from './prosody.js';
import { registerAccount } from './register.js';
import { type Command, ServerProcess, freePorts, tail } from '../../../src/demo/server-process.js';

export type JabberServerKind = 'prosody' | 'ejabberd' | 'jabberd2';

/** The kinds, for `describe.each`: every scenario runs on each. On jabberd2 run those that ask for it. */
export const JABBER_SERVERS = ['prosody', 'ejabberd'] as const satisfies readonly JabberServerKind[];

/** The servers named by E2E_SERVERS (with commas) in place of those that a scenario runs on by itself. */
export function chosenServers(usual: readonly JabberServerKind[]): readonly JabberServerKind[] {
  const names = process.env['E2E_SERVERS']?.split(',');
  return names === undefined ? usual : ALL_SERVERS.filter((kind) => names.includes(kind));
}

const ALL_SERVERS: readonly JabberServerKind[] = [...JABBER_SERVERS, 'jabberd2'];

/** How many gateways can be attached to one server at once. */
export const COMPONENT_SLOTS = 8;

/** What is needed to use a running server; plain data, so that it can be handed to the workers. */
export interface JabberServerData {
  readonly kind: JabberServerKind;
  readonly host: string;
  readonly c2sPort: number;
  readonly componentPort: number;
  /** Where browsers come in by websocket, and files go up (`upload.localhost`, XEP-0363); nothing of it on jabberd2. */
  readonly webPort: number;
  /** The users' domain. */
  readonly domain: 'localhost';
  /** The secret of every component slot. */
  readonly secret: string;
  readonly logs: readonly string[];
}

/** A running server as a test uses it. */
export interface JabberServer extends JabberServerData {
  /** Creates an account (XEP-0077). */
  register(user: string, password: string): Promise<void>;
  /** The end of the server's logs, for a failure's report. */
  logTail(): string;
}

/** A server of the test's own: it may be stopped and started without harm to others. */
export interface PrivateJabberServer extends JabberServer {
  /** Ends it and removes its files. */
  stop(): Promise<void>;
  /** Ends it in order, but keeps its files. */
  shutDown(): Promise<void>;
  /** Ends it without a word to anybody, and keeps its files. */
  crash(): Promise<void>;
  /** Starts it again on the same ports, with the accounts and rosters it had. */
  startAgain(): Promise<void>;
  /** Shut down and started again. */
  restart(): Promise<void>;
}

/** What a server's configuration is made from. */
export interface ServerPlan {
  readonly c2sPort: number;
  readonly componentPort: number;
  readonly webPort: number;
  readonly secret: string;
  readonly components: readonly string[];
  /** The components may write the lists of users, on Prosody their nodes too (XEP-0356). */
  readonly isPrivileged?: boolean;
  /** Components come in by TLS (ejabberd only). */
  readonly isEncrypted?: boolean;
}

/** The programs of a server with the ports on which each answers once it is up, and where they write. */
export interface PreparedServer {
  readonly parts: readonly { readonly command: Command; readonly ports: readonly number[] }[];
  readonly logs: readonly string[];
}

/** The component domain of a slot, from 0. */
export function slotDomain(slot: number): string {
  return `c${(slot % COMPONENT_SLOTS) + 1}.localhost`;
}

/** Starts a private server in a new folder, on free ports. */
export async function startJabberServer(
  kind: JabberServerKind,
  options: Pick<ServerPlan, 'isPrivileged' | 'isEncrypted'> = {},
): Promise<PrivateJabberServer> {
  // Between choosing a port and using it, another process may take it: then once more with others.
  try {
    return await start(kind, options);
  } catch {
    return await start(kind, options);
  }
}

async function start(
  kind: JabberServerKind,
  options: Pick<ServerPlan, 'isPrivileged' | 'isEncrypted'>,
): Promise<PrivateJabberServer> {
  const dir = mkdtempSync(join(tmpdir(), `gateway-${kind}-`));
  const [c2sPort = 0, componentPort = 0, webPort = 0] = await freePorts(3);
  const plan: ServerPlan = {
    ...options,
    c2sPort,
    componentPort,
    webPort,
    secret: randomBytes(12).toString('hex'),
    components: Array.from({ length: COMPONENT_SLOTS }, (_, slot) => slotDomain(slot)),
  };
  const { parts, logs } = prepared(kind, dir, plan);
  const processes = parts.map(({ command, ports }) => new ServerProcess(command, ports));
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    for (const process of processes.toReversed()) await process.stop(signal);
  };
  const startAgain = async (): Promise<void> => {
    for (const process of processes) await process.start();
    if (kind === 'jabberd2') await takesUsers(c2sPort);
  };
  const stop = async (): Promise<void> => {
    await end('SIGKILL');
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await startAgain();
  } catch (error) {
    await stop();
    throw error;
  }
  const shutDown = () => end('SIGTERM');
  const crash = () => end('SIGKILL');
  const data: JabberServerData = {
    kind,
    host: '127.0.0.1',
    c2sPort,
    componentPort,
    webPort,
    domain: 'localhost',
    secret: plan.secret,
    logs,
  };
  return {
    ...serverOf(data),
    stop,
    shutDown,
    crash,
    startAgain,
    restart: async () => {
      await shutDown();
      await startAgain();
    },
  };
}

function prepared(kind: JabberServerKind, dir: string, plan: ServerPlan): PreparedServer {
  if (kind === 'jabberd2') return jabberd2(dir, plan);
  const { command, logs } = kind === 'prosody' ? prosody(dir, plan) : ejabberd(dir, plan);
  return { parts: [{ command, ports: [plan.c2sPort, plan.componentPort, plan.webPort] }], logs };
}

/** The ports of jabberd2 answer before its parts have found each other. There is no event to wait for: it is tried. */
async function takesUsers(c2sPort: number): Promise<void> {
  const server = { host: '127.0.0.1', c2sPort, domain: 'localhost' };
  for (let attempt = 1; ; attempt++) {
    try {
      await registerAccount(server, `ready-${randomBytes(4).toString('hex')}`, 'password');
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(100);
    }
  }
}

/** Only what can be handed to another process or thread. */
export function dataOf(server: JabberServerData): JabberServerData {
  const { kind, host, c2sPort, componentPort, webPort, domain, secret, logs } = server;
  return { kind, host, c2sPort, componentPort, webPort, domain, secret, logs };
}

/** The server behind its data. */
export function serverOf(data: JabberServerData): JabberServer {
  return {
    ...data,
    register: (user, password) => registerAccount(data, user, password),
    logTail: () => tail(data.logs),
  };
}
