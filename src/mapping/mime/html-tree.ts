import { Parser } from 'htmlparser2';
import { blockKind, inlineMark, isHidden, type InlineMark } from './html-rules.js';
import { HtmlText } from './html-text.js';

/** An element of XHTML-IM that is going to be, or a picture. */
export type HtmlNode =
  | {
      readonly tag: string;
      readonly style: string | undefined;
      readonly href?: string;
      readonly children: HtmlChild[];
    }
  | { readonly tag: 'img'; readonly src: string; readonly alt: string };
export type HtmlChild = string | HtmlNode;
type Parent = Exclude<HtmlNode, { readonly tag: 'img' }>;

/** HTML with nothing left in it but what may be shown. */
export interface HtmlTree {
  readonly children: readonly HtmlChild[];
  /** The same without markup. */
  readonly text: string;
  /** False where markup says nothing that the text does not, or where there is too much of it. */
  readonly isMarkedUp: boolean;
}

/** Elements that are made, containers inside each other, and marks on one text: beyond them there is text only. */
const [MAX_NODES, MAX_DEPTH, MAX_MARKS] = [2_000, 6, 8];
/** Marks that may be open, and hidden elements inside each other. */
const MAX_OPEN = 200;

interface OpenMark {
  readonly name: string;
  readonly mark: InlineMark;
}

/**
 * Reads HTML of a stranger in one pass, whatever its faults: tags that mean something here are taken, of all others only the text
 * remains, and of scripts, styles and embedded things nothing.
 */
export function readHtml(html: string): HtmlTree {
  const reader = new HtmlReader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      onclosetag: (name) => reader.close(name),
      ontext: (text) => reader.text(text),
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return reader.end();
}

class HtmlReader {
  readonly #root: Parent = { tag: 'body', style: undefined, children: [] };
  /** Lists, items and quotations that are open, outermost first. */
  readonly #containers: { readonly name: string; readonly node: Parent }[] = [];
  readonly #plain = new HtmlText();
  /** Marks that are open; those of `#chain` have their element in the paragraph. */
  readonly #marks: OpenMark[] = [];
  #chain: Parent[] = [];
  #paragraph: Parent | undefined;
  readonly #hidden: string[] = [];
  #preformatted = 0;
  #nodes = 0;
  #isMarkedUp = false;
  #endsInSpace = true;

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (isHidden(name) || this.#hidden.length > 0) {
      // As many as matter: what is inside is not looked at.
      if (isHidden(name) && this.#hidden.length < MAX_OPEN) this.#hidden.push(name);
      return;
    }
    if (name === 'br') this.#lineBreak();
    if (name === 'img') this.#image(attributes['src'] ?? '', attributes['alt'] ?? '');
    const block = blockKind(name);
    if (block !== undefined) this.#openBlock(name, block);
    const mark = inlineMark(name, attributes);
    if (mark === undefined || this.#marks.length >= MAX_OPEN) return;
    this.#marks.push({ name, mark });
    if (mark.href !== undefined) this.#plain.linkBegins();
  }

  close(name: string): void {
    if (this.#hidden.length > 0) {
      if (this.#hidden.at(-1) === name) this.#hidden.pop();
      return;
    }
    const at = this.#marks.findLastIndex((one) => one.name === name);
    if (at >= 0) {
      const [closed] = this.#marks.splice(at);
      this.#chain.length = Math.min(this.#chain.length, at);
      this.#plain.linkEnds(closed?.mark.href);
    }
    const block = blockKind(name);
    if (block !== undefined) this.#closeBlock(name, block);
  }

  text(text: string): void {
    if (this.#hidden.length > 0) return;
    if (this.#preformatted > 0) {
      for (const [i, line] of text.split(/\r?\n/).entries()) {
        if (i > 0) this.#lineBreak();
        this.#add(line);
      }
      return;
    }
    const collapsed = text.replaceAll(/[\t\n\f\r ]+/g, ' ');
    this.#add(this.#endsInSpace ? collapsed.replace(/^ /, '') : collapsed);
  }

  end(): HtmlTree {
    const isMarkedUp = this.#isMarkedUp && this.#nodes < MAX_NODES;
    return { children: this.#root.children, text: this.#plain.end(), isMarkedUp };
  }

  #add(text: string): void {
    if (text === '') return;
    this.#endsInSpace = text.endsWith(' ');
    this.#place().children.push(text);
    this.#plain.add(text);
  }

  /** The element that text goes into: the paragraph, and in it an element for each mark that is open. */
  #place(): Parent {
    this.#paragraph ??= this.#append(this.#containers.at(-1)?.node ?? this.#root, {
      tag: 'p',
      style: undefined,
    });
    let place = this.#chain.at(-1) ?? this.#paragraph;
    for (const { mark } of this.#marks.slice(this.#chain.length, MAX_MARKS)) {
      if (this.#nodes >= MAX_NODES) break;
      place = this.#append(place, mark);
      this.#isMarkedUp = true;
      this.#chain.push(place);
    }
    return place;
  }

  #append(parent: Parent, { tag, style, href }: InlineMark): Parent {
    const node: Parent = { tag, style, children: [], ...(href === undefined ? {} : { href }) };
    if (this.#nodes >= MAX_NODES) return parent;
    this.#nodes++;
    parent.children.push(node);
    return node;
  }

  #lineBreak(): void {
    if (this.#nodes < MAX_NODES) {
      this.#nodes++;
      this.#place().children.push({ tag: 'br', style: undefined, children: [] });
    }
    this.#endsInSpace = true;
    this.#plain.lineBreak();
  }

  #image(src: string, alt: string): void {
    if (src === '' || this.#nodes >= MAX_NODES) {
      this.text(alt);
      return;
    }
    this.#nodes++;
    this.#place().children.push({ tag: 'img', src, alt });
    this.#isMarkedUp = true;
    this.#endsInSpace = false;
    this.#plain.add(alt === '' ? '[picture]' : `[${alt}]`);
  }

  #openBlock(name: string, kind: NonNullable<ReturnType<typeof blockKind>>): void {
    this.#break(kind === 'paragraph' || kind === 'preformatted' ? 2 : 1);
    if (kind === 'preformatted') this.#preformatted++;
    if (kind !== 'container' || this.#containers.length >= MAX_DEPTH) return;
    const above = this.#containers.at(-1);
    const isList = above?.name === 'ul' || above?.name === 'ol';
    // A list has items only, and items are in lists only.
    if (isList !== (name === 'li')) return;
    if (name !== 'li') this.#plain.blankLine();
    this.#plain.enter(name);
    const parent = above?.node ?? this.#root;
    this.#containers.push({ name, node: this.#append(parent, { tag: name, style: undefined }) });
    this.#isMarkedUp = true;
  }

  #closeBlock(name: string, kind: NonNullable<ReturnType<typeof blockKind>>): void {
    this.#break(kind === 'paragraph' || kind === 'preformatted' ? 2 : 1);
    if (kind === 'preformatted') this.#preformatted = Math.max(0, this.#preformatted - 1);
    if (kind !== 'container') return;
    const at = this.#containers.findLastIndex((one) => one.name === name);
    if (at < 0) return;
    for (const container of this.#containers.splice(at).reverse()) this.#plain.leave(container.name);
    if (name !== 'li') this.#plain.blankLine();
  }

  #break(lines: 1 | 2): void {
    this.#paragraph = undefined;
    this.#chain = [];
    this.#endsInSpace = true;
    if (lines === 2) this.#plain.blankLine();
    else this.#plain.newLine();
  }
}
