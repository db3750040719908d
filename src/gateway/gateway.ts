import type { BareJid } from '../component/jid.js';
import type { ComponentLink } from '../component/types.js';
import { checkNetworks, createAddressing } from '../mapping/address.js';
import { connectSession } from '../silc/client/connect.js';
import type { CryptoBackend } from '../silc/crypto/backend.js';
import type { Repositories } from '../store/types.js';
import type { BackoffOptions } from '../util/backoff.js';
import { Emitter } from '../util/emitter.js';
import { withDeadline } from '../util/race.js';
import { SerialQueue } from '../util/serial-queue.js';
import { Access } from './access.js';
import { Quotas } from './quotas/quotas.js';
import { People } from './affiliations/people.js';
import { AlwaysOn } from './always-on/always-on.js';
import { AwayMarks } from './always-on/away-marks.js';
import { Stays } from './always-on/stays.js';
import { WaitingMessages } from './always-on/waiting-messages.js';
import { Bookmarks } from './bookmarks/bookmarks.js';
import { ChannelRegistry } from './channels/channel-registry.js';
import { FounderKeys } from './channels/founder-keys.js';
import { ChannelHookList } from './channels/hooks.js';
import { RoomSettings } from './channels/room-settings.js';
import { ClientProber } from './clients/client-prober.js';
import { Languages } from './clients/languages.js';
import { UserActivity } from './clients/user-activity.js';
import { JabberBreaks } from './clients/jabber-breaks.js';
import { PacedEvictions } from './clients/paced-evictions.js';
import { Caps } from './contacts/caps.js';
import { ContactBook } from './contacts/contact-book.js';
import { Contacts } from './contacts/contacts.js';
import { OnlineClients } from './contacts/online-clients.js';
import { ServerPrivileges } from './contacts/server-privileges.js';
import { ContactSightings } from './contacts/sightings.js';
import type { GatewayConfig } from './config-types.js';
import type { GatewayContext } from './context.js';
import { reportInternalError } from './failures.js';
import type { Feature } from './feature.js';
import { advertised } from './features/disco.js';
import { createFeatures } from './features/index.js';
import { type FeatureParts, GATEWAY_NAME } from './features/parts.js';
import type { Log } from './log-types.js';
import { countDrop, type GatewayMetrics, noMetrics } from './metrics-types.js';
import { FlowControl } from './flow-control.js';
import { NetworkChanges } from './network-changes.js';
import { MessageReader } from './mime/message-reader.js';
import type { Operator } from './operator.js';
import { type Changeable, reconfigure } from './reconfigure.js';
import { ContactProfiles } from './profiles/contact-profiles.js';
import { OwnProfiles } from './profiles/own-profiles.js';
import { ProfileSource } from './profiles/profile-source.js';
import { RegisteredUsers } from './registrations/registered-users.js';
import { Registrations } from './registrations/registrations.js';
import { Restorer } from './restarts/restorer.js';
import { StateKeeper } from './restarts/state-keeper.js';
import { KeptChannelKeys } from './rooms/kept-channel-keys.js';
import { ReservedNicknames } from './rooms/reserved-nicknames.js';
import { Router } from './router.js';
import type { SessionHost } from './sessions/chat-session.js';
import { Identities } from './sessions/identities.js';
import { NetworkNames, Networks } from './sessions/networks.js';
import { SessionRegistry } from './sessions/session-registry.js';
import { WantedSessions } from './sessions/wanted-sessions.js';
import type { UserSession } from './sessions/user-session.js';
import { UserLookup } from './sessions/user-lookup.js';
import { createIds } from './stable-ids.js';
import { type GatewayStatus, statusOf } from './status.js';
import { Preferences } from './settings/preferences.js';
import { languageOf } from '../text/catalogue.js';
import { KeyTrust } from './trust/key-trust.js';
import { WantedKeys } from './trust/wanted-keys.js';

/** What a gateway is made of. */
export interface GatewayDependencies {
  readonly config: GatewayConfig;
  /** Not started yet. */
  readonly link: ComponentLink;
  readonly store: Repositories;
  readonly backend: CryptoBackend;
  readonly log: Log;
  readonly metrics?: GatewayMetrics;
  /** Default: sessions of the engine in this process. */
  readonly host?: SessionHost;
  /** Pauses between attempts to restore a lost SILC link. */
  readonly reconnect?: BackoffOptions;
  /** How long a client that is there after a break of the Jabber link may take to show that it is in its rooms. */
  readonly confirmMs?: number;
  /** What administrators can do to the process. */
  readonly operator?: Operator;
  /** Features beside those of the table, before them. */
  readonly features?: (parts: FeatureParts) => readonly Feature[];
}

const CONFIRM_MS = 30_000;
const RECONNECT: BackoffOptions = { minMs: 1_000, maxMs: 10_000, stableMs: 60_000 };

/** Most time that the end of all sessions may take, in milliseconds. */
const STOP_MS = 15_000;
/** The same of what features have to finish, e.g. to write. */
const FEATURES_STOP_MS = 3_000;

/** How a gateway ends: for good, or so that another process goes on with its sessions and nobody sees a difference. */
export type StopMode = 'leave' | 'suspend';

interface Parts extends FeatureParts {
  readonly features: readonly Feature[];
  readonly router: Router;
  readonly breaks: JabberBreaks;
  readonly keeper: StateKeeper;
  readonly restorer: Restorer;
  readonly alwaysOn: AlwaysOn;
  readonly changes: NetworkChanges;
}

/** The gateway: takes stanzas from the Jabber server to SILC and back. */
export class Gateway {
  readonly #dependencies: GatewayDependencies;
  #parts: Parts | undefined;
  #stopped = false;
  readonly #reconfiguring = new SerialQueue();

  constructor(dependencies: GatewayDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Loads the secrets and what an earlier process has left, then starts the link.
   * @throws StoreError; ComponentError as the link's `start`.
   */
  async start(): Promise<void> {
    const { link } = this.#dependencies;
    const { context, features, router, breaks, restorer, keeper, sessions, alwaysOn, contacts, registered } =
      (this.#parts = await this.#build());
    link.onUndelivered((loss) => {
      if (loss.reason === 'in-doubt') context.metrics.increment('stanzas_in_doubt');
      else countDrop(context.metrics, 'to_jabber', loss.reason);
      context.log.debug({ ...loss }, 'a stanza was not sent, or perhaps did not arrive');
      breaks.undelivered(loss);
    });
    link.onStanza((stanza) => {
      breaks.heard(stanza);
      void router.receive(stanza);
    });
    link.onPressure((flow, congested) => context.flows.onPressure(flow, congested && link.online));
    link.onOffline((end) => {
      context.flows.onOffline();
      if (end.reason !== undefined) context.metrics.increment('jabber_links_lost');
      breaks.linkLost(end);
    });
    link.onOnline((first) => {
      if (!first) breaks.linkBack();
      contacts.linkOnline(first);
      if (first) registered.askAll();
      if (first && restorer.isNeeded) breaks.restored(restorer.begin());
    });
    await context.stays.load();
    await context.waiting.load();
    await context.trust.load();
    await context.wantedKeys.load();
    await context.channelKeys.load();
    await context.preferences.load();
    await context.registrations.load();
    await context.contacts.book.load();
    await restorer.restore();
    keeper.start(sessions);
    for (const feature of features) await feature.start?.();
    alwaysOn.start();
    contacts.start();
    await link.start();
  }

  /**
   * Sections of the configuration are others from now on. Resolves when whoever is concerned is told.
   * @throws RangeError for networks that cannot stand in an address: then nothing was changed
   */
  reconfigure({ networks, ...sections }: Partial<Changeable>): Promise<void> {
    return this.#reconfiguring.run(async () => {
      const parts = this.#parts;
      if (parts === undefined || this.#stopped) return;
      if (networks !== undefined) checkNetworks(new NetworkNames(parts.context.domain, networks));
      const { stay } = parts.context.config.sessions;
      reconfigure(parts.context, sections);
      if (parts.context.config.sessions.stay !== stay) parts.alwaysOn.reconsider();
      for (const feature of parts.features) {
        await feature.reconfigured?.().catch((error: unknown) => {
          reportInternalError(parts.context, error, 'a feature did not take the configuration', {});
        });
      }
      if (networks !== undefined) await parts.changes.apply(networks);
    });
  }

  /** How it is at the moment, for the operator. Undefined before it has started. */
  status(): GatewayStatus | undefined {
    return this.#parts && statusOf(this.#parts.sessions, this.#parts.router.pending);
  }

  /**
   * Ends every SILC session and stops the link, in about `STOP_MS` at most. `leave`: every client is told (status 332).
   * `suspend`: nobody is told, sessions are detached and stored, where the store outlives the process.
   */
  async stop(mode: StopMode = 'leave'): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const parts = this.#parts;
    if (parts !== undefined) {
      parts.breaks.stop();
      parts.router.stop();
      parts.alwaysOn.stop();
      parts.away.stop();
      parts.context.wanted.stop();
      parts.contacts.stop(mode === 'leave' || !parts.context.store.sessions.isLasting);
      const ended = Promise.allSettled([
        mode === 'suspend' && parts.context.store.sessions.isLasting
          ? parts.sessions.suspendAll()
          : parts.sessions.endAll({ kind: 'shutdown' }),
        ...[...parts.services.values()].map((service) => service.close()),
        parts.changes.stop(),
      ]);
      await withDeadline(ended, STOP_MS, () => new Error('too late')).catch(() => {
        parts.context.log.warn({}, 'not every SILC session ended in time');
      });
      // What the end of the sessions had to say has reached their hooks.
      const stopped = Promise.allSettled(parts.features.map(async (feature) => feature.stop?.()));
      await withDeadline(stopped, FEATURES_STOP_MS, () => new Error('too late')).catch(() => {
        parts.context.log.warn({}, 'not every feature was done in time');
      });
      await parts.keeper.close();
      const { stays, waiting, contacts } = parts.context;
      const kept = Promise.allSettled([stays.flush(), waiting.flush(), contacts.book.flush()]);
      await withDeadline(kept, FEATURES_STOP_MS, () => new Error('too late')).catch(() => undefined);
    }
    await this.#dependencies.link.stop();
  }

  async #build(): Promise<Parts> {
    const keeper = new StateKeeper(this.#dependencies.store.sessions, this.#dependencies.log);
    const { link } = this.#dependencies;
    const online = new OnlineClients({ request: link.request.bind(link), domain: link.domain }, (user) => {
      contacts.changed(user);
      registered.changed(user);
      ownProfiles.statusChanged(user);
      for (const network of networks.all.keys()) away.changed(user, network);
    });
    const find = (user: string, network: string): UserSession | undefined =>
      sessions.find({ bare: user as BareJid }, network);
    const away = new AwayMarks(this.#dependencies.log, find, online);
    const names = new NetworkNames(link.domain, this.#dependencies.config.networks);
    const context = await this.#context(keeper, names, (user, network) => {
      away.changed(user, network);
      contacts.changed(user as BareJid, network);
    });
    context.languages.chosen = (user) => languageOf(context.preferences.get(user, 'language'));
    const identities = new Identities(context);
    const networks = new Networks(context, identities);
    const { services } = networks;
    const channels = new ChannelRegistry(context, new FounderKeys(context, identities));
    const sessions = new SessionRegistry(context, networks.all, identities, channels);
    const isOnline = (): boolean => this.#dependencies.link.online;
    const evictions = new PacedEvictions();
    const prober = new ClientProber(context, sessions, evictions);
    const lookup = new UserLookup(context, sessions, services);
    const people = new People(context, identities, sessions);
    const privileges = new ServerPrivileges();
    const bookmarks = new Bookmarks(context, sessions, privileges);
    const registered = new RegisteredUsers({
      ...{ context, sessions, bookmarks },
      isOnline: (user) => online.isOnline(user),
    });
    const { operator } = this.#dependencies;
    const caps = new Caps(GATEWAY_NAME);
    const profiles = new ContactProfiles((error) => {
      reportInternalError(context, error, 'a profile was not shown', {});
    });
    const contacts = new Contacts(context, sessions, online, profiles, (mode) => caps.ofUser(mode));
    const source = new ProfileSource(context, contacts.clients);
    const ownProfiles = new OwnProfiles({ context, sessions, online, source });
    const parts: FeatureParts = {
      context,
      sessions,
      identities,
      services,
      lookup,
      prober,
      people,
      away,
      operator,
      registered,
      ...{ contacts, caps, profiles, ownProfiles, privileges, bookmarks },
    };
    const features = [...(this.#dependencies.features?.(parts) ?? []), ...createFeatures(parts)];
    caps.use((kind) => advertised(features, kind));
    context.hooks.use(features.flatMap(({ channel = [] }) => channel));
    context.reader.use(
      features.flatMap(({ mime = [] }) => mime),
      features.flatMap(({ files }) => files ?? []),
    );
    const router = new Router(context, sessions, features);
    const breaks = new JabberBreaks(context, sessions, { prober, evictions, isOnline });
    const restorer = new Restorer(context, sessions);
    const alwaysOn = new AlwaysOn(context, sessions);
    const changes = new NetworkChanges({
      ...{ context, names, networks, sessions, contacts, registered, alwaysOn },
    });
    return { ...parts, features, router, breaks, keeper, restorer, alwaysOn, changes };
  }

  async #context(
    keeper: StateKeeper,
    names: NetworkNames,
    changed: (user: string, network: string) => void,
  ): Promise<GatewayContext> {
    const {
      config,
      link,
      store,
      backend,
      log,
      metrics = noMetrics,
      reconnect = RECONNECT,
      confirmMs = CONFIRM_MS,
    } = this.#dependencies;
    const languages = new Languages(() => config.texts.language);
    const addressing = createAddressing(names);
    const book = new ContactBook(store.contacts, addressing, log);
    const access = new Access(config.access);
    const context: GatewayContext = {
      ...{ config, store, backend, log, metrics, reconnect, confirmMs },
      changes: {
        session: (user, network) => {
          keeper.session(user, network);
          changed(user, network);
        },
        channel: (network, name) => keeper.channel(network, name),
        stored: (user, network) => keeper.stored(user, network),
      },
      stays: new Stays(store.stays, config, log),
      waiting: new WaitingMessages({
        ...{ repository: store.waiting, domain: link.domain, days: () => config.sessions.stay_days, log },
        language: (user) => context.languages.of(user),
        send: (stanza) => context.send(stanza),
      }),
      trust: new KeyTrust(store.contactKeys, log),
      wantedKeys: new WantedKeys(store.userRecords, addressing),
      preferences: new Preferences(store.userRecords, log),
      registrations: new Registrations(store.userRecords, log),
      channelKeys: new KeptChannelKeys(store.userRecords, log),
      wanted: new WantedSessions(),
      domain: link.domain,
      addressing,
      contacts: { book, sightings: new ContactSightings(book) },
      access,
      quotas: new Quotas({ config, access, metrics }),
      host: this.#dependencies.host ?? { connect: connectSession },
      ids: await createIds(store.secrets, backend),
      nicknames: new ReservedNicknames(store.roomRecords),
      hooks: new ChannelHookList((error, hook) => {
        reportInternalError(context, error, 'a hook of a feature failed', { hook });
      }),
      reader: new MessageReader(),
      connected: new Emitter((error) => {
        reportInternalError(context, error, 'a feature did not take a session', {});
      }),
      saidPrivately: new Emitter((error) => {
        reportInternalError(context, error, 'a feature did not take a private message', {});
      }),
      flows: new FlowControl(),
      settings: new RoomSettings(store.roomRecords),
      ...{ languages, activity: new UserActivity() },
      send: (stanza, flow) => {
        if (stanza === undefined) return;
        metrics.increment('stanzas_out');
        link.send(languages.translated(stanza), flow === undefined ? {} : { flow });
      },
      sendToEach: (stanza, addressees) => {
        metrics.increment('stanzas_out', addressees.length);
        for (const [translated, readers] of languages.translations(stanza, addressees)) {
          link.sendToEach(translated, readers);
        }
      },
      request: (iq, timeoutMs) => link.request(iq, timeoutMs),
    };
    return context;
  }
}
