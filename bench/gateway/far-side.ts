import { connect } from 'node:net';
import { connectSession } from '../../src/silc/client/connect.js';
import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { generateKeyPair } from '../../src/silc/crypto/key-pair.js';
import { nowMicros } from './clock.js';
import { dueOfText, line } from './lines.js';
import { pace } from './pacer.js';
import { Samples, type Spread } from './stats.js';

/*
 * Users of the far side, in a process of their own: `far-side KIND HOST PORT CHANNEL...`, one user a channel. KIND is
 * `silc` (sessions of this engine) or `irc`. It says `{ ready: true }`, and then answers orders.
 */

export type FarOrder =
  | { readonly type: 'listen'; readonly run: number }
  | { readonly type: 'heard' }
  | { readonly type: 'speak'; readonly run: number; readonly count: number; readonly perSecond: number };

export type FarAnswer = { readonly ready: true } | { readonly heard: Spread } | { readonly spoken: number };

interface FarUser {
  say(text: string): Promise<void>;
}

const [kind, host = '127.0.0.1', port = '0', ...channels] = process.argv.slice(2);
let heard = new Samples();
let run = 0;

function onText(text: string): void {
  const due = dueOfText(text, run);
  if (!Number.isNaN(due)) heard.add((nowMicros() - due) / 1_000);
}

async function silcUser(channel: string, index: number): Promise<FarUser> {
  const session = await connectSession({
    host,
    port: Number(port),
    keyPair: await generateKeyPair(nodeBackend, { bits: 1024, identifier: { UN: 'far', HN: 'bench' } }),
    nickname: `far${index}`,
    username: 'far',
    verifyServerKey: () => true,
  });
  session.subscribe((event) => {
    if (event.type === 'channel-message' && event.message.text !== undefined) onText(event.message.text);
  });
  const joined = await session.join(channel);
  return {
    say: async (text) => {
      await session.say(joined.channel.id, text);
    },
  };
}

function ircUser(channel: string, index: number): Promise<FarUser> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.setEncoding('utf8');
    let rest = '';
    const say = (text: string): Promise<void> => {
      socket.write(`PRIVMSG ${channel} :${text}\r\n`);
      return Promise.resolve();
    };
    const onLine = (text: string): void => {
      const [first, command, target] = text.split(' ', 3);
      if (first === 'PING') socket.write(`PONG ${command ?? ''}\r\n`);
      else if (command === '001') socket.write(`JOIN ${channel}\r\n`);
      else if (command === '366') resolve({ say });
      else if (command === 'PRIVMSG' && target === channel) onText(text.slice(text.indexOf(' :') + 2));
    };
    socket.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the IRC server closed the connection')));
    socket.write(`NICK far${index}\r\nUSER far 0 * :far\r\n`);
  });
}

function answer(message: FarAnswer): void {
  process.send?.(message);
}

const users = await Promise.all(channels.map(kind === 'irc' ? ircUser : silcUser));

async function speak(order: FarOrder & { type: 'speak' }): Promise<void> {
  let failed = 0;
  await pace({
    count: order.count,
    perSecond: order.perSecond,
    due: (index, dueMicros) => {
      users[index % users.length]?.say(line(order.run, dueMicros)).catch(() => failed++);
    },
  });
  answer({ spoken: order.count - failed });
}

process.on('message', (order: FarOrder) => {
  if (order.type === 'listen') {
    run = order.run;
    heard = new Samples();
    answer({ ready: true });
  } else if (order.type === 'heard') {
    answer({ heard: heard.spread() });
  } else {
    void speak(order);
  }
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
answer({ ready: true });
