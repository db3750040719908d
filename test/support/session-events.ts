import type { SessionEvent, SessionEventOf, SilcSession } from '../../src/silc/client/types.js';

/** Deadline of a wait for an event, in milliseconds. Longer than the twelve seconds that silcd lets a look-up take. */
const DEADLINE_MS = 20_000;

type Wanted<T extends SessionEvent['type']> = (event: SessionEventOf<T>) => boolean;

/**
 * The next event of a type, from now on: ask for it before the action that causes it.
 * @throws when none comes within the deadline, or the session ends before it
 */
export function nextEvent<T extends SessionEvent['type']>(
  session: SilcSession,
  type: T,
  wanted: Wanted<T> = () => true,
  deadlineMs = DEADLINE_MS,
): Promise<SessionEventOf<T>> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      unsubscribe();
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`no event ${type} within ${deadlineMs} ms`));
    }, deadlineMs);
    const unsubscribe = session.subscribe((event) => {
      if (isOfType(event, type) && wanted(event)) {
        stop();
        resolve(event);
      } else if (event.type === 'closed') {
        stop();
        reject(new Error(`session ended before an event ${type}`, { cause: event.error }));
      }
    });
  });
}

/** All events of a session since the log was made, and waiting for those to come. */
export class EventLog {
  readonly events: SessionEvent[] = [];
  readonly #session: SilcSession;

  constructor(session: SilcSession) {
    this.#session = session;
    session.subscribe((event) => this.events.push(event));
  }

  /** Events of one type. */
  of<T extends SessionEvent['type']>(type: T): readonly SessionEventOf<T>[] {
    return this.events.filter((event) => isOfType(event, type));
  }

  /** Text of all channel and private messages, in order. */
  get texts(): readonly (string | undefined)[] {
    return this.events.flatMap((event) =>
      event.type === 'channel-message' || event.type === 'private-message' ? [event.message.text] : [],
    );
  }

  /** The first event of a type that is in the log, or will be. */
  async find<T extends SessionEvent['type']>(
    type: T,
    wanted: Wanted<T> = () => true,
    deadlineMs = DEADLINE_MS,
  ): Promise<SessionEventOf<T>> {
    const found = this.of(type).find(wanted);
    if (found !== undefined) return found;
    return nextEvent(this.#session, type, wanted, deadlineMs).catch((cause: unknown) => {
      const types = this.events.map((event) => event.type).join(' ');
      throw new Error(`${String(cause)}; messages: ${JSON.stringify(this.texts)}; events: ${types}`, {
        cause,
      });
    });
  }

  clear(): void {
    this.events.length = 0;
  }
}

function isOfType<T extends SessionEvent['type']>(event: SessionEvent, type: T): event is SessionEventOf<T> {
  return event.type === type;
}
