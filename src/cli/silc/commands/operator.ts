import type { KillOutcome, OperatorProof, ServerLink } from '../../../silc/client/types.js';
import { userReference } from '../people.js';
import { type Command, line, type Parameter } from './command.js';
import { flag, number, optional, person, secret, text, word } from './parameters.js';

const proofOf = (passphrase: string | undefined): OperatorProof | undefined =>
  passphrase === undefined ? undefined : { passphrase };

const oper = line('oper')
  .takes(word('NAME'))
  .takes(optional(secret('PASSPHRASE')))
  .does("become server operator, by a passphrase or the session's key", ({ session }, name, passphrase) =>
    session.operator.oper(name, proofOf(passphrase)),
  );

const silcoper = line('silcoper')
  .takes(word('NAME'))
  .takes(optional(secret('PASSPHRASE')))
  .does("become router operator, by a passphrase or the session's key", ({ session }, name, passphrase) =>
    session.operator.silcoper(name, proofOf(passphrase)),
  );

const kill = line('kill')
  .takes(flag('own'))
  .takes(person())
  .takes(optional(text('COMMENT')))
  .does(
    "remove somebody from the network, as router operator; -own: end a session that has this session's key",
    async ({ session, printer, people }, own, user, comment) => {
      let outcome: KillOutcome = 'ended';
      if (own) outcome = await session.killDetached(user.clientId, comment);
      else await session.operator.kill(user.clientId, comment);
      const kept = outcome === 'kept' ? ': off its channels, still registered' : '';
      printer.print({
        type: 'killed',
        fields: { user: userReference(user), outcome },
        lines: [`killed ${people.label(user)}${kept}`],
        tone: 'good',
      });
    },
  );

/** A link as the server's configuration has it. */
const host = word('HOST');
const port: Parameter<number | undefined> = optional(number('PORT'));
const linkOf = (name: string, at: number | undefined): ServerLink =>
  at === undefined ? { host: name } : { host: name, port: at };

const connect = line('connect')
  .takes(host)
  .takes(port)
  .does('link the server to another one, as operator', ({ session }, name, at) =>
    session.operator.connect(linkOf(name, at)),
  );

const close = line('close')
  .takes(host)
  .takes(port)
  .does('end a link of the server, as operator', ({ session }, name, at) =>
    session.operator.close(linkOf(name, at)),
  );

const shutdown = line('shutdown').does('end the server, as operator', ({ session }) =>
  session.operator.shutdown(),
);

export const operator: readonly Command[] = [oper, silcoper, kill, connect, close, shutdown];
