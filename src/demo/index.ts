import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../app/config/load.js';
import { createLog } from '../observe/log.js';
import { startService } from '../app/service.js';
import { connectSession } from '../silc/client/connect.js';
import type { SessionEvent } from '../silc/client/types.js';
import { nodeBackend } from '../silc/crypto/backend-node.js';
import { generateKeyPair } from '../silc/crypto/key-pair.js';
import { SilcServer } from '../silc/server/index.js';
import { converse } from './conversation.js';
import { ensureProsody } from './debian-packages.js';
import { JabberClient } from './jabber-client.js';
import { Mailbox } from './mailbox.js';
import { startProsody, type Prosody } from './prosody.js';

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
const USUAL_PORTS = { silc: 7706, jabber: 5222 };

/**
 * The whole road on one machine: embedded SILC server, Prosody, gateway; a Jabber user and a SILC user meet, then (unless
 * `once`) everything keeps running for visitors. Everything it starts ends with it.
 * @throws Error when something cannot be started or a line does not arrive
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { print } = options;
  const undo: (() => Promise<void> | void)[] = [];
  try {
    await ensureProsody(print);
    const folder = mkdtempSync(join(tmpdir(), 'silc-xmpp-demo-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));

    const silcServer = await startSilcServer();
    undo.push(() => silcServer.close());
    print(`SILC server         127.0.0.1:${silcServer.port}`);

    const secret = randomBytes(18).toString('base64url');
    const prosody = await startProsody({ components: { [DOMAIN]: secret }, c2sPort: USUAL_PORTS.jabber });
    undo.push(() => prosody.stop());
    print(`Prosody             127.0.0.1:${prosody.c2sPort}`);

    const service = await startGateway(folder, prosody, silcServer, secret, options.logLevel);
    undo.push(() => service.stop());
    print(`gateway             ${DOMAIN}\n`);

    await meet(prosody, silcServer, undo, print);
    if (options.once) return;
    await stay(prosody, silcServer, options);
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
  undo: (() => Promise<void> | void)[],
  print: DemoOptions['print'],
): Promise<void> {
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
}

async function stay(prosody: Prosody, silcServer: SilcServer, options: DemoOptions): Promise<void> {
  const password = randomBytes(6).toString('base64url');
  await prosody.register('visitor', password);
  options.print(`
alice and bob stay in the channel. Join them:

  with a Jabber client   JID visitor@localhost   password ${password}
                         server 127.0.0.1, port ${prosody.c2sPort}, without TLS (allow plain-text login)
                         then join the room ${CHANNEL}@${DOMAIN}
  with the silc client   silc -c 127.0.0.1 -p ${silcServer.port}
                         then /join ${CHANNEL}

Ctrl-C ends everything.`);
  await options.interrupted;
  options.print('ending …');
}
