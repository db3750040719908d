import { noteSecrets } from '../../support/log-watch.js';
import { randomBytes } from 'node:crypto';
import { client, type ClientEntity } from '@xmpp/client';
import { parseJid } from '../../../src/component/jid.js';
import { StanzaError, errorReply, isIqRequest, xml } from '../../../src/component/stanza.js';
import { parseStanzaError } from '../../../src/component/stanza-error.js';
import type { Element } from '../../../src/component/types.js';
import { canonical } from '../../support/xmpp/canonical.js';
import { describeMatcher, matches, statusCodes, type Matcher } from '../../support/xmpp/matcher.js';
import type { JabberServer } from './jabber-server.js';

export interface LoginOptions {
  /** Account name; a new one of its own when left out. The account is made when it does not exist. */
  readonly name?: string;
  readonly resource?: string;
  /** Initial presence is sent unless false. */
  readonly available?: boolean;
}

/** What a join of a room has brought, in the order of XEP-0045, 7.2. */
export interface JoinedRoom {
  readonly occupants: readonly Element[];
  readonly self: Element;
  readonly history: readonly Element[];
  readonly subject: Element;
}

export interface JoinOptions {
  readonly password?: string;
  /** Attributes of the history element, e.g. `{ maxstanzas: 0 }`. */
  readonly history?: Readonly<Record<string, string | number>>;
}

/** How long a test waits for a stanza; beyond the 30 s that the gateway promises only where a test says so. */
const DEADLINE_MS = 10_000;
const PASSWORD = 'password';
const MUC = 'http://jabber.org/protocol/muc';

/** A Jabber user with one client, on @xmpp/client. Everything that arrives is kept in order. */
export class JabberUser {
  static readonly #loggedIn = new Set<JabberUser>();

  readonly name: string;
  readonly bare: string;
  /** Full JID, with the resource that the server gave. */
  readonly full: string;
  /** Everything received after the login, iqs included. */
  readonly received: Element[] = [];
  /** Resolves when the connection to the server is over. */
  readonly ended: Promise<void>;
  readonly #entity: ClientEntity;
  readonly #server: JabberServer;
  /** Messages and presences that no expectation has taken yet. Presence of the own resources is left out. */
  readonly #unread: Element[] = [];
  readonly #transcript: string[] = [];
  readonly #answers = new Map<string, (iq: Element) => void>();
  #waiters: (() => void)[] = [];
  #answerIq: (iq: Element) => Element | undefined = (iq) => errorReply(iq, 'cancel', 'service-unavailable');

  private constructor(server: JabberServer, entity: ClientEntity, name: string, full: string) {
    this.#server = server;
    this.#entity = entity;
    this.name = name;
    const address = parseJid(full);
    this.bare = address.bare;
    this.full = address.full;
    entity.on('element', (element: Element) => this.#onElement(element));
    this.ended = new Promise((resolve) => entity.on('disconnect', () => resolve()));
    JabberUser.#loggedIn.add(this);
  }

  static async login(server: JabberServer, options: LoginOptions = {}): Promise<JabberUser> {
    const name = options.name ?? `user-${randomBytes(4).toString('hex')}`;
    const { resource = 'client', available = true } = options;
    await server.register(name, PASSWORD).catch((error: unknown) => {
      if (!String(error).includes('<conflict')) throw error;
    });
    const entity = client({
      service: `xmpp://${server.host}:${server.c2sPort}`,
      domain: server.domain,
      resource,
      // PLAIN: the salted hashes of SCRAM would cost more than the rest of the login.
      credentials: (authenticate) => authenticate({ username: name, password: PASSWORD }, 'PLAIN'),
    });
    entity.reconnect.stop();
    entity.on('error', () => undefined);
    // It decodes each TCP segment by itself, which breaks characters that are cut.
    entity.on('connect', () => entity.socket?.setEncoding('utf8'));
    const full = (await entity.start()).toString();
    // From here on nothing answers or swallows stanzas but this class.
    entity.removeAllListeners('element');
    const user = new JabberUser(server, entity, name, full);
    if (available) {
      await user.send(xml('presence'));
      // jabberd2 does not show a client its own presence: what is answered behind it says that it was read.
      if (server.kind === 'jabberd2') await user.barrier(server.domain);
      else await user.#until(() => user.#sawOwnPresence(), 'the own presence');
    }
    return user;
  }

  /** Ends all clients; for afterEach. */
  static async logoutAll(): Promise<void> {
    await Promise.all([...JabberUser.#loggedIn].map((user) => user.logout()));
  }

  async logout(): Promise<void> {
    JabberUser.#loggedIn.delete(this);
    await this.#entity.stop().catch(() => undefined);
  }

  /** Drops the TCP connection without a word. */
  vanish(): void {
    JabberUser.#loggedIn.delete(this);
    this.#entity.socket?.destroy();
  }

  async send(stanza: Element): Promise<void> {
    this.#transcript.push(`sent:\n${canonical(stanza)}`);
    noteSecrets(stanza);
    await this.#entity.send(stanza);
  }

  /** Writes text to the server as it is. */
  write(text: string): void {
    this.#transcript.push(`wrote: ${text.slice(0, 200)}`);
    this.#entity.socket?.write(text);
  }

  /** Sends an iq get or set and returns its result. @throws StanzaError for an error answer. */
  async request(to: string, type: 'get' | 'set', child: Element, lang?: string): Promise<Element> {
    const id = randomBytes(8).toString('hex');
    let answer: Element | undefined;
    this.#answers.set(id, (iq) => (answer = iq));
    await this.send(xml('iq', { type, to, id, 'xml:lang': lang }, child));
    await this.#until(() => answer !== undefined, `the answer of ${to} to ${child.toString()}`);
    this.#answers.delete(id);
    if (answer === undefined) throw new Error('unreachable');
    if (answer.attrs.type === 'error') throw parseStanzaError(answer);
    return answer;
  }

  /** Answers the iqs that come in; without it they get service-unavailable. */
  onRequest(handler: (iq: Element) => Element | undefined): void {
    this.#answerIq = handler;
  }

  /** Takes the first message or presence that matches, among those not taken yet and those to come. */
  async expect(
    matcher: Matcher,
    description = describeMatcher(matcher),
    deadlineMs?: number,
  ): Promise<Element> {
    let found = -1;
    await this.#until(
      () => (found = this.#unread.findIndex((stanza) => matches(stanza, matcher))) >= 0,
      description,
      deadlineMs,
    );
    const [stanza] = this.#unread.splice(found, 1);
    if (stanza === undefined) throw new Error('unreachable');
    return stanza;
  }

  /** Takes the next messages and presences; they must match in this order with nothing between them. */
  async expectSequence(matchers: readonly Matcher[]): Promise<Element[]> {
    const taken: Element[] = [];
    for (const [index, matcher] of matchers.entries()) {
      const what = `stanza ${index + 1} of ${matchers.length}: ${describeMatcher(matcher)}`;
      await this.#until(() => this.#unread.length > 0, what);
      const [stanza] = this.#unread;
      if (stanza === undefined || !matches(stanza, matcher)) this.#fail(what, 'another stanza came first');
      taken.push(stanza);
      this.#unread.shift();
    }
    return taken;
  }

  /**
   * Nothing (that matches) has come that was not taken. First a ping goes to `through`, usually the gateway's domain:
   * what the gateway sent before its answer has arrived when the answer has.
   */
  async expectNothing(through: string, matcher: Matcher = () => true): Promise<void> {
    await this.barrier(through);
    if (this.#unread.some((stanza) => matches(stanza, matcher))) {
      this.#fail(`nothing like ${describeMatcher(matcher)}`, 'but it came');
    }
  }

  /** Resolves when everything sent before by `through` to this client has arrived. */
  async barrier(through: string): Promise<void> {
    await this.request(through, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' })).catch((error: unknown) => {
      // An error is an answer.
      if (!(error instanceof StanzaError)) throw error;
    });
  }

  /** Drops what matches and has come before a stanza that was taken. */
  dropBefore(taken: Element, matcher: Matcher): void {
    const end = this.received.indexOf(taken);
    const isStale = (stanza: Element): boolean =>
      this.received.indexOf(stanza) < end && matches(stanza, matcher);
    this.#unread.splice(0, Infinity, ...this.#unread.filter((stanza) => !isStale(stanza)));
  }

  /** Takes everything that has come and was not taken. */
  takeAll(): Element[] {
    return this.#unread.splice(0);
  }

  /** Sends the presence that joins a room, and waits for nothing. */
  async sendJoin(room: string, nick: string, options: JoinOptions = {}): Promise<void> {
    const { password, history } = options;
    const parts = [
      password === undefined ? undefined : xml('password', {}, password),
      history === undefined ? undefined : xml('history', history),
    ];
    await this.send(xml('presence', { to: `${room}/${nick}` }, xml('x', { xmlns: MUC }, ...parts)));
  }

  /**
   * Joins and takes all of the join's stanzas, up to the subject that ends it.
   * @throws StanzaError when the room refuses.
   */
  async join(room: string, nick: string, options: JoinOptions = {}): Promise<JoinedRoom> {
    await this.sendJoin(room, nick, options);
    const occupants: Element[] = [];
    for (;;) {
      const presence = await this.expect(
        (stanza) => stanza.name === 'presence' && isOf(stanza, room),
        `the join of ${room} as ${nick}`,
        30_000,
      );
      if (presence.attrs.type === 'error') throw parseStanzaError(presence);
      // A farewell from before.
      if (presence.attrs.type === 'unavailable') continue;
      if (!statusCodes(presence).includes(110)) {
        occupants.push(presence);
        continue;
      }
      const history: Element[] = [];
      for (;;) {
        const message = await this.expect(
          (stanza) => stanza.name === 'message' && isOf(stanza, room),
          `history or subject of ${room}`,
        );
        // XEP-0045, 7.2.15: a subject is a message with subject and without body.
        const isSubject = message.getChild('subject') !== undefined && message.getChild('body') === undefined;
        if (isSubject) return { occupants, self: presence, history, subject: message };
        history.push(message);
      }
    }
  }

  /** Leaves and takes the presence that confirms it. */
  async leave(room: string, nick: string, status?: string): Promise<Element> {
    const text = status === undefined ? undefined : xml('status', {}, status);
    await this.send(xml('presence', { to: `${room}/${nick}`, type: 'unavailable' }, text));
    return this.expect(
      (stanza) =>
        stanza.attrs.from === `${room}/${nick}` &&
        stanza.attrs.type === 'unavailable' &&
        statusCodes(stanza).includes(110),
      `leaving ${room}`,
    );
  }

  /** Says something in a room; returns the id. */
  async say(room: string, text: string): Promise<string> {
    return this.#speak(room, 'groupchat', text);
  }

  /** Says something to one person; returns the id. */
  async tell(to: string, text: string): Promise<string> {
    return this.#speak(to, 'chat', text);
  }

  async #speak(to: string, type: string, text: string): Promise<string> {
    const id = randomBytes(8).toString('hex');
    await this.send(xml('message', { to, type, id }, xml('body', {}, text)));
    return id;
  }

  #onElement(element: Element): void {
    this.#transcript.push(`received:\n${canonical(element)}`);
    this.received.push(element);
    if (element.name === 'iq') this.#onIq(element);
    else if (element.name === 'message' || !this.#isOwnPresence(element)) this.#unread.push(element);
    for (const wake of this.#waiters.splice(0)) wake();
  }

  #onIq(iq: Element): void {
    if (!isIqRequest(iq)) {
      this.#answers.get(iq.attrs.id ?? '')?.(iq);
      return;
    }
    const answer = this.#answerIq(iq);
    if (answer !== undefined) this.send(answer).catch(() => undefined);
  }

  #isOwnPresence(element: Element): boolean {
    const { from } = element.attrs;
    return element.name === 'presence' && from !== undefined && parseJid(from).bare === this.bare;
  }

  #sawOwnPresence(): boolean {
    return this.received.some((stanza) => stanza.name === 'presence' && stanza.attrs.from === this.full);
  }

  async #until(condition: () => boolean, what: string, deadlineMs = DEADLINE_MS): Promise<void> {
    const end = performance.now() + deadlineMs;
    while (!condition()) {
      const rest = end - performance.now();
      if (rest <= 0) this.#fail(what, `it did not come within ${deadlineMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, rest);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #fail(what: string, why: string): never {
    const unread = this.#unread.map((stanza) => canonical(stanza)).join('\n') || '(nothing)';
    throw new Error(
      `${this.full} expected ${what}\n${why}\nnot taken yet:\n${unread}\n\neverything, in order:\n` +
        `${this.#transcript.join('\n')}\n\n${this.#server.kind}:\n${this.#server.logTail()}`,
    );
  }
}

/** True for a stanza from a room or one of its occupants. */
function isOf(stanza: Element, room: string): boolean {
  const { from } = stanza.attrs;
  return from !== undefined && (from === room || from.startsWith(`${room}/`));
}
