import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Element, StanzaError } from '../../../component/stanza.js';
import type { ChannelAddress } from '../../../mapping/address.js';
import {
  mamFin,
  mamForm,
  mamMetadata,
  mamResult,
  NS_MAM,
  NS_MAM_EXTENDED,
  type MamQuery,
  readMamQuery,
} from '../../../mapping/mam.js';
import { decodeStoredLine, encodeStoredLine } from '../../../mapping/stored-line.js';
import type { ArchivedLine, ArchivePage, ArchiveRoom } from '../../../store/archive-types.js';
import { FairQueue } from '../../../util/fair-queue.js';
import { LruMap } from '../../../util/lru-map.js';
import type { ChannelHooks, HistoryRequest } from '../../channels/hooks.js';
import type { ChannelLine } from '../../channels/line.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import { askerOf, tooManyQuestions } from '../../sessions/nickname-questions.js';
import { multiUserChat } from '../../spec.js';
import { reportInternalError } from '../../failures.js';
import type { FeatureParts } from '../parts.js';
import { ArchiveWriter } from './archive-writer.js';
import { forgetHistory } from './forget-history.js';
import { NewestLines } from './newest-lines.js';
import { Retention } from './retention.js';
import { wipeHistory } from './wipe-history.js';
import { text } from '../../../text/text.js';

/** How often what is too old is looked for, and how many lines go in one step. */
const [EXPIRE_EVERY_MS, EXPIRE_LINES, EXPIRE_PAUSE_MS] = [3_600_000, 500, 50];
/** Lines of the history that a client which asks for no bound is shown, and most of all. */
const [HISTORY_LINES, MAX_HISTORY] = [20, 500];
/** Rooms whose addresses are not read anew with each line. */
const MAX_ROOMS = 1_000;
/**
 * Questions to the archive. One is read while another one is written to the Jabber server: more at a time would only keep the event
 * loop from everybody else.
 */
const QUESTIONS = { running: 2, perOwner: 64, total: 10_000, full: tooManyQuestions };

/**
 * The archive of rooms: one row a line, written off the path of the message; a user sees what was said while that user was there.
 * Lines under private keys of a channel are not kept: who sees them is decided by keys, not by presence.
 */
export function archive({ context, sessions }: FeatureParts): Feature {
  const { addressing, config } = context;
  const repository = context.store.archive;
  const retention = new Retention(context.settings, repository, () => config.history.days);
  const writer = new ArchiveWriter(repository, context.log, context.metrics);
  const newest = new NewestLines(repository, () => writer.flush(), MAX_ROOMS);
  const questions = new FairQueue(QUESTIONS);
  const commandParts = { addressing, sessions, repository, writer };
  let timer: NodeJS.Timeout | undefined;

  const rooms = new LruMap<string, ArchiveRoom>(MAX_ROOMS);

  function roomOf(jid: string): ArchiveRoom | undefined {
    const known = rooms.get(jid);
    if (known !== undefined) return known;
    const address = addressing.parse(jid);
    if (address.kind !== 'channel') return undefined;
    const room = { network: address.network, channel: address.name };
    rooms.set(jid, room);
    return room;
  }

  function toLine(room: string, { stanzaId, at, nick, content }: ArchivedLine): ChannelLine | undefined {
    const stored = decodeStoredLine(content);
    if (stored === undefined) return undefined;
    const network = roomOf(room)?.network ?? '';
    // What a room itself says has no author.
    return { ...stored, network, room, stanzaId, at, from: nick === '' ? room : `${room}/${nick}` };
  }

  const hooks: ChannelHooks = {
    line: ({ room: jid, stanzaId, at, from, id, occupantId, origin, payload, protection }) => {
      const room = roomOf(jid);
      if (room === undefined || protection === 'private-key' || !retention.keeps(room)) return;
      const nick = from.slice(jid.length + 1);
      const content = encodeStoredLine({ id, occupantId, origin, payload });
      writer.add({ kind: 'line', room, line: { stanzaId, at, nick, content } });
      newest.said(jid, at);
    },
    present: ({ room: jid, user, at, is }) => {
      const room = roomOf(jid);
      if (room === undefined) return;
      if (is) void retention.learn(room);
      writer.add({ kind: is ? 'enter' : 'leave', room, user, at });
    },
    retract: async ({ room: jid, stanzaId, occupantId, tombstone }) => {
      const room = roomOf(jid);
      if (room === undefined) return false;
      await writer.flush();
      return repository.replace(room, stanzaId, (content) => {
        const stored = decodeStoredLine(content);
        const isTheirs = occupantId === undefined || stored?.occupantId === occupantId;
        return stored && isTheirs ? encodeStoredLine({ ...stored, payload: [tombstone] }) : undefined;
      });
    },
    history: async (wanted) => {
      const room = roomOf(wanted.room);
      const kept = room && (await context.settings.find({ network: room.network, name: room.channel }));
      const most = kept?.historyLines ?? MAX_HISTORY;
      const since = sinceOf(wanted);
      const usual = since === undefined && wanted.maxChars === undefined ? HISTORY_LINES : MAX_HISTORY;
      const max = Math.min(wanted.maxStanzas ?? kept?.historyLines ?? usual, most);
      if (room === undefined || max === 0) return [];
      // Who has joined is told so first: that leaves at the end of this turn of the event loop.
      await nextTurn();
      const start = later(since, await retention.since(room));
      if (!(await newest.mayHaveSince(wanted.room, room, start))) return [];
      await writer.flush();
      const page = await repository.page(room, wanted.user, { start, max, last: true });
      return (page?.lines ?? []).flatMap((line) => toLine(wanted.room, line) ?? []);
    },
  };

  async function query({ from, to }: Request<'channel'>, child: Element): Promise<Element> {
    if (!child.is('query')) throw new StanzaError('cancel', 'feature-not-implemented');
    const request = readMamQuery(child);
    if (request.kind === 'bad') throw new StanzaError('modify', 'bad-request', request.reason);
    if (request.kind === 'unsupported') {
      throw new StanzaError(
        'cancel',
        'feature-not-implemented',
        text(({ history }) => history.noField(request.field)),
      );
    }
    const page = await pageFor(to, from.bare, request.query);
    const { queryId, flip } = request.query;
    const lines = flip ? page.lines.toReversed() : page.lines;
    for (const line of lines) {
      const shown = toLine(to.jid, line);
      if (shown !== undefined) context.send(mamResult(from.full, queryId, shown));
    }
    const ids = page.lines.map(({ stanzaId }) => stanzaId);
    return mamFin(ids, page.isComplete);
  }

  async function pageFor(to: ChannelAddress, user: string, wanted: MamQuery): Promise<ArchivePage> {
    const room = { network: to.network, channel: to.name };
    await writer.flush();
    await checkAccess(room, user);
    const nick = wanted.with === undefined ? undefined : authorOf(to, wanted.with);
    if (nick === null) return { lines: [], isComplete: true };
    const [start, end] = [later(dateOf(wanted.start), await retention.since(room)), dateOf(wanted.end)];
    const page = await repository.page(room, user, { ...wanted, start, end, nick });
    if (page === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ history }) => history.noMessage),
      );
    }
    return page;
  }

  /** Users take turns, in those of their domains. */
  function inTurn(handle: typeof query): typeof query {
    return (request, child) =>
      questions.run(askerOf(request.from), () => handle(request, child), request.signal);
  }

  /** Who was never in a room learns nothing of what was said there. */
  async function checkAccess(room: ArchiveRoom, user: string): Promise<void> {
    if (await repository.hasBeenIn(room, user)) return;
    throw new StanzaError(
      'auth',
      'forbidden',
      text(({ history }) => history.notBeenIn),
    );
  }

  /** The name of an author, empty for the room itself. @returns null for anybody else: nobody else has ever said anything here */
  function authorOf(to: ChannelAddress, jid: string): string | null {
    const address = addressing.parse(jid);
    if (address.kind === 'channel' && address.jid === to.jid) return '';
    return address.kind === 'occupant' && address.jid === to.jid ? address.occupant : null;
  }

  async function answer({ from, to }: Request<'channel'>, child: Element): Promise<Element> {
    if (child.is('query')) return mamForm();
    if (!child.is('metadata')) throw new StanzaError('cancel', 'feature-not-implemented');
    const room = { network: to.network, channel: to.name };
    await writer.flush();
    await checkAccess(room, from.bare);
    const start = await retention.since(room);
    const [first] = (await repository.page(room, from.bare, { start, max: 1, last: false }))?.lines ?? [];
    const [last] = (await repository.page(room, from.bare, { start, max: 1, last: true }))?.lines ?? [];
    if (first === undefined || last === undefined) return mamMetadata(undefined);
    return mamMetadata({
      first: { id: first.stanzaId, at: first.at },
      last: { id: last.stanzaId, at: last.at },
    });
  }

  /** In small steps: the store has others to serve. */
  async function expire(): Promise<void> {
    let pauseMs = EXPIRE_EVERY_MS;
    try {
      if (await retention.expire(EXPIRE_LINES)) pauseMs = EXPIRE_PAUSE_MS;
    } catch (error) {
      reportInternalError(context, error, 'old lines of the archive were not deleted', {});
    }
    if (timer !== undefined) timer = setTimeout(() => void expire(), pauseMs);
  }

  return {
    name: 'archives of rooms',
    specs: [
      {
        xep: 313,
        title: 'Message Archive Management',
        version: '1.1.3',
        date: '2025-04-09',
        status: 'partial',
        part: 'archives of rooms, with the extended fields, metadata and flipped pages',
        leftOut: 'counts, and archives of users: those are kept by their own servers',
        namespaces: [NS_MAM, NS_MAM_EXTENDED],
      },
      multiUserChat('7.2.13: history on join', []),
    ],
    disco: { channel: [NS_MAM, NS_MAM_EXTENDED] },
    extensions: [NS_MAM_EXTENDED],
    iq: [
      { type: 'set', xmlns: NS_MAM, ...addressedTo(['channel'], inTurn(query)) },
      { type: 'get', xmlns: NS_MAM, ...addressedTo(['channel'], inTurn(answer)) },
    ],
    channel: hooks,
    commands: [forgetHistory(commandParts), wipeHistory(commandParts)],
    start: async () => {
      await repository.closeSpans().catch((error: unknown) => {
        reportInternalError(context, error, 'the archive does not know who was there at the last end', {});
      });
      timer = setTimeout(() => void expire(), EXPIRE_PAUSE_MS);
    },
    stop: async () => {
      clearTimeout(timer);
      timer = undefined;
      await writer.stop();
    },
  };
}

/** @throws StanzaError modify/bad-request for a day or an hour that does not exist */
function dateOf(time: string | undefined): Date | undefined {
  if (time === undefined) return undefined;
  const date = new Date(time);
  if (!Number.isNaN(date.getTime())) return date;
  throw new StanzaError(
    'modify',
    'bad-request',
    text(({ history }) => history.badTime),
  );
}

const later = (one: Date | undefined, other: Date): Date =>
  one === undefined || one.getTime() < other.getTime() ? other : one;

/** The later one of both bounds of time. */
function sinceOf({ seconds, since }: HistoryRequest): Date | undefined {
  const bounds = [
    seconds === undefined ? NaN : Date.now() - seconds * 1_000,
    since === undefined ? NaN : Date.parse(since),
  ].filter((bound) => !Number.isNaN(bound));
  return bounds.length === 0 ? undefined : new Date(Math.max(...bounds));
}
