import { afterEach, beforeEach, expect, it } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { ClientStream } from '../../src/demo/client-stream.js';
import { FakeServer, type FakePeer } from '../support/xmpp/fake-server.js';

let server: FakeServer;
beforeEach(async () => {
  server = await FakeServer.listen();
});
afterEach(() => server.close());

const FEATURES = `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1'><stream:features/>`;
const begin = (): Promise<ClientStream> =>
  ClientStream.login({ port: server.port, username: 'alice', password: 'grün', resource: 'demo' });

/** Plays the server up to the login, and gives back what the client said as its credentials. */
async function untilLogin(peer: FakePeer): Promise<string> {
  await peer.expect(/<stream:stream[^>]*>/);
  peer.send(FEATURES);
  const [, credentials = ''] = await peer.expect(/mechanism="PLAIN">([^<]+)<\/auth>/);
  peer.received = '';
  return Buffer.from(credentials, 'base64').toString();
}

it('the Jabber client of the demonstration authenticates, binds its resource, and talks', async () => {
  const login = begin();
  const peer = await server.accept();
  expect(await untilLogin(peer)).toBe('\0alice\0grün');
  peer.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`);
  await peer.expect(/<stream:stream[^>]*>/);
  peer.send(FEATURES);
  await peer.expect(/<resource>demo<\/resource>/);
  peer.send(`<iq type='result' id='bind'/><message><body>hello</body></message>`);
  const stream = await login;
  const message = await stream.received.take('the message', () => true);
  expect(message.getChildText('body')).toBe('hello');
  stream.send(xml('presence'));
  await peer.expect(/<presence\/>/);
  const closed = stream.close();
  await peer.expect(/<\/stream:stream>$/);
  peer.socket.end();
  await closed;
});

it('a refused login ends the connection and tells the reason', async () => {
  const login = begin();
  const peer = await server.accept();
  await untilLogin(peer);
  peer.send(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>`);
  await expect(login).rejects.toThrow(/refused the login: .*not-authorized/);
  await peer.closed();
});
