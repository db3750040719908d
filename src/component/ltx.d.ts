declare module 'ltx' {
  /** The element class of ltx 3.1, as far as it is used here. */
  export class Element {
    constructor(name: string, attrs?: Record<string, string | number | null | undefined> | string);
    name: string;
    parent: Element | null;
    attrs: Record<string, string>;
    children: (Element | string)[];
    is(name: string, xmlns?: string): boolean;
    getName(): string;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    getChildElements(): Element[];
    getText(): string;
    text(): string;
    append(...nodes: (Element | string)[]): void;
    c(name: string, attrs?: Record<string, string>): Element;
    t(text: string): this;
    up(): Element;
    remove(node: Element | string): this;
    toString(): string;
  }
}
