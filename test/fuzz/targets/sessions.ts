import fc from 'fast-check';
import { StanzaSerializer } from '../../../src/component/outgoing.js';
import { tryParseJid } from '../../../src/component/jid.js';
import type { Element } from '../../../src/component/types.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { Log } from '../../../src/gateway/log-types.js';
import { utf8 } from '../../../src/silc/bytes.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { commands, encodeReply } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import { FakeLink } from '../../gateway/support/fake-link.js';
import { memoryStore, testConfig } from '../../gateway/support/world.js';
import { scriptedSession, type ScriptedServer } from '../../support/scripted-server.js';
import { readStrictly } from '../../support/xmpp/strict.js';
import { hostilePackets } from '../support/packets.js';
import { readPackets, writePackets } from '../support/packet-list.js';
import { withPatience } from '../support/patience.js';
import { checkSession, play } from '../support/played.js';
import { outcomeOf, type Target } from '../support/target.js';
import { elementsOf } from '../support/trees.js';
import { stanzas } from './machines.js';

/** Inputs that one session takes, one after the other: what an earlier one has left is what the next one meets. */
const INPUTS_OF_ONE = 200;
/** Packets of one input that are played. */
const MAX_PACKETS = 60;
const PATIENCE_MS = 30_000;
/** A process that is stopped for minutes while it connects goes on afterwards. */
const STOPPED_MS = 1_000_000;

/** Rows of packets of a malicious server, the same ones for each seed. */
const rows: readonly Uint8Array[] = fc
  .sample(fc.array(hostilePackets, { minLength: 3, maxLength: 12 }), { seed: 1, numRuns: 60 })
  .map(writePackets);

const inTime = <T>(work: Promise<T>, what: string): Promise<T> =>
  withPatience(work, PATIENCE_MS, `${what} takes for ever`);

interface Played {
  readonly session: SilcSession;
  readonly server: ScriptedServer;
  inputs: number;
}

function sessionTarget(): Target {
  let played: Played | undefined;
  const end = (): void => {
    played?.session.destroy();
    played?.server.connection.destroy();
    played = undefined;
  };
  async function begin(): Promise<Played> {
    const made = await scriptedSession({ timeoutMs: STOPPED_MS });
    made.session.subscribe(() => undefined);
    await made.server.admit(made.session, 1, [made.server.person('other'), made.server.person('person0')]);
    return { ...made, inputs: 0 };
  }
  return {
    name: 'machine: client session',
    seeds: rows,
    cost: 5,
    run: async (octets) => {
      const under = (played ??= await begin());
      await inTime(play(under.server, readPackets(octets).slice(0, MAX_PACKETS)), 'sending');
      const over = await inTime(checkSession(under.session, under.server), 'a session');
      const isOver = under.session.state === 'closed';
      if (isOver || ++under.inputs >= INPUTS_OF_ONE) end();
      return over === undefined ? (isOver ? 'closed' : 'goes on') : outcomeOf(over);
    },
    close: () => {
      end();
      return Promise.resolve();
    },
  };
}

const DOMAIN = 'gw.test';
const ALICE = 'alice@jabber.test/desk';
const JOIN = `<presence from='${ALICE}' to='channel1@gw.test/me'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;

/** A gateway in this process, with a user on a channel of a scripted server. */
class GatewayPlayed {
  readonly link = new FakeLink();
  readonly errors: unknown[] = [];
  readonly #serializer = new StanzaSerializer(this.link.domain);
  readonly #gateway: Gateway;
  readonly #made: Promise<Played>;
  played: Played | undefined;
  inputs = 0;
  #probes = 0;

  constructor(key: Promise<Awaited<ReturnType<typeof nodeBackend.generateRsaKey>>>) {
    let resolve: (made: Played) => void;
    this.#made = new Promise((done) => (resolve = done));
    this.#gateway = new Gateway({
      // No join is too late for a process that was stopped.
      config: testConfig({ timeouts: { ...testConfig().timeouts, join_ms: STOPPED_MS } }),
      link: this.link,
      store: memoryStore(),
      backend: { ...nodeBackend, generateRsaKey: () => key },
      log: this.#log(),
      host: {
        connect: async ({ keyPair, verifyServerKey, nickname, username }) => {
          if (this.played !== undefined) return Promise.reject(new SilcError('closed', 'no further session'));
          const made = {
            ...(await scriptedSession({
              keyPair,
              verifyServerKey,
              nickname,
              username,
              timeoutMs: STOPPED_MS,
            })),
            inputs: 0,
          };
          this.played = made;
          resolve(made);
          return made.session;
        },
      },
    });
  }

  #log(): Log {
    const nothing = (): void => undefined;
    return {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (fields) => this.errors.push(fields['err']),
    };
  }

  async begin(): Promise<Played> {
    await this.#gateway.start();
    this.link.receive(JOIN);
    const made = await this.#made;
    const { ident } = await made.server.next(commands.join);
    await made.server.reply(
      encodeReply(commands.join, ident, made.server.joinReply(1, [made.server.person('other')])),
    );
    await this.link.until((stanza) => stanza.name === 'message');
    return made;
  }

  /** Everything up to now is done: the gateway answers a ping, and nothing but good stanzas was sent. @returns these */
  async settled(): Promise<readonly Element[]> {
    const id = `probe-${++this.#probes}`;
    const sent: Element[] = [];
    this.link.receive(
      `<iq type='get' id='${id}' from='probe@x/y' to='gw.test'><ping xmlns='urn:xmpp:ping'/></iq>`,
    );
    await inTime(
      this.link.until((stanza) => {
        sent.push(stanza);
        return stanza.attrs.id === id;
      }),
      'a ping',
    );
    const [error] = this.errors;
    if (error !== undefined) throw new Error('an internal error', { cause: error });
    for (const stanza of sent) {
      readStrictly(this.#serializer.serialize(stanza).text);
      // A passphrase of a channel is told to its members by the server, and goes no further.
      if (stanza.toString().includes('the secret of the channel')) throw new Error('a passphrase is told');
    }
    return sent;
  }

  async stop(): Promise<void> {
    this.played?.session.destroy();
    this.played?.server.connection.destroy();
    await this.#gateway.stop();
  }
}

/** One gateway for so many inputs of a target. */
function gatewayTarget(
  { name, seeds, cost }: Pick<Target, 'name' | 'seeds' | 'cost'>,
  deed: (gateway: GatewayPlayed, played: Played, octets: Uint8Array) => Promise<string>,
): Target {
  let key: ReturnType<typeof nodeBackend.generateRsaKey> | undefined;
  let running: Promise<{ gateway: GatewayPlayed; played: Played }> | undefined;
  async function begin() {
    const gateway = new GatewayPlayed((key ??= nodeBackend.generateRsaKey(1024)));
    return { gateway, played: await gateway.begin() };
  }
  const end = async (): Promise<void> => {
    const ended = running;
    running = undefined;
    if (ended !== undefined) await inTime((await inTime(ended, 'a start')).gateway.stop(), 'an end');
  };
  return {
    name,
    seeds,
    cost,
    run: async (octets) => {
      const { gateway, played } = await inTime((running ??= begin()), 'a start');
      try {
        const outcome = await deed(gateway, played, octets);
        const sent = await gateway.settled();
        if (played.session.state === 'closed' || ++gateway.inputs >= INPUTS_OF_ONE) await end();
        return `${outcome} ${[...new Set(sent.map((stanza) => `${stanza.name} ${stanza.attrs.type ?? ''}`))].sort().join()}`;
      } catch (error) {
        await end();
        throw error;
      }
    },
    close: end,
  };
}

const decoder = new TextDecoder();

/** Whether a Jabber server would send it: it has stamped the sender, and knows whom the component stands for. */
function isPassedOn({ name, attrs: { from = '', to = '' } }: Element): boolean {
  if (!['iq', 'message', 'presence'].includes(name)) return false;
  const sender = tryParseJid(from);
  return sender?.full === from && sender.domain !== DOMAIN && tryParseJid(to)?.domain === DOMAIN;
}

/** What has a state for as long as a session or a gateway lasts. */
export const sessionTargets: readonly Target[] = [
  sessionTarget(),
  gatewayTarget(
    { name: 'machine: gateway, packets from SILC', seeds: rows, cost: 50 },
    async (_gateway, { session, server }, octets) => {
      await inTime(play(server, readPackets(octets).slice(0, MAX_PACKETS)), 'sending');
      const over = await inTime(checkSession(session, server), 'a session');
      return over === undefined ? '' : outcomeOf(over);
    },
  ),
  gatewayTarget(
    {
      name: 'machine: gateway, stanzas from Jabber',
      seeds: stanzas.map((octets) =>
        utf8(decoder.decode(octets).replaceAll(/([@"'])gw(?=["'/])/g, `$1${DOMAIN}`)),
      ),
      cost: 5,
    },
    async ({ link }, _played, octets) => {
      const elements = elementsOf(decoder.decode(octets));
      for (const element of elements) if (isPassedOn(element)) link.deliver(element);
      return Promise.resolve(String(Math.min(elements.length, 3)));
    },
  ),
];
