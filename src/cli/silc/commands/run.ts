import { eventTypes } from '../events/index.js';
import { saveSession } from '../detached-file.js';
import { LineError } from '../item.js';
import { type Command, line } from './command.js';
import { choice, optional, path, text } from './parameters.js';

const ping = line('ping').does('time to the server and back', async ({ session, printer }) => {
  const milliseconds = Math.round((await session.ping()) * 10) / 10;
  printer.print({ type: 'ping', fields: { milliseconds }, lines: [`${milliseconds} ms`] });
});

const detach = line('detach')
  .takes(path('FILE'))
  .does(
    'leave, and stay registered; --resume FILE takes it up',
    async ({ session, printer, keyIsNew }, file) => {
      if (keyIsNew)
        throw new LineError('only its key takes it up again, and this one ends: start with --key');
      await saveSession(file, () => session.detach());
      const { clientId } = session.self;
      printer.print({
        type: 'detached',
        fields: { file, clientId },
        lines: [`detached; kept in ${file}`],
        tone: 'good',
      });
    },
  );

const wait = line('wait')
  .takes(choice(eventTypes, 'EVENT'))
  .does(
    'for scripts: go on when an event of this type has come; each is waited for once',
    ({ waits }, type) => waits.next(type),
  );

const quit = line('quit')
  .takes(optional(text('MESSAGE')))
  .does('leave the network', (context, message) => context.quit(message));

/** What concerns the connection and the run. */
export const run: readonly Command[] = [ping, wait, detach, quit];
