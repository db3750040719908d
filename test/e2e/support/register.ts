import { connect } from 'node:net';

/** Creates an account by in-band registration (XEP-0077) on a raw stream, the same way on every server. */
export function registerAccount(
  server: { readonly host: string; readonly c2sPort: number; readonly domain: string },
  user: string,
  password: string,
): Promise<void> {
  for (const text of [user, password]) {
    if (!/^[\w.-]+$/.test(text)) throw new Error(`not a plain account name or password: ${text}`);
  }
  return new Promise((resolve, reject) => {
    const socket = connect(server.c2sPort, server.host);
    socket.setEncoding('utf8');
    socket.setTimeout(10_000);
    let received = '';
    let asked = false;
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Error(`registering ${user} failed: ${why}; the server said ${received}`));
    };
    socket.on('error', (error) => fail(error.message));
    socket.on('timeout', () => fail('no answer'));
    socket.on('close', () => fail('closed'));
    socket.on('connect', () => {
      socket.write(
        `<?xml version='1.0'?><stream:stream to='${server.domain}' version='1.0' xmlns='jabber:client' ` +
          `xmlns:stream='http://etherx.jabber.org/streams'>`,
      );
    });
    socket.on('data', (text: string) => {
      received += text;
      if (!asked && received.includes('</stream:features>')) {
        asked = true;
        socket.write(
          `<iq type='set' id='reg'><query xmlns='jabber:iq:register'><username>${user}</username>` +
            `<password>${password}</password></query></iq>`,
        );
      }
      if (/<iq[^>]*type=['"]result['"]/.test(received)) {
        resolve();
        socket.end('</stream:stream>');
      } else if (/<iq[^>]*type=['"]error['"].*<\/iq>/s.test(received)) fail('refused');
    });
  });
}
