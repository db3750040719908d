import { client, xml, type ClientEntity } from '@xmpp/client';
import type { Element } from 'ltx';
import { Mailbox } from './mailbox.js';

/** An ordinary Jabber client, as small as the demonstration needs it. It knows nothing of the gateway. */
export class JabberClient {
  readonly received = new Mailbox<Element>();
  readonly #entity: ClientEntity;
  readonly #nickname: string;

  private constructor(entity: ClientEntity, nickname: string) {
    this.#entity = entity;
    this.#nickname = nickname;
    entity.on('stanza', (stanza: Element) => this.received.put(stanza));
    entity.on('error', () => undefined);
  }

  static async login(options: {
    readonly port: number;
    readonly username: string;
    readonly password: string;
  }): Promise<JabberClient> {
    const entity = client({
      service: `xmpp://127.0.0.1:${options.port}`,
      domain: 'localhost',
      resource: 'demo',
      username: options.username,
      password: options.password,
    });
    entity.reconnect.stop();
    const jabber = new JabberClient(entity, options.username);
    await entity.start();
    await entity.send(xml('presence'));
    return jabber;
  }

  async join(room: string): Promise<void> {
    const muc = xml('x', { xmlns: 'http://jabber.org/protocol/muc' });
    await this.#entity.send(xml('presence', { to: `${room}/${this.#nickname}` }, muc));
    await this.received.take(
      'the subject of the room, which ends the join',
      (stanza) => stanza.is('message') && stanza.getChild('subject') !== undefined && isFrom(stanza, room),
    );
  }

  say(room: string, body: string): Promise<void> {
    return this.#send(room, 'groupchat', xml('body', {}, body));
  }

  tell(user: string, body: string): Promise<void> {
    return this.#send(user, 'chat', xml('body', {}, body));
  }

  setSubject(room: string, subject: string): Promise<void> {
    return this.#send(room, 'groupchat', xml('subject', {}, subject));
  }

  async stop(): Promise<void> {
    await this.#entity.stop().catch(() => undefined);
  }

  #send(to: string, type: string, child: Element): Promise<void> {
    return this.#entity.send(xml('message', { to, type, id: crypto.randomUUID() }, child));
  }
}

/** Whether a stanza is from the room or one of its occupants. */
export function isFrom(stanza: Element, bareJid: string): boolean {
  return stanza.attrs['from']?.split('/', 1)[0] === bareJid;
}
