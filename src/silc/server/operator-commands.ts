import { provesPublicKey } from '../authentication.js';
import { utf8 } from '../bytes.js';
import { commands } from '../commands/index.js';
import type { Command } from '../commands/command.js';
import type { Nothing } from '../commands/arguments.js';
import type { OperRequest } from '../commands/oper.js';
import { clientId } from '../ids.js';
import { UserMode } from '../modes.js';
import { authenticationPayload } from '../packets/authentication-payload.js';
import { decodePayload } from '../packets/codec.js';
import { NotifyType } from '../packets/notify.js';
import { Status } from '../status.js';
import type { ServerClient } from './client.js';
import { handler, type CommandHandler } from './command-handler.js';
import { demand, Refusal } from './refusal.js';
import { needClient } from './lookup.js';
import { MAX_COMMENT_OCTETS } from './moderation-commands.js';
import type { Operators } from './operators.js';

/** OPER, SILCOPER, KILL (draft commands-07, 2.3), and CONNECT, CLOSE, SHUTDOWN out of silcd's private range. */

/** Longest user name of an operator, octets. */
const MAX_USERNAME_OCTETS = 128;

const anyOperator = UserMode.serverOperator | UserMode.routerOperator;

/** @param shutdown ends the server; the client has its answer already */
export function operatorCommands(
  operators: Operators,
  shutdown: (by: ServerClient) => void,
): readonly (readonly [number, CommandHandler])[] {
  const become = (command: Command<OperRequest, Nothing>, bit: number) =>
    handler(command, ({ username, auth }, { network, client, reply }) => {
      demand(utf8(username).length <= MAX_USERNAME_OCTETS ? 0 : Status.badUsername);
      const operator = operators.named(username, client);
      const router = bit === UserMode.routerOperator;
      if (operator === undefined || (router && operator.router !== true)) {
        throw new Refusal(Status.authFailed);
      }
      if (auth === undefined) throw new Refusal(Status.notEnoughParams);
      demand(operators.proves(operator, client, auth) ? 0 : Status.authFailed);
      client.mode |= bit;
      reply({});
      network.watches.announce(client, { type: NotifyType.umodeChange });
    });
  const ends = handler(commands.shutdown, (_request, { client, reply }) => {
    demandOperator(client);
    reply({});
    shutdown(client);
  });
  return [
    become(commands.oper, UserMode.serverOperator),
    become(commands.silcoper, UserMode.routerOperator),
    kill,
    connect,
    close,
    ends,
  ];
}

/** A router operator ends whom it likes; others those whose key they can prove to hold. */
const kill = handler(commands.kill, (request, { network, client, reply }) => {
  const { auth } = request;
  const router = (client.mode & UserMode.routerOperator) !== 0;
  demand(auth !== undefined || router ? 0 : Status.noRouterPriv);
  const target = needClient(network, request.clientId);
  if (auth !== undefined) {
    const proof = decodePayload(authenticationPayload, auth);
    const proven = provesPublicKey(network.backend, target.publicKey, 'sha1', target.id, proof);
    demand(proven ? 0 : Status.authFailed, clientId(target.id));
  }
  const { comment = '' } = request;
  const kept = comment !== '' && utf8(comment).length <= MAX_COMMENT_OCTETS ? comment : undefined;
  reply({ clientId: target.id });
  network.kill(target, client, kept);
});

/** There are no links to make. */
const connect = handler(commands.connect, (_request, { client }) => {
  demandOperator(client);
  throw new Refusal(Status.operationNotAllowed);
});

/** There are no links to end; silcd has this status for a server that it has no link to. */
const close = handler(commands.close, (_request, { client }) => {
  demandOperator(client);
  throw new Refusal(Status.noServerId);
});

function demandOperator({ mode }: ServerClient): void {
  demand((mode & anyOperator) !== 0 ? 0 : Status.noServerPriv);
}
