import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../app/config/load.js';
import { createLog } from '../observe/log.js';
import { startService } from '../app/service.js';
import { connectSession } from '../silc/client/connect.js';
import type { SessionEvent, SilcSession } from '../silc/client/types.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import { SilcServer } from '../silc/server/index.js';
import { converse } from './conversation.js';
import { ensureProsody } from './debian-packages.js';
import { JabberClient } from './jabber-client.js';
import { Mailbox } from './mailbox.js';
import { findConverse } from './page/assets.js';
import { PageServer } from './page/page-server.js';
import { SilcSide } from './page/silc-side.js';
import { startProsody, type Prosody } from './prosody.js';
import { freePorts, isFree } from './server-process.js';

export interface DemoOptions {
  /** End after the conversation instead of staying. */
  readonly once: boolean;
  readonly print: (line: string) => void;
  /** Resolves when the user wants to end. */
  readonly interrupted: Promise<unknown>;
  readonly logLevel: 'silent' | 'info' | 'debug';
}

const DOMAIN = 'silc.localhost';
const CHANNEL = 'lounge';
/** Where people look first; other ports are taken when these are not free. */
const USUAL_PORTS = { silc: 7706, jabber: 5222, page: 7780 };

/** What ends what has been started, the newest last. */
type Undo = (() => Promise<void> | void)[];

/** Where the page will be, and the web client in it. */
interface PlannedPage {
  readonly port: number;
  readonly converse: string;
}

/** What runs when the two have met. */
interface Running {
  readonly prosody: Prosody;
  readonly silcServer: SilcServer;
  readonly silc: SilcSession;
  readonly page: PlannedPage | undefined;
  readonly undo: Undo;
}

/**
 * The whole road on one machine: embedded SILC server, Prosody, gateway; a Jabber user and a SILC user meet, then (unless
 * `once`) everything keeps running for visitors. Everything it starts ends with it.
 * @throws Error when something cannot be started or a line does not arrive
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { print } = options;
  const undo: Undo = [];
  try {
    await ensureProsody(print);
    const folder = mkdtempSync(join(tmpdir(), 'silc-xmpp-demo-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));

    const silcServer = await startSilcServer();
    undo.push(() => silcServer.close());
    print(`SILC server         127.0.0.1:${silcServer.port}`);

    const secret = randomBytes(18).toString('base64url');
    const page = options.once ? undefined : await planPage();
    const prosody = await startProsody({
      components: { [DOMAIN]: secret },
      c2sPort: USUAL_PORTS.jabber,
      ...(page === undefined ? {} : { web: { url: `http://127.0.0.1:${page.port}/` } }),
    });
    undo.push(() => prosody.stop());
    print(`Prosody             127.0.0.1:${prosody.c2sPort}`);

    const service = await startGateway(folder, prosody, silcServer, secret, options.logLevel);
    undo.push(() => service.stop());
    print(`gateway             ${DOMAIN}\n`);

    const silc = await meet(prosody, silcServer, undo, print);
    if (options.once) return;
    await stay({ prosody, silcServer, silc, page, undo }, options);
  } finally {
    for (const step of undo.reverse()) {
      // What fails to end must not keep the rest running.
      await Promise.resolve()
        .then(step)
        .catch((error: unknown) => print(`while ending: ${String(error)}`));
    }
  }
}

async function startSilcServer(): Promise<SilcServer> {
  const keyPair = await generateKeyPair(nodeBackend, { identifier: { UN: 'demo', HN: 'localhost' } });
  const options = { name: 'demo.silc', keyPair, motd: 'Embedded SILC server of the demonstration' };
  return SilcServer.listen({ ...options, port: USUAL_PORTS.silc }).catch(() =>
    SilcServer.listen({ ...options, port: 0 }),
  );
}

async function startGateway(
  folder: string,
  prosody: Prosody,
  silcServer: SilcServer,
  secret: string,
  level: DemoOptions['logLevel'],
) {
  const configuration = {
    component: { domain: DOMAIN, host: '127.0.0.1', port: prosody.componentPort, secret },
    networks: { demo: { default: true, servers: [{ host: '127.0.0.1', port: silcServer.port }] } },
    store: { url: `sqlite:${join(folder, 'gateway.db')}` },
  };
  // JSON is YAML: the demonstration goes through the same reader as every configuration.
  const config = parseConfig(JSON.stringify(configuration), join(folder, 'gateway.yaml'));
  return startService(config, await createLog({ level, format: 'pretty' }));
}

async function meet(
  prosody: Prosody,
  silcServer: SilcServer,
  undo: Undo,
  print: DemoOptions['print'],
): Promise<SilcSession> {
  const password = randomBytes(9).toString('base64url');
  await prosody.register('alice', password);
  const jabber = await JabberClient.login({ port: prosody.c2sPort, username: 'alice', password });
  undo.push(() => jabber.stop());
  const silc = await connectSession({
    host: '127.0.0.1',
    port: silcServer.port,
    keyPair: await generateKeyPair(nodeBackend, { identifier: { UN: 'bob', HN: 'localhost' } }),
    nickname: 'bob',
    username: 'bob',
    realName: 'Bob on SILC',
    verifyServerKey: () => true,
  });
  undo.push(() => silc.quit());
  const silcEvents = new Mailbox<SessionEvent>();
  silc.subscribe((event) => silcEvents.put(event));
  await converse({
    jabber,
    silc,
    silcEvents,
    room: `${CHANNEL}@${DOMAIN}`,
    channel: CHANNEL,
    silcUser: `bob!@${DOMAIN}`,
    print,
  });
  print('\nEvery line arrived on the other side.');
  return silc;
}

/** Undefined where there is no web client to put into the page. */
async function planPage(): Promise<PlannedPage | undefined> {
  const converse = findConverse();
  if (converse === undefined) return undefined;
  const [somePort = 0] = await freePorts(1);
  return { port: (await isFree(USUAL_PORTS.page)) ? USUAL_PORTS.page : somePort, converse };
}

async function stay(running: Running, options: DemoOptions): Promise<void> {
  const { prosody, silcServer } = running;
  const password = randomBytes(6).toString('base64url');
  await prosody.register('visitor', password);
  options.print(`
alice and bob stay in the channel. Join them:

  with a browser         ${await openPage(running, password)}
  with a Jabber client   JID visitor@localhost   password ${password}
                         server 127.0.0.1, port ${prosody.c2sPort}, without TLS (allow plain-text login)
                         then join the room ${CHANNEL}@${DOMAIN}
  with the silc client   silc -c 127.0.0.1 -p ${silcServer.port}
                         then /join ${CHANNEL}

Ctrl-C ends everything.`);
  await options.interrupted;
  options.print('ending …');
}

/** Serves the page where the visitor is on Jabber at the left, and bob on SILC at the right. Returns its address, or why there is none. */
async function openPage({ prosody, silc, page, undo }: Running, password: string): Promise<string> {
  if (page === undefined || prosody.webPort === undefined) {
    return 'needs converse.js: npm install converse.js (--global where this program is), and try again';
  }
  const server = await PageServer.start({
    ...page,
    prosodyPort: prosody.webPort,
    silc: new SilcSide(silc, CHANNEL),
    jabber: {
      ...{ jid: 'visitor@localhost', password },
      ...{ room: `${CHANNEL}@${DOMAIN}`, nickname: 'visitor' },
    },
    channel: CHANNEL,
  });
  undo.push(() => server.close());
  return `${server.url}   both sides in one page`;
}
