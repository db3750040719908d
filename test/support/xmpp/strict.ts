import { SaxesParser } from 'saxes';

/** What a strict parser reads: expanded name, attributes by name, text and children in order. */
export interface StrictElement {
  readonly name: string;
  readonly uri: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (StrictElement | string)[];
}

/** Reads one whole element with a parser that is not ours. @throws Error for anything that is not well-formed with namespaces. */
export function readStrictly(text: string): StrictElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const root: (StrictElement | string)[] = [];
  const open = [root];
  parser.on('opentag', ({ local, uri, attributes }) => {
    const children: (StrictElement | string)[] = [];
    const attrs: Record<string, string> = {};
    for (const { name, prefix, value } of Object.values(attributes)) {
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
