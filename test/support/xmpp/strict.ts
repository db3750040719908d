import { SaxesParser } from 'saxes';

/** What a strict parser reads: expanded name, attributes by name, text and children in order. */
export interface StrictElement {
  readonly name: string;
  readonly uri: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (StrictElement | string)[];
}

/** Namespaces in XML 1.0 (third edition), section 3: the parser takes any name character as the first one after a colon. */
const NC_NAME_START =
  /^[A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}]/u;

function requireLocalPart(local: string): void {
  if (!NC_NAME_START.test(local)) throw new Error(`not a local part: ${local}`);
}

/** Reads one whole element with a parser that is not ours. @throws Error for anything that is not well-formed with namespaces. */
export function readStrictly(text: string): StrictElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const root: (StrictElement | string)[] = [];
  const open = [root];
  parser.on('opentag', ({ local, uri, attributes }) => {
    const children: (StrictElement | string)[] = [];
    const attrs: Record<string, string> = {};
    requireLocalPart(local);
    for (const { name, prefix, local: localPart, value } of Object.values(attributes)) {
      requireLocalPart(localPart);
      if (name !== 'xmlns' && prefix !== 'xmlns') attrs[name] = value;
    }
    open.at(-1)?.push({ name: local, uri, attrs, children });
    open.push(children);
  });
  const onText = (piece: string): void => {
    const into = open.at(-1);
    const last = into?.at(-1);
    if (typeof last === 'string') into?.splice(-1, 1, last + piece);
    else if (piece !== '') into?.push(piece);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => void open.pop());
  // Without an error handler it throws.
  parser.write(text).close();
  const [element, ...more] = root;
  if (typeof element !== 'object' || more.length > 0) throw new Error(`not one element: ${text}`);
  return element;
}
