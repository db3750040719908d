import { type Jid, tryParseJid } from '../component/jid.js';
import { type Element, errorReply, iqResult, isIqRequest, StanzaError, xml } from '../component/stanza.js';
import { defaultErrorType } from '../component/stanza-error.js';
import { Namespace } from '../mapping/namespaces.js';
import type { GatewayContext } from './context.js';
import { isStoreTrouble, reportInternalError, storeTrouble, withStanzaErrors } from './failures.js';
import type {
  Feature,
  IqRoute,
  MessageRoute,
  PresenceRoute,
  Request,
  RoomKind,
  Route,
  TargetKind,
} from './feature.js';
import { countDrop } from './metrics-types.js';
import { lengthOf } from './quotas/length.js';
import { type PendingLimits, PendingRequests } from './pending-requests.js';
import type { UserRoom } from './rooms/user-room.js';
import type { RoomLink } from './rooms/room-view.js';
import { Visits } from './rooms/visits.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import { text } from '../text/text.js';
import { monotonicMs } from '../util/clock.js';
import { sharedAbort } from '../util/shared-abort.js';

const PENDING: Omit<PendingLimits, 'deadlineMs'> = { requests: 10_000, requestsPerUser: 200 };

/** Takes each stanza that comes in to its one end: the handler of a route, an error answer, or nothing. */
export class Router {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #visits: Visits;
  /** By {@link iqKey}. */
  readonly #iqs = new Map<string, IqRoute>();
  readonly #messages: readonly MessageRoute[];
  readonly #presence: readonly PresenceRoute[];
  readonly #pending: PendingRequests;
  readonly #stopped = sharedAbort();

  /** @throws Error when two features answer the same iq. */
  constructor(
    context: GatewayContext,
    sessions: SessionRegistry,
    features: readonly Feature[],
    limits: Partial<PendingLimits> = {},
  ) {
    this.#context = context;
    this.#sessions = sessions;
    this.#visits = new Visits(context, sessions);
    this.#messages = features.flatMap(({ message = [] }) => message);
    this.#presence = features.flatMap(({ presence = [] }) => presence);
    for (const route of features.flatMap(({ iq = [] }) => iq)) {
      for (const kind of kindsOf(route)) {
        const key = iqKey(route.type, kind, route.xmlns);
        if (this.#iqs.has(key)) throw new Error(`two features answer ${key}`);
        this.#iqs.set(key, route);
      }
    }
    this.#pending = new PendingRequests({
      ...PENDING,
      deadlineMs: () => context.config.timeouts.join_ms,
      ...limits,
    });
  }

  /** Requests that wait for their answer. */
  get pending(): number {
    return this.#pending.size;
  }

  /** The error boundary: whatever goes wrong with one stanza is answered and ends here. Never throws or rejects. */
  async receive(stanza: Element): Promise<void> {
    const { metrics } = this.#context;
    metrics.increment('stanzas_in');
    const { from: sender = '', to = '' } = stanza.attrs;
    const from = tryParseJid(sender);
    if (from === undefined || to === '') {
      countDrop(metrics, 'from_jabber', 'no-address');
      this.#context.log.debug({ stanza: stanza.name }, 'a stanza without addresses was dropped');
      return;
    }
    const lang = stanza.attrs['xml:lang'];
    if (lang !== undefined) this.#context.languages.heard(from, lang);
    const since = monotonicMs();
    try {
      await this.#route(stanza, from, to);
      metrics.took('stanza_handling_seconds', monotonicMs() - since);
    } catch (error) {
      if (error instanceof StanzaError) {
        this.#answer(stanza, error);
        return;
      }
      reportInternalError(this.#context, error, 'a stanza handler failed', {
        stanza: stanza.name,
        from: sender,
      });
      const internal = new StanzaError(
        'cancel',
        'internal-server-error',
        text(({ errors }) => errors.internal),
      );
      this.#answer(stanza, isStoreTrouble(error) ? storeTrouble() : internal);
    }
  }

  /** From now on everything is refused; what waits for an answer is told so. */
  stop(): void {
    this.#stopped.abort(shuttingDown());
    this.#pending.stop(shuttingDown());
  }

  async #route(stanza: Element, from: Jid, address: string): Promise<void> {
    const { name, attrs } = stanza;
    const jid = tryParseJid(address);
    // ejabberd passes the address on as the client wrote it, and an answer can only come from the prepared one.
    if (jid !== undefined) stanza.setAttribute('to', jid.full);
    // An answer to nothing that was asked, or a request that cannot be answered for want of an id (RFC 6120, 8.1.3).
    if (name === 'iq' && (isAnswer(stanza) || (attrs.id ?? '') === '')) return;
    // Whoever leaves, or says that it is gone, is heard even if it is not allowed (any more), and to the end.
    const isLeaving = attrs.type === 'error' || attrs.type === 'unavailable';
    if (!isLeaving && this.#stopped.signal.aborted) throw shuttingDown();
    // RFC 6120, 8.2.3: get or set, with one child.
    const [child, ...others] = name === 'iq' ? stanza.getChildElements() : [];
    if (name === 'iq' && (!isIqRequest(stanza) || child === undefined || others.length > 0)) {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ errors }) => errors.iqShape),
      );
    }
    const to = this.#context.addressing.parse(jid ?? address);
    if (to.kind === 'invalid') throw new StanzaError(to.error.type, to.error.condition, to.error.text);
    if (!isLeaving && !this.#context.access.allows(from)) {
      throw new StanzaError(
        'auth',
        'forbidden',
        text(({ errors }) => errors.notAllowedHere),
      );
    }
    this.#context.activity.heard(from, stanza);
    const request: Request = {
      stanza,
      from,
      to,
      signal: this.#stopped.signal,
      lang: attrs['xml:lang'] ?? '',
    };
    if (child !== undefined) {
      const answer = await this.#pending.run(from.bare, (signal) =>
        this.#query({ ...request, signal }, child),
      );
      this.#context.send(iqResult(stanza, answer));
    } else if (name === 'message') {
      if (!isLeaving) this.#countMessage(stanza, from);
      const route = this.#messages.find((candidate) => fits(candidate, request, attrs.type ?? 'normal'));
      if (route !== undefined) await this.#run(route, 'message', request);
    } else if (name === 'presence') {
      const route = this.#presence.find((candidate) => fits(candidate, request, attrs.type ?? 'available'));
      if (route !== undefined) await this.#run(route, 'join', request);
    }
  }

  /** @throws StanzaError when the user, or its domain, writes more than its share */
  #countMessage(stanza: Element, from: Jid): void {
    this.#context.quotas.take('messages', from);
    this.#context.quotas.take('octets', from, lengthOf(stanza));
  }

  async #query(request: Request, child: Element): Promise<Element | undefined> {
    const { kind } = request.to;
    const route = this.#iqs.get(iqKey(request.stanza.attrs.type, kind, child.getNS() ?? ''));
    if (route !== undefined) return this.#run(route, 'query', request, child);
    // A user answers what it does not know as a client does (RFC 6120, 8.4).
    const isClient = kind === 'user' || kind === 'occupant';
    throw new StanzaError('cancel', isClient ? 'service-unavailable' : 'feature-not-implemented');
  }

  #run<A extends readonly unknown[], R>(
    route: Route & { handle(request: Request, ...rest: A): R | Promise<R> },
    errors: NonNullable<Route['errors']>,
    request: Request,
    ...rest: A
  ): Promise<R> {
    return withStanzaErrors(route.errors ?? errors, async () => {
      if ('to' in route) return route.handle(request, ...rest);
      const joined = this.#joinedRoom(request) ?? (await this.#enteredRoom(request));
      if (joined !== undefined) return this.#runIn(joined, () => joined.whenJoined(), route, request, rest);
      const { absent } = route;
      const room = absent === undefined ? undefined : await this.#visits.room(request.from, request.to);
      if (room === undefined || absent === undefined) {
        const outside = text(({ errors }) => errors.notInRoom);
        throw new StanzaError(defaultErrorType(route.notIn), route.notIn, outside);
      }
      const link = (): Promise<RoomLink> => this.#visits.link(request.from, room, absent);
      return this.#runIn(room, link, route, request, rest);
    });
  }

  /** The client may leave, or its request come to its deadline: the room is there until the handler is through. */
  #runIn<A extends readonly unknown[], R>(
    room: UserRoom,
    link: () => Promise<RoomLink>,
    route: Exclude<
      Route & { handle(request: Request, ...rest: A): R | Promise<R> },
      { readonly to: unknown }
    >,
    request: Request,
    rest: A,
  ): Promise<R> {
    return room.withPendingRequest(async () => {
      const shown = room.channel.delivery.shown(request.from.full);
      if (shown !== undefined) await shown;
      const there = { ...request, room };
      if (route.asOccupant !== undefined) return route.handle(there, ...rest);
      const { silc, silcChannel } = await link();
      const linked = { ...there, channel: room.channel, silc, channelId: silcChannel.id };
      return route.handle(linked, ...rest);
    });
  }

  #joinedRoom({ from, to }: Request): UserRoom | undefined {
    return isInRoom(to) ? this.#sessions.joinedRoom(from, to) : undefined;
  }

  /** What a client on its way into a room sends there waits for the answer to its join: it is in the room then, or it is refused. */
  #enteredRoom(request: Request): Promise<UserRoom | undefined> | undefined {
    const { from, to } = request;
    const room = isInRoom(to) ? this.#sessions.findRoom(from, to.network, to.jid) : undefined;
    const answered = room?.answered(from.full);
    return answered && room?.withPendingRequest(() => answered).then(() => this.#joinedRoom(request));
  }

  #answer(stanza: Element, { type, condition, anyText, by, address, appElement }: StanzaError): void {
    const { name, attrs } = stanza;
    const { metrics } = this.#context;
    metrics.count('refusals', { stanza: name, condition });
    if (name !== 'presence' || attrs.type === undefined) {
      const isJoin = name === 'presence' && stanza.getChild('x', Namespace.muc) !== undefined;
      if (isJoin) metrics.increment('joins_refused');
      const payload = isJoin ? [xml('x', { xmlns: Namespace.muc })] : undefined;
      this.#context.send(
        errorReply(stanza, type, condition, anyText, { by, address, payload, appCondition: appElement }),
      );
    } else if (attrs.type === 'subscribe') {
      // The one presence with a type that wants an answer. An error would leave the contact pending for ever.
      const [from, to] = [attrs.to, attrs.from].map((jid) => jid?.split('/', 1)[0]);
      this.#context.send(
        xml(
          'presence',
          { from, to, type: 'unsubscribed' },
          xml('status', {}, String(anyText) === '' ? condition : anyText),
        ),
      );
    }
  }
}

/** Kinds of address that a route takes. */
export const kindsOf = (route: Route): readonly TargetKind[] =>
  'to' in route ? route.to : [route.inRoom ?? route.asOccupant];

const iqKey = (type: string | undefined, kind: TargetKind, xmlns: string): string =>
  `${type ?? ''} ${kind} ${xmlns}`;

const isInRoom = (to: Request['to']): to is Request<RoomKind>['to'] =>
  to.kind === 'channel' || to.kind === 'occupant';

const isAnswer = ({ attrs }: Element): boolean => attrs.type === 'result' || attrs.type === 'error';

const shuttingDown = (): StanzaError =>
  new StanzaError(
    'wait',
    'service-unavailable',
    text(({ errors }) => errors.shuttingDown),
  );

function fits(route: MessageRoute | PresenceRoute, request: Request, type: string): boolean {
  const { types, xmlns } = route;
  const isOfType = types === undefined ? type !== 'error' : types.some((one) => one === type);
  if (!isOfType || !kindsOf(route).includes(request.to.kind)) return false;
  const isMarked =
    xmlns === undefined || request.stanza.getChildElements().some((child) => child.getNS() === xmlns);
  return isMarked && (route.matches?.(request) ?? true);
}
