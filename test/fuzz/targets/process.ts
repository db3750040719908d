import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../../../src/component/parser.js';
import { SilcServer } from '../../../src/silc/server/index.js';
import { testKeyPair } from '../../support/keys.js';
import { type FakePeer, FakeServer, HEADER } from '../../support/xmpp/fake-server.js';
import { withPatience } from '../support/patience.js';
import { changed, SeededRandom } from '../support/random.js';
import type { Target } from '../support/target.js';
import { stanzas } from './machines.js';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
/** As in the golden stanzas. */
const DOMAIN = 'gw';
/** Errors in the log that are none of the gateway: the played server ends the stream, and takes it for somebody else. */
const EXPECTED = /not attached|takes this component for/;
/** How long anything may take: generous, since it only tells an answer from none. */
const PATIENCE_MS = 60_000;
/** Of a text that ends the stream few are sent: each costs the gateway's wait before it attaches again. */
const MAX_ENDINGS = 3;

/** What stands between the gateway and a SILC server, and changes one read of what the server says. */
interface Spoiler {
  readonly port: number;
  /** Changes the read of this number in each connection from now on. */
  spoil: (read: number, change: (octets: Uint8Array) => Uint8Array) => void;
  close(): void;
}

/** The gateway in a process of its own, by the command that operators use, between a played Jabber server and two SILC servers. */
class GatewayUnderFire {
  readonly jabber: FakeServer;
  readonly spoiler: Spoiler;
  readonly #silc: SilcServer;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #faults: string[] = [];
  peer: FakePeer;
  #probes = 0;
  endings = 0;

  private constructor(
    parts: Readonly<{ jabber: FakeServer; spoiler: Spoiler; silc: SilcServer; folder: string }>,
    child: ChildProcess,
    peer: FakePeer,
  ) {
    this.jabber = parts.jabber;
    this.spoiler = parts.spoiler;
    this.#silc = parts.silc;
    this.#folder = parts.folder;
    this.#child = child;
    this.peer = peer;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
  }

  static async start(): Promise<GatewayUnderFire> {
    const jabber = await FakeServer.listen();
    const silc = await SilcServer.listen({ port: 0, name: 'silc.test', keyPair: testKeyPair('k2048v1') });
    const spoiler = await spoilerOf(silc.port);
    const folder = mkdtempSync(join(tmpdir(), 'gateway-fuzz-'));
    const file = join(folder, 'gateway.yaml');
    const config = {
      component: { domain: DOMAIN, port: jabber.port, secret: 'secret' },
      networks: {
        good: { default: true, servers: [{ host: '127.0.0.1', port: silc.port }] },
        bad: { servers: [{ host: '127.0.0.1', port: spoiler.port }] },
      },
      store: { url: 'sqlite:gateway.db' },
      users: { key_bits: 1024 },
      timeouts: { join_ms: 3_000 },
      limits: { new_users_per_hour: 100_000 },
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    const args = ['--import', 'tsx', MAIN, 'run', '-c', file];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const peer = await withPatience(jabber.accept(), PATIENCE_MS, 'it did not start');
    await peer.handshake();
    return new GatewayUnderFire({ jabber, spoiler, silc, folder }, child, peer);
  }

  /** Sends, and waits until what was sent behind it is answered. @throws when the process has ended or logs an internal error */
  async send(text: string): Promise<void> {
    this.peer.received = '';
    const id = `probe-${++this.#probes}`;
    this.peer.send(`${text}${probe(id)}`);
    await this.#answered(new RegExp(`id="${id}"`));
  }

  /** A user joins a channel of the network whose server speaks nonsense. The join ends one way or the other. */
  async join(user: string): Promise<string> {
    this.peer.received = '';
    const room = `lounge%bad@${DOMAIN}/${user}`;
    const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`;
    this.peer.send(`<presence from='${user}@example/x' to='${room}'>${muc}</presence>`);
    const answer = await this.#answered(
      new RegExp(
        `<presence (?=[^>]*to="${user}@example/x")(?:[^>]*type="error"|(?:(?!</presence>).)*code="110")`,
      ),
    );
    this.peer.send(`<presence from='${user}@example/x' to='${room}' type='unavailable'/>`);
    return answer.includes('type="error"') ? 'refused' : 'joined';
  }

  /** The stream ends; the gateway comes back. */
  async end(text: string): Promise<void> {
    this.peer.send(`${text}${probe('behind')}`);
    await withPatience(this.peer.closed(), PATIENCE_MS, 'the stream goes on');
    this.peer = await withPatience(this.jabber.accept(), PATIENCE_MS, 'it is not back');
    await this.peer.handshake();
  }

  get residentMiB(): number {
    const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  }

  async stop(): Promise<void> {
    console.log(`  the process holds ${this.residentMiB} MiB in the end`);
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
    await this.jabber.close();
    this.spoiler.close();
    await this.#silc.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answered(pattern: RegExp): Promise<string> {
    // A process that has ended closes it.
    const answer = this.peer.expect(pattern);
    const [found] = await withPatience(answer, PATIENCE_MS, `no answer: ${pattern.source}`);
    const fault = this.#faults.shift();
    if (fault !== undefined) throw new Error(`logged: ${fault}`);
    return found;
  }

  #read(text: string): void {
    for (const line of text.split('\n')) {
      if (/"level":"(?:error|fatal)"/.test(line) && !EXPECTED.test(line)) this.#faults.push(line);
    }
  }
}

const probe = (id: string): string =>
  `<iq type='get' id='${id}' from='probe@example/x' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`;

async function spoilerOf(target: number): Promise<Spoiler> {
  let spoilt: readonly [number, (octets: Uint8Array) => Uint8Array] = [-1, (octets) => octets];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const behind = connect(target, '127.0.0.1');
    const [number, change] = spoilt;
    let reads = 0;
    behind.on('data', (octets: Buffer) => void socket.write(reads++ === number ? change(octets) : octets));
    socket.on('data', (octets) => behind.write(octets));
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined).on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    spoil: (read, change) => (spoilt = [read, change]),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const decoder = new TextDecoder();

/** Whether what stands behind the text is a stanza of its own; undefined when the stream ends. */
function leavesRoom(text: string): boolean | undefined {
  let [last, isOver] = ['', false];
  const end = (): void => void (isOver = true);
  const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
    onElement: ({ attrs }) => (last = attrs.id ?? ''),
    onDropped: () => (last = ''),
    onEnd: end,
    onViolation: end,
  });
  parser.write(`${HEADER}${text}${probe('probe')}`);
  return isOver ? undefined : last === 'probe';
}

/** Both sockets of the process. One of them for both targets, which is started by the first input. */
export function processTargets(seed: number): readonly Target[] {
  let started: Promise<GatewayUnderFire> | undefined;
  const gateway = (): Promise<GatewayUnderFire> => (started ??= GatewayUnderFire.start());
  let users = 0;
  return [
    {
      name: 'process: component stream',
      seeds: stanzas,
      cost: 100,
      run: async (octets) => {
        const text = decoder.decode(octets);
        const hasRoom = leavesRoom(text);
        if (hasRoom === false) return 'swallows what is behind it';
        const under = await gateway();
        if (hasRoom === true) await under.send(text);
        else if (under.endings++ < MAX_ENDINGS) await under.end(text);
        return hasRoom === true ? 'answered' : 'ended';
      },
    },
    {
      name: 'process: SILC server',
      // How what the server says is changed: which read, and a seed for the changes in it.
      seeds: [Uint8Array.of(0, 1), Uint8Array.of(1, 2), Uint8Array.of(2, 3), Uint8Array.of(5, 4)],
      cost: 20_000,
      run: async ([read = 0, ...rest]) => {
        const under = await gateway();
        const random = new SeededRandom(rest.reduce((sum, octet) => sum * 257 + octet, seed));
        under.spoiler.spoil(read % 12, (octets) => changed(random, octets, [octets]));
        return under.join(`user${users++ % 50}`);
      },
      close: async () => {
        if (started !== undefined) await (await started).stop();
      },
    },
  ];
}
