import type { LeaveReason } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { SessionEventOf, User } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import type { ClientId } from '../../silc/ids.js';
import { withDeadline } from '../../util/race.js';
import type { GatewayContext } from '../context.js';
import { reportIfInternal } from '../failures.js';
import { ASK_MS, isBanned } from './ban-proof.js';
import type { ChangeNotes } from './change-notes.js';
import { isShutdown } from './leave-reason.js';
import type { OwnClients } from './members.js';
import type { Ownership } from './ownership.js';

type Departure = Pick<SessionEventOf<'member-left'>, 'user' | 'cause'>;

/** The channel, as those who leave it need it. */
interface LeftChannel {
  readonly jid: string;
  readonly notes: ChangeNotes;
  readonly ownership: Pick<Ownership, 'bans' | 'whois'>;
  leaveReason(user: User, cause: Departure['cause']): LeaveReason;
}

/** Who is shown. */
interface ShownMembers {
  left(clientId: ClientId, reason: LeaveReason): void;
  mayComeBack(clientId: ClientId): void;
}

/**
 * How others leave a channel. SILC does not tell a ban to anybody: who is kicked by somebody who is not a user of the gateway is banned
 * where the ban list says so, if a local user may read it. Until that is known, a moment at most, the one who is kicked stays shown.
 */
export class Removals {
  readonly #channel: LeftChannel;
  readonly #context: GatewayContext;
  readonly #members: ShownMembers;
  readonly #own: OwnClients;
  /** Whose going is to be told yet, and how. */
  readonly #pending = new Map<ClientId, LeaveReason>();

  constructor(channel: LeftChannel, context: GatewayContext, members: ShownMembers, own: OwnClients) {
    this.#channel = channel;
    this.#context = context;
    this.#members = members;
    this.#own = own;
  }

  left({ user, cause }: Departure): void {
    const { clientId } = user;
    if (isShutdown(cause)) {
      this.#members.mayComeBack(clientId);
      return;
    }
    if (this.#pending.has(clientId)) return;
    const reason = this.#channel.leaveReason(user, cause);
    const bans = this.#bansAfter({ user, cause });
    if (bans === undefined) {
      this.#members.left(clientId, reason);
      return;
    }
    this.#pending.set(clientId, reason);
    const { backend } = this.#context;
    // User name and host of a member are known only where somebody has asked for them: who is kicked is still on the network.
    const lookUp = (): Promise<User | undefined> => this.#channel.ownership.whois(clientId);
    const proof = bans.then((entries) => isBanned(backend, entries, user, lookUp));
    void withDeadline(proof, ASK_MS, () => new SilcError('timeout', 'the ban list was not told in time'))
      .catch((error: unknown) => {
        reportIfInternal(this.#context, error, 'a ban list could not be read', { room: this.#channel.jid });
        return false;
      })
      .then((isBan) => {
        if (this.#pending.get(clientId) !== reason) return;
        this.#pending.delete(clientId);
        const banned = { ...reason, codes: [StatusCode.banned], affiliation: 'outcast' } as const;
        this.#members.left(clientId, isBan ? banned : reason);
      });
  }

  /** Somebody comes: how that one has gone before is told now. */
  returned(clientId: ClientId): void {
    const reason = this.#pending.get(clientId);
    if (reason === undefined) return;
    this.#pending.delete(clientId);
    this.#members.left(clientId, reason);
  }

  /** Nobody is shown any more. */
  clear(): void {
    this.#pending.clear();
  }

  #bansAfter({ user, cause }: Departure): ReturnType<Ownership['bans']> {
    if (cause.kind !== 'kicked' || this.#own.has(user.clientId)) return undefined;
    const isOwnDeed = this.#channel.notes.of(user.clientId)?.removal !== undefined;
    const isByLocal = cause.by !== undefined && this.#own.has(cause.by.clientId);
    return isOwnDeed || isByLocal ? undefined : this.#channel.ownership.bans();
  }
}
