import type { Actor, Channel, Message, WatchedPerson } from '../../silc/client/types.js';
import { SilcCommandError, SilcError } from '../../silc/errors.js';
import { mimeField } from '../../silc/messages/mime.js';
import { readMimeContents, type ReceivedMimeContent } from '../../silc/messages/mime-content.js';
import { errorText } from './error-text.js';
import { LineError, type JsonObject } from './item.js';
import { userReference } from './people.js';

/** Octets in JSON. */
export function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
}

export function channelFields({ id, name }: Channel): JsonObject {
  return { id, name };
}

export function actorFields(actor: Actor): JsonObject | null {
  return actor === undefined ? null : userReference(actor);
}

export function personFields({ clientId, nickname, mode, fingerprint }: WatchedPerson): JsonObject {
  return { clientId, nickname: nickname ?? null, mode, fingerprint };
}

export function messageFields(message: Message): JsonObject {
  const { kind, text, data, flags, signature, digest, mime } = message;
  const contentType = mime && mimeField(mime, 'Content-Type');
  const contents =
    mime &&
    contentsOf(message).map(({ data: octets, ...content }) => ({ ...content, octets: octets.length }));
  return { kind, text: text ?? null, data: base64(data), contentType, contents, flags, signature, digest };
}

/** What a MIME message holds; nothing where it cannot be read. */
export function contentsOf({ mime }: Message): readonly ReceivedMimeContent[] {
  try {
    return mime === undefined ? [] : readMimeContents(mime);
  } catch (error) {
    if (error instanceof SilcError) return [];
    throw error;
  }
}

/** An error with everything that a program can decide by. */
export function errorFields(error: unknown): JsonObject {
  return {
    code: error instanceof SilcError ? error.code : error instanceof LineError ? 'line' : 'other',
    status: error instanceof SilcCommandError ? error.status : undefined,
    message: errorText(error),
    ...(error instanceof LineError ? error.details.fields : {}),
  };
}
