/*
 * What must be true of a line:
 *
 * - Said by a Jabber client: whoever was in the room, as it shows it itself, when the line was sent, and is in it still without
 *   having been out, hears it; so does its author (the reflection).
 * - Said by a SILC user: the same, when the server has got it (a PING behind it was answered) while its author was on the channel.
 * - Excused is a line whose author was told: it has an error for the line, or was put out of the room after it. Excused is who was
 *   put out of the room after it, or shown a gap for that time (a gap line that covers it, lines that cannot be read).
 * - Nobody hears it twice, however often it came back meanwhile, nor in another room.
 */

/** Whoever hears and says lines in a room; a Jabber client, or a SILC user. */
export interface Party {
  readonly name: string;
  /** Whether it is shown its own lines, and knows by that that they were taken. */
  readonly isReflected: boolean;
  /** Counts the times that it came into a room; undefined while it is not in it, as far as it knows. */
  stayIn(room: string): number | undefined;
  /** How often it has heard a line. */
  heard(text: string): number;
  /** Whether it was shown, in this stay, that something may be missing that was said between these moments. */
  wasToldOfGap(room: string, since: number, until: number): boolean;
}

/** A line that somebody has said. */
export interface Line {
  readonly text: string;
  readonly room: string;
  /** Wall-clock milliseconds. */
  readonly at: number;
  /** When the SILC server had it for sure; of a SILC user. */
  until: number;
  readonly author: Party;
  readonly stay: number;
  readonly audience: readonly { readonly party: Party; readonly stay: number }[];
  /** Whether there is something to be heard: of a SILC user only when the server has got it. */
  isSaid: boolean;
  /** The author has an error. */
  isRefused: boolean;
}

export interface Verdict {
  readonly lines: number;
  readonly untold: readonly string[];
  readonly twice: readonly string[];
}

/** All lines of a run, and who was there when each of them was said. */
export class Ledger {
  readonly #lines: Line[] = [];
  readonly #byText = new Map<string, Line>();
  readonly #parties: readonly Party[];
  #serial = 0;

  constructor(parties: readonly Party[]) {
    this.#parties = parties;
  }

  /** To be called before the line is sent. @returns undefined for an author who is not in the room */
  say(author: Party, room: string): Line | undefined {
    const stay = author.stayIn(room);
    if (stay === undefined) return undefined;
    const line: Line = {
      ...{ text: `L${++this.#serial} ${room}`, room, at: Date.now(), until: Infinity, author, stay },
      audience: this.#parties.flatMap((party) => {
        const there = party.stayIn(room);
        return (party === author && !party.isReflected) || there === undefined
          ? []
          : [{ party, stay: there }];
      }),
      ...{ isSaid: false, isRefused: false },
    };
    this.#lines.push(line);
    this.#byText.set(line.text, line);
    return line;
  }

  line(text: string): Line | undefined {
    return this.#byText.get(text);
  }

  /** Who has not heard one of these lines, whatever the excuse. */
  unheard(lines: readonly Line[]): readonly string[] {
    return lines.flatMap(({ text, audience }) =>
      audience.flatMap(({ party }) => (party.heard(text) > 0 ? [] : [`${party.name} does not hear ${text}`])),
    );
  }

  verdict(): Verdict {
    const untold: string[] = [];
    const twice: string[] = [];
    for (const line of this.#lines) {
      untold.push(...this.#untold(line));
      for (const party of this.#parties) {
        const count = party.heard(line.text);
        if (count > 1) twice.push(`${party.name} heard ${line.text} ${count} times`);
      }
    }
    return { lines: this.#lines.length, untold, twice };
  }

  #untold(line: Line): readonly string[] {
    if (!line.isSaid || line.isRefused) return [];
    const { author, room, text, at, until } = line;
    // Whoever was put out of the room since knows that what was said last may be lost.
    if (author.stayIn(room) !== line.stay) return [];
    return line.audience.flatMap(({ party, stay }) => {
      if (party.heard(text) > 0) return [];
      if (party.stayIn(room) !== stay || party.wasToldOfGap(room, at, until)) return [];
      return [`${party.name} has not heard ${text} by ${author.name}`];
    });
  }
}
