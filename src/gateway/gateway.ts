import { tryParseJid } from '../component/jid.js';
import { type Element, errorReply, StanzaError, xml } from '../component/stanza.js';
import type { ComponentLink } from '../component/types.js';
import { createAddressing } from '../mapping/address.js';
import { Namespace } from '../mapping/namespaces.js';
import { connectSession } from '../silc/client/connect.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { Repositories } from '../store/types.js';
import { withDeadline } from '../util/race.js';
import { Access } from './access.js';
import { BanMarks } from './ban-marks.js';
import type { GatewayConfig } from './config-types.js';
import type { Connect, GatewayContext } from './context.js';
import { reportFault } from './failures.js';
import { createIds } from './ids.js';
import { Identities } from './identities.js';
import { Disco } from './iq-disco.js';
import { IqHandler } from './iq-handler.js';
import { People } from './iq-people.js';
import { Liveness } from './liveness.js';
import type { Log } from './log-types.js';
import { MessageHandler } from './message-handler.js';
import { type GatewayMetrics, noMetrics } from './metrics-types.js';
import { Network } from './network.js';
import { OutOfStep } from './out-of-step.js';
import { PresenceHandler } from './presence-handler.js';
import { RoomAdmin } from './room-admin.js';
import { RoomOwner } from './room-owner.js';
import { ServiceSession } from './service-session.js';
import { Users } from './users.js';

/** What a gateway is made of. */
export interface GatewayDependencies {
  readonly config: GatewayConfig;
  /** Not started yet. */
  readonly link: ComponentLink;
  readonly store: Repositories;
  readonly backend: CryptoBackend;
  readonly log: Log;
  readonly metrics?: GatewayMetrics;
  /** Default: `connectSession` of the engine. */
  readonly connect?: Connect;
}

/** Most time that the end of all sessions may take. */
const STOP_MS = 8_000;
/** Stanzas with an XEP-0045 error carry the mark of the join. */
const mucMark = (): Element => xml('x', { xmlns: Namespace.muc });

interface Parts {
  readonly context: GatewayContext;
  readonly users: Users;
  readonly services: ReadonlyMap<string, ServiceSession>;
  readonly presence: PresenceHandler;
  readonly messages: MessageHandler;
  readonly iqs: IqHandler;
  readonly liveness: Liveness;
  readonly outOfStep: OutOfStep;
}

/** The gateway: takes stanzas from the Jabber server to SILC and back. */
export class Gateway {
  readonly #dependencies: GatewayDependencies;
  #parts: Parts | undefined;
  #stopped = false;

  constructor(dependencies: GatewayDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Loads the secrets, then starts the link.
   * @throws StoreError; ComponentError as the link's `start`.
   */
  async start(): Promise<void> {
    const { link } = this.#dependencies;
    const parts = await this.#build();
    this.#parts = parts;
    link.onUndelivered((loss) => {
      parts.context.metrics.increment('stanzas_dropped');
      parts.context.log.debug({ ...loss }, 'a stanza was not sent');
      parts.outOfStep.note(loss);
    });
    link.onStanza((stanza) => void this.#dispatch(stanza, parts));
    link.onOnline((first) => {
      if (first) return;
      parts.outOfStep.tellAll();
      parts.liveness.probeAll().catch((error: unknown) => {
        parts.context.log.error({ err: error }, 'looking for lost clients failed');
      });
    });
    await link.start();
  }

  /** Tells every client (status 332), ends every SILC session, stops the link. Takes about `STOP_MS` at most. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const parts = this.#parts;
    if (parts !== undefined) {
      parts.outOfStep.stop();
      const ended = Promise.allSettled([
        parts.users.endAll({ kind: 'shutdown' }),
        ...[...parts.services.values()].map((service) => service.close()),
      ]);
      const late = (): Error => new Error('too late');
      await withDeadline(ended, STOP_MS, late).catch(() => {
        parts.context.log.warn({}, 'not every SILC session ended in time');
      });
    }
    await this.#dependencies.link.stop();
  }

  async #build(): Promise<Parts> {
    const {
      config,
      link,
      store,
      backend,
      log,
      metrics = noMetrics,
      connect = connectSession,
    } = this.#dependencies;
    const networkNames = Object.keys(config.networks);
    const context: GatewayContext = {
      config,
      domain: link.domain,
      addressing: createAddressing({
        domain: link.domain,
        networks: networkNames,
        defaultNetwork: networkNames.find((name) => config.networks[name]?.default === true),
      }),
      access: new Access(config.access),
      store,
      backend,
      connect,
      ids: await createIds(store.secrets, backend),
      bans: new BanMarks(),
      log,
      metrics,
      send: (stanza) => this.#send(stanza),
      request: (iq, timeoutMs) => link.request(iq, timeoutMs),
    };
    const identities = new Identities(context);
    const networks = new Map(
      Object.entries(config.networks).map(([name, network]) => [name, new Network(name, network, context)]),
    );
    const services = new Map(
      [...networks].map(([name, network]) => [name, new ServiceSession(network, context, identities)]),
    );
    const users = new Users(context, networks, identities);
    const liveness = new Liveness(context, users);
    const presence = new PresenceHandler(context, users, liveness);
    const people = new People(context, users, services);
    const iqs = new IqHandler(context, users, {
      people,
      disco: new Disco(context, users, people, services),
      admin: new RoomAdmin(context, users),
      owner: new RoomOwner(users),
    });
    const messages = new MessageHandler(context, users, presence);
    const outOfStep = new OutOfStep(users, () => link.online);
    return { context, users, services, presence, messages, iqs, liveness, outOfStep };
  }

  #send(stanza: Element | undefined): void {
    if (stanza === undefined) return;
    const { link, metrics = noMetrics } = this.#dependencies;
    metrics.increment('stanzas_out');
    link.send(stanza);
  }

  /** The fault wall: whatever goes wrong with one stanza is answered and ends here. */
  async #dispatch(stanza: Element, parts: Parts): Promise<void> {
    parts.context.metrics.increment('stanzas_in');
    try {
      await this.#route(stanza, parts);
    } catch (error) {
      const known = error instanceof StanzaError;
      if (!known) {
        const { name, attrs } = stanza;
        reportFault(parts.context, error, 'a stanza handler failed', { stanza: name, from: attrs.from });
      }
      const { type, condition, text, address } = known
        ? error
        : new StanzaError('cancel', 'internal-server-error', 'The gateway failed to do this.');
      const isJoin = stanza.name === 'presence' && stanza.getChild('x', Namespace.muc) !== undefined;
      // Roster presence is answered with presence, never with an error.
      if (stanza.name === 'presence' && stanza.attrs.type !== undefined) return;
      const payload = isJoin ? [mucMark()] : undefined;
      this.#send(errorReply(stanza, type, condition, text, { payload, address }));
    }
  }

  async #route(stanza: Element, parts: Parts): Promise<void> {
    const from = tryParseJid(stanza.attrs.from ?? '');
    if (from === undefined) return;
    if (this.#stopped) throw new StanzaError('wait', 'service-unavailable', 'The gateway is shutting down.');
    const to = parts.context.addressing.parse(stanza.attrs.to ?? '');
    if (to.kind === 'invalid') {
      throw new StanzaError(to.error.type, to.error.condition, to.error.text);
    }
    const isFarewell = stanza.attrs.type === 'error' || stanza.attrs.type === 'unavailable';
    if (!isFarewell && !parts.context.access.allows(from)) {
      throw new StanzaError('auth', 'forbidden', 'You may not use this gateway.');
    }
    switch (stanza.name) {
      case 'presence':
        return parts.presence.handle(stanza, from, to);
      case 'message':
        return parts.messages.handle(stanza, from, to);
      case 'iq': {
        const { join_ms } = parts.context.config.timeouts;
        const late = (): StanzaError =>
          new StanzaError('wait', 'remote-server-timeout', 'The SILC network did not answer in time.');
        this.#send(await withDeadline(parts.iqs.handle(stanza, from, to), join_ms, late));
        return;
      }
      default:
        return;
    }
  }
}
