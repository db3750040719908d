import { randomUUID } from 'node:crypto';
import { type Jid, tryParseJid } from '../../component/jid.js';
import { xml } from '../../component/stanza.js';
import { crashNotice } from '../../mapping/gap.js';
import { Namespace } from '../../mapping/namespaces.js';
import type { StoredSessions } from '../../store/types.js';
import { turns } from '../../util/turn-scheduler.js';
import type { Channel } from '../channels/channel.js';
import { showOthers } from '../channels/others-shown.js';
import type { GatewayContext } from '../context.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { UserSession } from '../sessions/user-session.js';
import { decodeChannel, decodeSession, type KeptChannel, type KeptJoin, type KeptSession } from './state.js';

interface Waiting {
  readonly room: UserRoom;
  readonly join: KeptJoin;
}

/**
 * Puts back what an earlier process has left: rooms, their occupants and clients as they were, each session as after a lost link.
 * Nobody is told, unless something differs when the sessions are back.
 */
export class Restorer {
  readonly #context: GatewayContext;
  readonly #sessions: SessionRegistry;
  readonly #restored: UserSession[] = [];
  readonly #joins: Waiting[] = [];
  /** As they are kept, where they are. */
  readonly #channels = new Map<Channel, KeptChannel | undefined>();
  /** Rooms of sessions whose process has not ended as it should. */
  readonly #crashed: UserRoom[] = [];
  /** When the earlier process was there last. */
  #lost = new Date();

  constructor(context: GatewayContext, sessions: SessionRegistry) {
    this.#context = context;
    this.#sessions = sessions;
  }

  /** Somebody waits to be brought back. */
  get isNeeded(): boolean {
    return this.#restored.length + this.#joins.length > 0;
  }

  /** To be called before the first stanza comes. Rows that are of no use any more are deleted. @throws StoreError */
  async restore(): Promise<void> {
    const { store, changes, log } = this.#context;
    if (!store.sessions.isLasting) return;
    const stored = await store.sessions.load();
    this.#lost = stored.aliveAt ?? this.#lost;
    if (stored.damaged > 0) log.error({ rows: stored.damaged }, 'stored sessions could not be opened');
    const channels = channelsOf(stored);
    for (const { user, network, state } of stored.sessions) {
      await turns.whenFree();
      // Whatever is not taken up here is written as gone.
      changes.session(user, network);
      const jid = tryParseJid(user);
      const kept = decodeSession(state);
      if (jid === undefined || kept === undefined || !this.#context.access.allows(jid)) continue;
      this.#restoreSession(jid, network, kept, channels);
    }
    for (const { network, name } of stored.channels) changes.channel(network, name);
    for (const [channel, keptChannel] of this.#channels) {
      if (keptChannel !== undefined) channel.restore(keptChannel, this.#lost);
      await channel.delivery.anonymity.load();
    }
    if (!this.isNeeded) return;
    log.info({ sessions: this.#restored.length }, 'sessions of before the restart are brought back');
  }

  /**
   * Brings them back, those first by whom a channel is heard again; the network sets the pace.
   * @returns how long nobody was there for them, milliseconds
   */
  begin(): number {
    const now = new Date();
    for (const room of this.#crashed.splice(0)) {
      // What it showed in the moment before may not have been stored.
      showOthers(this.#context, room.channel, room);
      room.channel.delivery.toMember(room, crashNotice(room.jid, randomUUID(), this.#lost, now));
    }
    const heard = new Set<Channel>();
    const isNeeded = (session: UserSession): boolean => {
      const unheard = [...session.rooms.values()].filter(({ channel }) => !heard.has(channel));
      for (const { channel } of unheard) heard.add(channel);
      return unheard.length > 0;
    };
    const first = this.#restored.filter(isNeeded);
    void takeUp(new Set([...first, ...this.#restored]));
    for (const { room, join } of this.#joins.splice(0)) joinAgain(room, join);
    this.#restored.length = 0;
    return now.getTime() - this.#lost.getTime();
  }

  #restoreSession(
    user: Jid,
    network: string,
    kept: KeptSession,
    channels: ReadonlyMap<string, KeptChannel>,
  ): void {
    const { addressing } = this.#context;
    // Another default network or domain gives rooms other addresses: nobody is in the old ones any more.
    const rooms = kept.rooms.filter(({ jid, name }) => jid === addressing.channelToJid(network, name));
    if (rooms.length === 0 && kept.detached === undefined) return;
    const session = this.#sessions.restore(user, network);
    if (session === undefined) return;
    if (kept.detached !== undefined || rooms.some(({ occupant }) => occupant !== undefined)) {
      session.restore(kept);
      this.#restored.push(session);
    }
    for (const keptRoom of rooms) {
      const room = session.room(keptRoom.jid, keptRoom.name);
      const { channel } = room;
      this.#channels.set(channel, channels.get(`${network} ${keptRoom.name}`));
      if (keptRoom.occupant !== undefined) {
        room.restore(keptRoom.occupant, keptRoom);
        if (!kept.isSuspended) this.#crashed.push(room);
      }
      for (const join of keptRoom.joins) this.#joins.push({ room, join });
    }
  }
}

async function takeUp(sessions: Iterable<UserSession>): Promise<void> {
  for (const session of sessions) {
    await turns.whenFree();
    session.takeUp();
  }
}

function channelsOf({ channels }: StoredSessions): ReadonlyMap<string, KeptChannel> {
  return new Map(
    channels.flatMap(({ network, name, state }) => {
      const kept = decodeChannel(state);
      return kept === undefined ? [] : [[`${network} ${name}`, kept] as const];
    }),
  );
}

/** The join of a client that has not got its answer, or only just before the end of the process: it is shown everything again. */
function joinAgain(room: UserRoom, { client, id, nickname, name, password, history }: KeptJoin): void {
  const mark = xml('x', { xmlns: Namespace.muc });
  const stanza = xml('presence', { from: client, to: `${room.jid}/${name}`, id }, mark);
  room.join(client, { stanza, nickname, name, password, history });
}
