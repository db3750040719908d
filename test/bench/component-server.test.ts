import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ComponentServer, type ComponentPeer } from '../../bench/gateway/component-server.js';

const DOMAIN = 'gateway.test';

/** A component that reads what it is sent as one growing text. */
class Component {
  readonly socket: Socket;
  #text = '';

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setEncoding('utf8');
    this.socket.on('data', (text: string) => (this.#text += text));
    this.socket.write(`<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' to='${DOMAIN}'>`);
  }

  /** Waits until what has come so far has the pattern in it. */
  async read(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) return match;
      await once(this.socket, 'data');
    }
  }

  async login(secret: string): Promise<void> {
    const [, id = ''] = await this.read(/ id='(\w+)'/);
    const digest = createHash('sha1').update(`${id}${secret}`).digest('hex');
    this.socket.write(`<handshake>${digest}</handshake>`);
  }
}

describe('component server of the bench', () => {
  const closing: (() => void)[] = [];
  afterEach(() => closing.splice(0).forEach((close) => close()));

  async function listen(peer: Partial<ComponentPeer> = {}): Promise<{
    server: ComponentServer;
    component: Component;
    stanzas: string[];
  }> {
    const stanzas: string[] = [];
    const server = await ComponentServer.listen(
      { secret: 'secret', batchesSmallWrites: false, ...peer },
      ({ bytes, start, end }) => stanzas.push(bytes.toString('utf8', start, end)),
    );
    const component = new Component(server.port);
    closing.push(() => {
      component.socket.destroy();
      server.close();
    });
    return { server, component, stanzas };
  }

  it('attaches a component that knows the secret, and takes and sends stanzas', async () => {
    const { server, component, stanzas } = await listen();
    const attached = server.attached();
    await component.login('secret');
    await attached;
    await component.read(/<handshake\/>/);
    server.send("<presence id='1'/>");
    server.send("<presence id='2'/>");
    server.flush();
    await component.read(/<presence id='1'\/><presence id='2'\/>$/);
    component.socket.end("<message><body>a</body></message><iq id='q'/></stream:stream>");
    await component.read(/<\/stream:stream>$/);
    expect(stanzas).toEqual(['<message><body>a</body></message>', "<iq id='q'/>"]);
  });

  it('drops a component that does not know the secret', async () => {
    const { component, stanzas } = await listen();
    const closed = once(component.socket, 'close');
    await component.login('guess');
    await closed;
    expect(stanzas).toEqual([]);
  });

  it('answers at once with a space where the component waits for acknowledgements', async () => {
    const { server, component } = await listen({ batchesSmallWrites: true });
    const attached = server.attached();
    await component.login('secret');
    await attached;
    component.socket.write('<presence/>');
    await component.read(/<handshake\/> +$/);
  });
});
