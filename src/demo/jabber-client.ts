import { randomUUID } from 'node:crypto';
import { xml, type Element } from '../component/stanza.js';
import { ClientStream } from './client-stream.js';
import type { Mailbox } from './mailbox.js';

/** An ordinary Jabber client, as small as the demonstration needs it. It knows nothing of the gateway. */
export class JabberClient {
  readonly #stream: ClientStream;
  readonly #nickname: string;

  private constructor(stream: ClientStream, nickname: string) {
    this.#stream = stream;
    this.#nickname = nickname;
  }

  static async login(options: {
    readonly port: number;
    readonly username: string;
    readonly password: string;
  }): Promise<JabberClient> {
    const stream = await ClientStream.login({ ...options, resource: 'demo' });
    stream.send(xml('presence'));
    return new JabberClient(stream, options.username);
  }

  get received(): Mailbox<Element> {
    return this.#stream.received;
  }

  async join(room: string): Promise<void> {
    const muc = xml('x', { xmlns: 'http://jabber.org/protocol/muc' });
    this.#stream.send(xml('presence', { to: `${room}/${this.#nickname}` }, muc));
    await this.received.take(
      'the subject of the room, which ends the join',
      (stanza) => stanza.is('message') && stanza.getChild('subject') !== undefined && isFrom(stanza, room),
    );
  }

  say(room: string, body: string): void {
    this.#send(room, 'groupchat', xml('body', {}, body));
  }

  tell(user: string, body: string): void {
    this.#send(user, 'chat', xml('body', {}, body));
  }

  setSubject(room: string, subject: string): void {
    this.#send(room, 'groupchat', xml('subject', {}, subject));
  }

  stop(): Promise<void> {
    return this.#stream.close();
  }

  #send(to: string, type: string, child: Element): void {
    this.#stream.send(xml('message', { to, type, id: randomUUID() }, child));
  }
}

/** Whether a stanza is from the room or one of its occupants. */
export function isFrom(stanza: Element, bareJid: string): boolean {
  return stanza.attrs['from']?.split('/', 1)[0] === bareJid;
}
