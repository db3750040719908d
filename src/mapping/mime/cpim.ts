import { type Element, xml } from '../../component/stanza.js';
import { SilcError } from '../../silc/errors.js';
import { readMimeContents } from '../../silc/messages/mime-content.js';
import { parseMime } from '../../silc/messages/mime.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';
import { noAction } from '../message.js';
import { Namespace } from '../namespaces.js';
import type { MimeHandler, MimePiece } from './pieces.js';
import { piecesOf } from './walk.js';

/*
 * Messages in the format of CPIM (RFC 3862), as RFC 3922, 4 maps them to stanzas. `From`, `To` and `cc` are addresses of another
 * network, and are left out: who has written is known better.
 */

const MAX_HEAD = 16_384;
const LINE = /^([\w-]{1,64}):\s?(.*)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

export const cpimHandler: MimeHandler = {
  types: ['message/cpim'],
  read: ({ entity }) => {
    const whole = fromUtf8(entity.body).replaceAll(/\r?\n/g, '\r\n');
    const end = whole.indexOf('\r\n\r\n');
    if (end < 0 || end > MAX_HEAD) return undefined;
    const head = new Map<string, string>();
    for (const line of whole.slice(0, end).split('\r\n')) {
      const [, name, value] = LINE.exec(line) ?? [];
      if (name === undefined || value === undefined) return undefined;
      if (!head.has(name)) head.set(name, unescaped(value));
    }
    // Each of them is a message of CPIM by one of these (RFC 3862, 3).
    if (!['From', 'To', 'DateTime', 'Subject', 'NS', 'Require'].some((name) => head.has(name)))
      return undefined;
    return piecesOfBody(whole.slice(end + 4), marksOf(head));
  },
};

function piecesOfBody(body: string, marks: readonly Element[]): readonly MimePiece[] | undefined {
  try {
    const inner = parseMime(utf8(body));
    const [content, ...more] = inner.parts === undefined ? readMimeContents(inner) : [];
    if (content?.type === 'text/plain' && content.text !== undefined && more.length === 0) {
      return [{ kind: 'stanza', payload: [xml('body', {}, noAction(content.text)), ...marks] }];
    }
    return piecesOf(inner, () => undefined);
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}

function marksOf(head: ReadonlyMap<string, string>): readonly Element[] {
  const subject = head.get('Subject');
  const time = head.get('DateTime') ?? '';
  return [
    ...(subject === undefined || subject === '' ? [] : [xml('subject', {}, subject)]),
    // XEP-0082 has the same form.
    ...(TIME.test(time) ? [xml('delay', { xmlns: Namespace.delay, stamp: time })] : []),
  ];
}

/** Characters that a header writes with a backslash (RFC 3862, 2.3.1). */
const unescaped = (value: string): string =>
  value.replaceAll(
    /\\(?:u([0-9A-Fa-f]{4})|(.))/g,
    (_, code: string | undefined, sign: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return { n: '\n', r: '\r', t: '\t', b: '\b' }[sign ?? ''] ?? sign ?? '';
    },
  );
