import type { BareJid } from '../../component/jid.js';
import type { JoinResult } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import type { Channel } from '../channels/channel.js';
import type { GatewayContext } from '../context.js';
import { reportIfInternal } from '../failures.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { RoomClients } from './room-clients.js';
import type { RoomSession } from './room-session.js';
import type { RoomState } from './room-state.js';
import { enterThoughFull } from './full-channel.js';
import { enterWithKeys, MAX_JOIN_ATTEMPTS, openAs } from './silc-join.js';

/** A room, as the way into its channel needs it. */
interface EnteredRoom {
  readonly user: BareJid;
  readonly session: RoomSession;
  readonly context: GatewayContext;
  readonly channel: Channel;
  readonly jid: string;
}

/** What becomes of the way in. */
interface Outcome {
  /** The room is on its way in no longer. */
  readonly isOver: () => boolean;
  /** The user is on the channel; called before anything else is heard of it. */
  readonly entered: (silc: ChatSession, result: JoinResult, password: string | undefined) => void;
}

/**
 * Joins a channel for the clients that wait. Each pass either lets all of them in or refuses at least one. Resolves when the user is
 * there, and when nobody waits any more.
 */
export async function enterFor(
  room: EnteredRoom,
  clients: RoomClients,
  state: Extract<RoomState, { kind: 'joining' }>,
  { isOver, entered }: Outcome,
): Promise<void> {
  const { user, session, context, channel, jid } = room;
  for (let attempt = 0; attempt < MAX_JOIN_ATTEMPTS;) {
    const request = clients.firstPending;
    if (request === undefined) break;
    const [{ nickname, password }, { signal }] = [request, state.withdrawal];
    let silc: ChatSession | undefined;
    try {
      clients.enterStage('session');
      silc = await openAs(session, channel.name, nickname);
      const rights = await channel.rights.joinOptions(user, password, false);
      clients.enterTurn();
      if (isOver()) return;
      const onSending = (): void => clients.enterStage('answer');
      const options = { ...rights, signal, onSending };
      const enter = enterWithKeys.bind(undefined, room, silc);
      const result = await enterThoughFull(channel, user, silc, (more) => enter({ ...options, ...more }));
      if (isOver()) return;
      await channel.rights.checkEntry(user, silc, result, password);
      if (isOver()) return;
      if (session.silc !== silc) throw new SilcError('closed', 'the link was lost during the join');
      entered(silc, result, password);
      return;
    } catch (error) {
      if (isOver()) return;
      if (signal.aborted) {
        // Withdrawn when nobody waited; whoever does now is not refused for that.
        state.withdrawal = new AbortController();
        continue;
      }
      // Whatever the words of the failure: when the link broke under the join, the next one carries it.
      const isBroken = silc !== undefined && session.silc !== silc && !session.isOver;
      if (isBroken && ++attempt < MAX_JOIN_ATTEMPTS) continue;
      reportIfInternal(context, error, 'a join failed', { room: jid });
      clients.refuse(error, password);
    }
  }
}
