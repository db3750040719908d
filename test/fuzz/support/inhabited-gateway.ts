import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { StanzaSerializer } from '../../../src/component/outgoing.js';
import { StanzaError } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { Gateway } from '../../../src/gateway/gateway.js';
import type { Log } from '../../../src/gateway/log-types.js';
import { QUOTA_KINDS, type QuotaKind, type QuotaRates } from '../../../src/gateway/quotas/rates.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { ChannelId } from '../../../src/silc/ids.js';
import { StoreError } from '../../../src/store/errors.js';
import { openStore } from '../../../src/store/open.js';
import type { Store } from '../../../src/store/types.js';
import { FakeLink } from '../../gateway/support/fake-link.js';
import { testConfig } from '../../gateway/support/world.js';
import { type SilcWorld, startSilcWorld } from '../../support/silc-world.js';
import { readStrictly } from '../../support/xmpp/strict.js';
import { withPatience } from './patience.js';

export const DOMAIN = 'gw.test';
const PATIENCE_MS = 30_000;
/** Users who are in the room: the first one is an administrator. */
export const USERS: readonly string[] = ['alice@jabber.test/desk', 'bob@jabber.test/x'];
/** What nobody reaches: refusals of that kind have tests of their own. */
const ENDLESS: QuotaRates = { user: 1e9, domain: 1e9, all: 1e9 };

/** A link whose other side answers requests as it is told. */
export class AnsweringLink extends FakeLink {
  answer: (iq: Element) => Element | undefined = () => undefined;

  override request(iq: Element): Promise<Element> {
    const answer = this.answer(iq);
    return answer === undefined
      ? Promise.reject(new StanzaError('cancel', 'service-unavailable'))
      : Promise.resolve(answer);
  }
}

function joinOf(user: string): string {
  const [name = ''] = user.split('@');
  const muc = `<x xmlns='http://jabber.org/protocol/muc'/>`;
  return `<presence from='${user}' to='channel1@${DOMAIN}/${name}'>${muc}</presence>`;
}

const inTime = <T>(work: Promise<T>, what: string): Promise<T> =>
  withPatience(work, PATIENCE_MS, `${what} takes for ever`);

/** Keys take seconds; here all users have one of two. */
const keys = [1, 2].map(() => nodeBackend.generateRsaKey(1_024));
let made = 0;

/** A gateway with everything switched on, a store in a file, an embedded SILC server and somebody on it. */
export class InhabitedGateway {
  readonly link = new AnsweringLink();
  readonly other: SilcSession;
  /** The last command that asks for a form. */
  commandSession = '';
  inputs = 0;
  readonly #silc: SilcWorld;
  readonly #store: Store;
  readonly #folder: string;
  readonly #gateway: Gateway;
  readonly #errors: unknown[] = [];
  readonly #serializer = new StanzaSerializer(DOMAIN);
  #probes = 0;
  #channel: ChannelId | undefined;

  private constructor(
    parts: Readonly<{
      silc: SilcWorld;
      other: SilcSession;
      store: Store;
      folder: string;
    }>,
  ) {
    this.other = parts.other;
    this.#silc = parts.silc;
    this.#store = parts.store;
    this.#folder = parts.folder;
    const rates = Object.fromEntries(QUOTA_KINDS.map((kind) => [kind, ENDLESS])) as Record<
      QuotaKind,
      QuotaRates
    >;
    this.#gateway = new Gateway({
      config: testConfig({
        networks: {
          net: {
            default: true,
            servers: [{ host: '127.0.0.1', port: parts.silc.port }],
            auth: { method: 'none' },
          },
        },
        access: { allow: [], deny: [], admins: ['alice@jabber.test'] },
        limits: { rates, rooms_per_user: 20, new_users_per_hour: 100_000 },
        rooms: { founder_keys: true, founder_keys_per_user: 3, retractions_on_silc: true },
        history: { days: 1 },
        timeouts: { ...testConfig().timeouts, join_ms: 1_000_000 },
        sessions: { stay: true, stay_days: 30 },
        files: {
          ...{ upload: 'upload.jabber.test', max_octets: 10_000, pictures_to_silc: true },
          transfers: { accept: true, offer: true, private_addresses: true },
        },
      }),
      link: this.link,
      store: parts.store,
      backend: {
        ...nodeBackend,
        generateRsaKey: async () =>
          (await Promise.all(keys))[made++ % 2] ?? Promise.reject(new Error('no key')),
      },
      log: this.#log(),
    });
  }

  /** Internal errors are faults, and so is a passphrase in any line. */
  #log(): Log {
    const look = (fields: Readonly<Record<string, unknown>>, text: string): void => {
      if (inspect(fields).includes('a passphrase of')) this.#errors.push(`a passphrase in the log: ${text}`);
    };
    return {
      ...{ debug: look, info: look, warn: look },
      error: (fields, text) => {
        // A process that was stopped for a while finds its write too late.
        if (!(fields['err'] instanceof StoreError)) this.#errors.push(fields['err'] ?? text);
      },
    };
  }

  static async start(): Promise<InhabitedGateway> {
    const silc = await startSilcWorld();
    const folder = mkdtempSync(join(tmpdir(), 'gateway-fuzz-'));
    const store = await openStore({ url: `sqlite:${join(folder, 'gateway.db')}` });
    const other = await silc.client('other');
    other.subscribe(() => undefined);
    const gateway = new InhabitedGateway({ silc, other, store, folder });
    await gateway.#gateway.start();
    // Who comes first has founded the channel.
    for (const user of USERS) await inTime(gateway.#join(user), 'a join');
    const { channel } = await other.join('channel1');
    gateway.#channel = channel.id;
    return gateway;
  }

  /** On which all of them are in the beginning. */
  get channel(): ChannelId {
    if (this.#channel === undefined) throw new Error('nobody has joined yet');
    return this.#channel;
  }

  /** Users come in again; where they are in the room they are told it anew. */
  enter(): void {
    for (const user of USERS) this.link.receive(joinOf(user));
  }

  async #join(user: string): Promise<void> {
    this.link.receive(joinOf(user));
    const answer = await this.link.until(
      ({ name: stanza, attrs: { to, type } }) => to === user && (stanza === 'message' || type === 'error'),
    );
    // Whoever was stopped in the midst of it came too late.
    if (answer.name === 'presence') await this.#join(user);
  }

  /** Everything up to now is done: a ping and what is asked of SILC are answered, and nothing but good stanzas was sent. @returns these */
  async settled(): Promise<readonly Element[]> {
    const id = `probe-${++this.#probes}`;
    const sent: Element[] = [];
    this.link.receive(
      `<iq type='get' id='${id}' from='probe@x/y' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`,
    );
    await inTime(
      this.link.until((stanza) => {
        sent.push(stanza);
        return stanza.attrs.id === id && stanza.attrs.to === 'probe@x/y';
      }),
      'a ping',
    );
    if (this.other.state === 'ready')
      await inTime(
        this.other.ping().catch(() => undefined),
        'a ping of SILC',
      );
    const [error] = this.#errors;
    if (error !== undefined) throw new Error('an internal error', { cause: error });
    for (const stanza of sent) {
      readStrictly(this.#serializer.serialize(stanza).text);
      const command = stanza.getChild('command', 'http://jabber.org/protocol/commands');
      if (command?.attrs.status === 'executing') this.commandSession = command.attrs.sessionid ?? '';
    }
    return sent;
  }

  async stop(): Promise<void> {
    this.link.answer = () => undefined;
    await inTime(this.#gateway.stop(), 'the end of the gateway');
    await inTime(this.#silc.close(), 'the end of the SILC server');
    await this.#store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
